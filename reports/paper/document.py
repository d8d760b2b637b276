"""Figures to HTML: one canonical JSON, one language, one paper size, one text."""

from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone, translation

from reports.compared.view import compared
from reports.figures.canonical import from_json, sha256_of
from reports.figures.due_diligence import DueDiligence
from reports.paper.comparison import ComparisonPages
from reports.paper.order import Attached
from reports.paper.pages import due_diligence_pages

FIGURES_FILE = "figures.json"


@dataclass(frozen=True)
class Document:
    """A document ready for the press. `inputs_sha256` is the hash printed on its pages."""

    html: str
    inputs_sha256: str
    issued_epoch: int
    attached: tuple[Attached, ...]


def due_diligence_document(*, inputs: str, language: str, paper: str) -> Document:
    """The report made from canonical JSON and nothing else, so that it can be made again from its own."""
    figures = from_json(DueDiligence, inputs)
    digest = sha256_of(inputs)
    with translation.override(language), timezone.override("UTC"):
        pages = due_diligence_pages(figures, inputs_sha256=digest)
        html = _rendered("reports/due_diligence.html", pages, language, paper)
    return _document(html, inputs, figures.issued_at)


def comparison_document(*, inputs: str, language: str, paper: str) -> Document:
    """The same for a comparison of candidates."""
    with translation.override(language), timezone.override("UTC"):
        pages = ComparisonPages(compared(inputs))
        html = _rendered("reports/comparison.html", pages, language, paper)
    return _document(html, inputs, pages.figures.issued_at)


def _rendered(template: str, pages: object, language: str, paper: str) -> str:
    context = {"report": pages, "language": language, "paper": paper, "figures_file": FIGURES_FILE}
    return str(render_to_string(template, context))


def _document(html: str, inputs: str, issued_at: datetime) -> Document:
    return Document(
        html=html,
        inputs_sha256=sha256_of(inputs),
        issued_epoch=int(issued_at.timestamp()),
        # The description stays in English: a file's own label, not a sentence of the report.
        attached=(Attached(FIGURES_FILE, "The figures that this report was made from", inputs),),
    )
