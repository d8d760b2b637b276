"""Figures to HTML: one canonical JSON, one language, one paper size, one text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.template.loader import render_to_string
from django.utils import timezone, translation

from reports.compared.view import compared
from reports.figures.canonical import from_json, sha256_of
from reports.figures.due_diligence import DueDiligence
from reports.paper.comparison import ComparisonPages
from reports.paper.decision import decision_pages
from reports.paper.distribution import distribution_pages
from reports.paper.order import Attached
from reports.paper.pages import due_diligence_pages
from reports.paper.worded import audit_pages, history_pages

FIGURES_FILE = "figures.json"


@dataclass(frozen=True)
class Document:
    """A document ready for the press. `inputs_sha256` is the hash printed on its pages."""

    html: str
    inputs_sha256: str
    issued_epoch: int
    attached: tuple[Attached, ...]


class Pages(Protocol):
    """What a template is given; the figures know when they were issued.

    `attached`, where there is any, are files beside the figures.
    """

    @property
    def figures(self) -> Any: ...


def _due_diligence(inputs: str) -> Pages:
    return due_diligence_pages(from_json(DueDiligence, inputs), inputs_sha256=sha256_of(inputs))


def _comparison(inputs: str) -> Pages:
    return ComparisonPages(compared(inputs))


# What each kind of report is set from: its template, and the pages made from its figures.
PAGES: Mapping[str, tuple[str, Callable[[str], Pages]]] = {
    "due_diligence": ("reports/due_diligence.html", _due_diligence),
    "comparison": ("reports/comparison.html", _comparison),
    "decision": ("reports/decision.html", decision_pages),
    "distribution": ("reports/distribution.html", distribution_pages),
    "audit": ("reports/audit.html", audit_pages),
    "history": ("reports/history.html", history_pages),
}


def document_of(kind: str, *, inputs: str, language: str, paper: str) -> Document:
    """A report made from canonical JSON and nothing else, so that it can be made again from its own."""
    template, make = PAGES[kind]
    with translation.override(language), timezone.override("UTC"):
        pages = make(inputs)
        context = {"report": pages, "language": language, "paper": paper, "figures_file": FIGURES_FILE}
        html = str(render_to_string(template, context))
        issued_at: datetime = pages.figures.issued_at
        more: tuple[Attached, ...] = getattr(pages, "attached", ())
    return Document(
        html=html,
        inputs_sha256=sha256_of(inputs),
        issued_epoch=int(issued_at.timestamp()),
        # The description stays in English: a file's own label, not a sentence of the report.
        attached=(Attached(FIGURES_FILE, "The figures that this report was made from", inputs), *more),
    )
