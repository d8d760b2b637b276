"""Judges a ZIP container by what it declares, before anything of it is unpacked."""

import zipfile
from dataclasses import dataclass
from typing import IO

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class ContainerLimits:
    """How much a container may declare. Sizes in bytes.

    Real workbooks unpack to 5 to 20 times their size, a bomb to a thousand times.
    """

    unpacked_bytes: int = 512 * MEGABYTE
    entries: int = 1_000
    ratio: int = 100
    ratio_from_bytes: int = 16 * MEGABYTE


class ContainerRefused(Exception):
    """`key`: unreadable, too_many_entries, unpacks_too_large or encrypted; `params` has the figures."""

    def __init__(self, key: str, **params: int) -> None:
        super().__init__(key)
        self.key = key
        self.params = params


def container_names(file: IO[bytes] | str, *, size: int, limits: ContainerLimits) -> frozenset[str]:
    """The names of the entries.

    Raises:
        ContainerRefused: when it cannot be read, is encrypted, or would unpack to more than is allowed.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise ContainerRefused("unreadable") from None
    if len(entries) > limits.entries:
        raise ContainerRefused("too_many_entries", entries=len(entries), limit=limits.entries)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    # Entries that overlap share their compressed bytes, so their sum exceeds the file.
    grows = unpacked > limits.ratio_from_bytes and unpacked > limits.ratio * size
    if unpacked > limits.unpacked_bytes or packed > size or grows:
        raise ContainerRefused(
            "unpacks_too_large", unpacked_mb=unpacked // MEGABYTE + 1, size_kb=size // 1024 + 1
        )
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise ContainerRefused("encrypted")
    return frozenset(entry.filename for entry in entries)
