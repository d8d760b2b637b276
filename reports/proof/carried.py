"""What a PDF carries: its figures, the text of its pages, and how it was set."""

import io
from dataclasses import dataclass

from django.utils.translation import gettext as _
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from common.numbers import number_text
from reports.paper.document import FIGURES_FILE

# Points; US Letter is 612 wide and A4 595.
LETTER_FROM = 604


class NotAReport(Exception):
    """The file is no PDF, or no report of this product; the message says which."""


@dataclass(frozen=True)
class CarriedPdf:
    """A report as it was found. `identifier` is the beginning of the content hash, set when it was made."""

    content: bytes
    figures: str
    pages: tuple[str, ...]
    language: str
    paper: str
    identifier: str


def read_pdf(content: bytes) -> CarriedPdf:
    """Take a PDF apart.

    Raises:
        NotAReport: when it cannot be read, or does not carry figures exactly once.
    """
    try:
        reader = PdfReader(io.BytesIO(content))
        attached = reader.attachments.get(FIGURES_FILE, [])
        pages = page_texts(reader)
        language = str(reader.root_object.get("/Lang", "en"))
        width = float(reader.pages[0].mediabox.width) if reader.pages else 0.0
        identifier = _identifier(reader)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        raise NotAReport(_("The file cannot be read as a PDF.")) from problem
    if len(attached) != 1:
        told = {"count": number_text(len(attached)), "file": FIGURES_FILE}
        raise NotAReport(_("Of the files %(file)s the PDF carries %(count)s; a report carries one.") % told)
    try:
        figures = attached[0].decode()
    except UnicodeDecodeError as problem:
        raise NotAReport(_("The attached %(file)s is not text.") % {"file": FIGURES_FILE}) from problem
    paper = "letter" if width > LETTER_FROM else "a4"
    return CarriedPdf(content, figures, pages, language[:2].lower(), paper, identifier)


def page_texts(reader: PdfReader) -> tuple[str, ...]:
    """The words of each page; white space tells nothing."""
    return tuple(" ".join(page.extract_text().split()) for page in reader.pages)


def _identifier(reader: PdfReader) -> str:
    found = reader.trailer.get("/ID")
    first = found[0] if found else b""
    return bytes(getattr(first, "original_bytes", first)).hex()
