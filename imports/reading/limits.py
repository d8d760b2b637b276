"""How large a file may be, and how much a parser may use of the machine."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds of one reading. Sizes in bytes, time in seconds of wall clock.

    The full inspections export has about 300 000 rows: 60 MB as CSV.
    """

    csv_bytes: int = 256 * MEGABYTE
    workbook_bytes: int = 64 * MEGABYTE
    unpacked_bytes: int = 512 * MEGABYTE
    entries: int = 1_000
    # Real exports unpack to 5 to 20 times their size; a bomb to a thousand times.
    ratio: int = 100
    ratio_from_bytes: int = 16 * MEGABYTE
    columns: int = 200
    cell_characters: int = 131_072
    memory_bytes: int = 3_072 * MEGABYTE
    seconds: int = 180
    batch_rows: int = 20_000


DEFAULT_LIMITS = Limits()
