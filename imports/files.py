"""Files that came in: kept under their hash, and put on disk again for a parser."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from accounts.models import User
from imports.models import ImportFile
from records.context import recorded


def file_store(*, name: str, path: Path, actor: User | None = None) -> ImportFile:
    """Keep a file under its hash; the same bytes are kept once, under the name they first came with."""
    sha256 = file_hash(path)
    with recorded(actor=actor):
        known = ImportFile.objects.filter(sha256=sha256).defer("content")
        if not known.exists():
            # Somebody else may be keeping the same file at this moment.
            file = ImportFile(
                sha256=sha256,
                name=Path(name).name[:255],
                size=path.stat().st_size,
                content=ImportFile.content_packed(path),
                uploaded_by=actor,
            )
            ImportFile.objects.bulk_create([file], ignore_conflicts=True)
        return known.get()


def file_hash(path: Path) -> str:
    """The SHA-256 of a file, in lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def file_unpacked(file: ImportFile) -> Iterator[Path]:
    """The file on disk, for as long as the context."""
    with tempfile.TemporaryDirectory(prefix="cmo-eval-file-") as directory:
        path = Path(directory) / "upload"
        file.content_write(path)
        yield path
