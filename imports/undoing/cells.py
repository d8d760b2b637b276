"""Verbatim cells that an import replaces. The history holds only their hash, so they are kept beside it."""

import zlib
from collections.abc import Iterator

from django.db import connection
from django.db.backends.utils import CursorWrapper

from imports.models import ReplacedCells

BLOCK = 1 << 20


def cells_keep(cursor: CursorWrapper, table: str, run_id: int) -> None:
    """Keep the cells of the stored rows that the staged ones replace."""
    query = f"""
        SELECT '{table}', t.id, t.verbatim FROM import_stage s JOIN {table} t ON t.id = s.existing
        WHERE s.action = 'updated' AND NOT s.was_held
        UNION ALL
        SELECT 'imports_heldrow', h.id, h.verbatim
        FROM import_stage s JOIN imports_heldrow h ON h.id = s.existing
        WHERE s.action = 'updated' AND s.was_held
    """
    pack = zlib.compressobj(1)
    packed, told = bytearray(), False
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
        for block in copy:
            told = True
            packed += pack.compress(block)
    if told:
        packed += pack.flush()
        ReplacedCells.objects.create(run_id=run_id, content=bytes(packed))


def cells_bring(cursor: CursorWrapper, run_id: int) -> None:
    """`undo_cells`: the cells that the import of a run replaced."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.undo_cells")
    cursor.execute(
        "CREATE TEMPORARY TABLE undo_cells (place text, record bigint, verbatim jsonb) ON COMMIT DROP"
    )
    kept = ReplacedCells.objects.filter(run_id=run_id).first()
    if kept is None:
        return
    with cursor.copy("COPY undo_cells FROM STDIN (FORMAT csv)") as copy:
        for block in _unpacked(memoryview(kept.content)):
            copy.write(block)
    cursor.execute("ANALYZE undo_cells")


def _unpacked(packed: memoryview) -> Iterator[bytes]:
    unpack = zlib.decompressobj()
    for start in range(0, len(packed), BLOCK):
        yield unpack.decompress(packed[start : start + BLOCK])
    yield unpack.flush()


def cells_forget(run_id: int) -> None:
    """They are where they were; what this import replaced is nobody's concern any more."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM imports_replacedcells WHERE run_id = %s", [run_id])
