"""What a file is, told by its content; its name has to agree."""

import struct
from io import BytesIO
from pathlib import PurePath

from django.conf import settings
from django.utils.translation import gettext as _

from common.containers import ContainerLimits, ContainerRefused, container_names
from records.models import Attachment
from records.refusals import Refused

Kind = Attachment.Kind
LIMITS = ContainerLimits(unpacked_bytes=256 * 1024 * 1024, entries=2_000)
SUFFIXES: dict[str, Attachment.Kind] = {
    ".pdf": Kind.PDF,
    ".png": Kind.PNG,
    ".jpg": Kind.JPEG,
    ".jpeg": Kind.JPEG,
    ".xlsx": Kind.XLSX,
    ".docx": Kind.DOCX,
    ".csv": Kind.CSV,
    ".txt": Kind.TEXT,
}
CONTENT_TYPES: dict[str, str] = {
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.CSV: "text/csv; charset=utf-8",
    Kind.TEXT: "text/plain; charset=utf-8",
}
ACCEPT = ",".join(SUFFIXES)
# Entries of the Office containers that tell what they are.
PARTS = {"xl/workbook.xml": Kind.XLSX, "word/document.xml": Kind.DOCX}
MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"{\\rtf")
PNG_HEAD, JPEG_HEAD, ZIP_HEAD, PDF_HEAD = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04", b"%PDF-"
# Segments of a JPEG that hold its size: SOF0 to SOF15 without the tables DHT, JPG and DAC between them.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
ALONE = frozenset({0x01, *range(0xD0, 0xD9)})


def file_kind(name: str, content: bytes) -> Attachment.Kind:
    """The kind of a file.

    Raises:
        Refused: for an empty or oversized file, a kind that is not taken, a name that says something else, an
            image with too many pixels, and an Office file that is encrypted, a bomb, or has macros.
    """
    if not content.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise _refused("empty", _("This file is empty."))
    if len(content) > settings.ATTACHMENT_MAX_BYTES:
        most = settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)
        raise _refused("too_large", _("A file may have %(most)s MB at most.") % {"most": most})
    named = SUFFIXES.get(PurePath(name).suffix.lower())
    if named is None:
        raise _refused("kind", _("PDF, PNG, JPEG, XLSX, DOCX, CSV and TXT files can be attached."))
    found = _recognized(content)
    if found is None and named in (Kind.CSV, Kind.TEXT) and _is_text(content):
        return named
    if found is not named:
        raise _refused(
            "other_content",
            _("The name ends in %(suffix)s, but the content is something else.")
            % {"suffix": PurePath(name).suffix},
        )
    return found


def safe_name(name: str) -> str:
    """The name without folders and control characters, no longer than it may be."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(character for character in last if character.isprintable()).strip(" .")
    path = PurePath(clean or "file")
    return path.stem[: 200 - len(path.suffix)] + path.suffix


def _recognized(content: bytes) -> Attachment.Kind | None:
    """The kind that the first bytes betray; null when they betray none."""
    if content.startswith(PDF_HEAD):
        return Kind.PDF
    if content.startswith(PNG_HEAD):
        _check_pixels(_png_size(content))
        return Kind.PNG
    if content.startswith(JPEG_HEAD):
        _check_pixels(_jpeg_size(content))
        return Kind.JPEG
    if content.startswith(ZIP_HEAD):
        return _office_kind(content)
    return None


def _office_kind(content: bytes) -> Attachment.Kind | None:
    try:
        names = container_names(BytesIO(content), size=len(content), limits=LIMITS)
    except ContainerRefused as refused:
        if refused.key == "encrypted":
            raise _refused("encrypted", _("This file is encrypted. Attach it without a password.")) from None
        raise _refused("container", _("This file unpacks to more than is allowed, or is damaged.")) from None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _refused("macros", _("Files with macros cannot be attached."))
    return next((kind for part, kind in PARTS.items() if part in names), None)


def _is_text(content: bytes) -> bool:
    if b"\x00" in content or content.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP):
        return False
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _check_pixels(size: tuple[int, int] | None) -> None:
    if size is None:
        raise _refused("damaged", _("This picture is damaged."))
    if size[0] * size[1] > settings.ATTACHMENT_MAX_PIXELS:
        most = settings.ATTACHMENT_MAX_PIXELS // 1_000_000
        raise _refused("pixels", _("A picture may have %(most)s million pixels at most.") % {"most": most})


def _png_size(content: bytes) -> tuple[int, int] | None:
    if len(content) < 24 or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Width and height from the first frame header; segments before it are passed over."""
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in ALONE:
            at += 2
        elif marker in FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        else:
            at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    return None


def _refused(code: str, message: str) -> Refused:
    return Refused(code, message, "file")
