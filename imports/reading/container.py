"""Judges a file by its name, size and first bytes before any parser sees it."""

from pathlib import Path
from typing import Literal

from common.containers import ContainerLimits, ContainerRefused, container_names
from imports.reading.limits import MEGABYTE, Limits
from imports.reading.refusal import Refused

type Kind = Literal["csv", "xlsx"]

SUFFIXES: dict[str, Kind] = {".csv": "csv", ".xlsx": "xlsx"}
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
# What people rename by accident, with the name to tell them.
OTHERS: dict[bytes, str] = {
    b"%PDF-": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x1f\x8b": "GZIP",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"{\\rtf": "RTF",
    b"\x7fELF": "ELF",
}
UTF16 = (b"\xff\xfe", b"\xfe\xff")
WORKBOOK = "xl/workbook.xml"


def container_kind(path: Path, name: str, limits: Limits) -> Kind:
    """The kind of the file, told by extension and content alike.

    Raises `Refused` for another extension, an empty or oversized file, content that contradicts the
    extension, and a ZIP container that would unpack to more than is allowed.
    """
    kind = SUFFIXES.get(Path(name).suffix.lower())
    size = path.stat().st_size
    if size == 0:
        raise Refused("empty_file")
    with path.open("rb") as file:
        head = file.read(4_096)
    if not head.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise Refused("empty_file")
    found = _recognized(head)
    if kind is None:
        raise Refused("extension", {"suffix": Path(name).suffix or name})
    if found is not None and not (kind == "xlsx" and found == "ZIP"):
        raise Refused("other_content", {"suffix": Path(name).suffix, "found": found})
    allowed = limits.csv_bytes if kind == "csv" else limits.workbook_bytes
    if size > allowed:
        raise Refused("too_large", {"size_mb": size // MEGABYTE + 1, "limit_mb": allowed // MEGABYTE})
    if kind == "xlsx":
        _check_workbook(path, limits)
    return kind


def _recognized(head: bytes) -> str | None:
    """What the first bytes betray, or nothing when it may well be text."""
    if head.startswith(ZIP):
        return "ZIP"
    if head.startswith(OLD_EXCEL):
        return "XLS"
    for magic, name in OTHERS.items():
        if head.startswith(magic):
            return name
    if head.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "HTML"
    if b"\x00" in head and not head.startswith(UTF16):
        return "binary"
    return None


def _check_workbook(path: Path, limits: Limits) -> None:
    """A workbook is a ZIP container: judge what it declares before anything is unpacked."""
    allowed = ContainerLimits(
        unpacked_bytes=limits.unpacked_bytes,
        entries=limits.entries,
        ratio=limits.ratio,
        ratio_from_bytes=limits.ratio_from_bytes,
    )
    try:
        names = container_names(str(path), size=path.stat().st_size, limits=allowed)
    except ContainerRefused as refused:
        key = "not_a_workbook" if refused.key == "unreadable" else refused.key
        raise Refused(key, refused.params) from None
    if WORKBOOK not in names:
        raise Refused("not_a_workbook")
