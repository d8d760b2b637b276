"""An extract of the change history on paper, with its data attached and the head of the chain printed."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from common.numbers import moment_text
from records.display import HistoryItem, items_of
from records.exporting import head_text, json_lines
from records.models import Entry
from records.signing.state import SignatureState
from reports.figures.canonical import sha256_of
from reports.paper.document import Document
from reports.paper.order import Attached

DATA_FILE = "history.jsonl"


@dataclass(frozen=True)
class Extract:
    """What is printed: entries, latest first, and what they were chosen by."""

    title: str
    chosen_by: tuple[tuple[str, str], ...]
    entries: list[Entry]
    signatures: tuple[SignatureState, ...] = ()


@dataclass(frozen=True)
class ExtractPages:
    """The extract in words."""

    title: str
    chosen_by: tuple[tuple[str, str], ...]
    items: tuple[HistoryItem, ...]
    signatures: tuple[SignatureState, ...]
    head: str
    issued_at: datetime
    data_sha256: str
    version: str

    @property
    def issued_text(self) -> str:
        """The moment of printing, with its zone."""
        return moment_text(self.issued_at)

    @property
    def issued_stamp(self) -> str:
        """For the metadata of the PDF."""
        return self.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ")


def history_document(extract: Extract, *, language: str, paper: str = "a4") -> Document:
    """The extract ready for the press; times are UTC."""
    data = json_lines(extract.entries, about=dict(extract.chosen_by))
    digest = sha256_of(data)
    issued_at = timezone.now().replace(second=0, microsecond=0)
    with translation.override(language), timezone.override("UTC"):
        pages = ExtractPages(
            title=extract.title,
            chosen_by=extract.chosen_by,
            items=tuple(items_of(extract.entries)),
            signatures=extract.signatures,
            head=head_text(),
            issued_at=issued_at,
            data_sha256=digest,
            version=settings.VERSION,
        )
        html = render_to_string(
            "reports/history.html",
            {"report": pages, "language": language, "paper": paper, "data_file": DATA_FILE},
        )
    return Document(
        html=html,
        inputs_sha256=digest,
        issued_epoch=int(issued_at.timestamp()),
        attached=(Attached(DATA_FILE, "The entries of this extract, with their hashes", data),),
    )
