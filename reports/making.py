"""What a report of each kind is made of: its figures, and the file of each format."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_noop

from reports.figures.canonical import canonical_json
from reports.figures.compare import Question, comparison_figures
from reports.figures.due_diligence import ChainHead
from reports.figures.gather import due_diligence_figures
from reports.models import Report
from reports.office.slides import comparison_slides
from reports.office.workbook import comparison_workbook
from reports.paper.document import Document, comparison_document, due_diligence_document
from reports.paper.press import pdf_print

Format = Report.Format

GATHERING = gettext_noop("Gathering the figures")
NOTES = {
    Format.PDF: gettext_noop("Making the PDF"),
    Format.XLSX: gettext_noop("Making the spreadsheet"),
    Format.PPTX: gettext_noop("Making the slides"),
}


@dataclass(frozen=True)
class MadeFile:
    """A finished file. `pages` counts pages or slides, None for a spreadsheet."""

    made_as: str
    content: bytes
    sha256: str
    pages: int | None


def steps_of(report: Report) -> list[str]:
    """The parts of the work in order: "" for gathering, then the formats as they are listed here."""
    return ["", *(made_as.value for made_as in Format if made_as.value in report.formats)]


def step_note(step: str) -> str:
    """What a person is told while a part goes on; to be translated."""
    return NOTES[Format(step)] if step else GATHERING


def figures_of(report: Report, sites: Sequence[int], *, issued_at: datetime, history: ChainHead) -> str:
    """The figures as canonical JSON; `sites` are those compared.

    Raises:
        NoCandidate, CandidateGone: when a site is no longer a candidate.
    """
    asked_by = str(report.requested_by or "")
    if report.package is not None:
        package = report.package
        package.program = report.program
        question = Question(package, tuple(sites), report.as_of, report.run)
        return canonical_json(
            comparison_figures(question, issued_at=issued_at, requested_by=asked_by, history=history)
        )
    assert report.site is not None  # the constraint report_subject
    return canonical_json(
        due_diligence_figures(
            program=report.program,
            site=report.site,
            as_of=report.as_of,
            issued_at=issued_at,
            requested_by=asked_by,
            history=history,
        )
    )


def document_of(kind: str, *, inputs: str, language: str, paper: str) -> Document:
    """The document of a kind of report, made from its figures and nothing else."""
    make = comparison_document if kind == Report.Kind.COMPARISON else due_diligence_document
    return make(inputs=inputs, language=language, paper=paper)


def file_made(report: Report, inputs: str, made_as: str) -> MadeFile:
    """One file of a report.

    Raises:
        RenderingFailed: when the PDF could not be made.
    """
    language, pages = report.language, None
    if made_as == Format.XLSX:
        content = comparison_workbook(inputs=inputs, language=language, paper=report.paper)
    elif made_as == Format.PPTX:
        content, pages = comparison_slides(inputs=inputs, language=language)
    else:
        document = document_of(report.kind, inputs=inputs, language=language, paper=report.paper)
        printed = pdf_print(document)
        content, pages = printed.content, printed.pages
    return MadeFile(made_as, content, hashlib.sha256(content).hexdigest(), pages)
