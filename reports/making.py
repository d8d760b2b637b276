"""What a report of each kind is made of: its figures, and the file of each format."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from programs.models import WorkPackage
from reports.figures.audit import audit_figures
from reports.figures.canonical import canonical_json
from reports.figures.compare import Question, comparison_figures
from reports.figures.decide import NoDecision, decision_figures
from reports.figures.distribute import distribution_figures
from reports.figures.due_diligence import ChainHead
from reports.figures.gather import due_diligence_figures
from reports.figures.history import history_figures
from reports.models import Report
from reports.office.slides import comparison_slides
from reports.office.workbook import comparison_workbook
from reports.paper.document import document_of
from reports.paper.press import pdf_print

Format, Kind = Report.Format, Report.Kind

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


@dataclass(frozen=True)
class Issue:
    """What every report says of its own making."""

    issued_at: datetime
    requested_by: str
    history: ChainHead

    @property
    def told(self) -> dict[str, Any]:
        return {
            "issued_at": self.issued_at,
            "requested_by": self.requested_by,
            "history": self.history,
        }


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
        NoDecision: when the draft of a decision was discarded.
        TooMuch: when an extract of the history has more entries than are printed.
        NoPlan: when there is no distribution plan any more.
    """
    issue = Issue(issued_at, str(report.requested_by or ""), history)
    return canonical_json(GATHERERS[Kind(report.kind)](report, sites, issue))


# What each asserts is the constraint report_subject.
def _due_diligence(report: Report, _sites: Sequence[int], issue: Issue) -> Any:
    assert report.program is not None
    assert report.site is not None
    return due_diligence_figures(program=report.program, site=report.site, as_of=report.as_of, **issue.told)


def _comparison(report: Report, sites: Sequence[int], issue: Issue) -> Any:
    question = Question(_package(report), tuple(sites), report.as_of, report.run)
    return comparison_figures(question, **issue.told)


def _decision(report: Report, _sites: Sequence[int], issue: Issue) -> Any:
    if report.decision is None:
        raise NoDecision
    report.decision.work_package = _package(report)
    return decision_figures(report.decision, **issue.told)


def _distribution(report: Report, _sites: Sequence[int], issue: Issue) -> Any:
    return distribution_figures(_package(report), as_of=report.as_of, **issue.told)


def _audit(report: Report, _sites: Sequence[int], issue: Issue) -> Any:
    assert report.audit is not None
    return audit_figures(report.audit, language=report.language, as_of=report.as_of, **issue.told)


def _history(report: Report, _sites: Sequence[int], issue: Issue) -> Any:
    return history_figures(
        model=report.record_model,
        record=report.record_pk,
        title=report.record_name,
        filters=report.entry_filters,
        language=report.language,
        as_of=report.as_of,
        **issue.told,
    )


def _package(report: Report) -> WorkPackage:
    assert report.program is not None
    assert report.package is not None
    report.package.program = report.program
    return report.package


GATHERERS: Mapping[Report.Kind, Callable[[Report, Sequence[int], Issue], Any]] = {
    Kind.DUE_DILIGENCE: _due_diligence,
    Kind.COMPARISON: _comparison,
    Kind.DECISION: _decision,
    Kind.DISTRIBUTION: _distribution,
    Kind.AUDIT: _audit,
    Kind.HISTORY: _history,
}


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
