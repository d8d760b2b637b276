"""Ask for a report once, make it, and issue it whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from jobs.services import job_request
from partners.models import Site
from programs.models import Program
from records.anchors import anchor_head
from records.context import recorded
from reports.figures.canonical import canonical_json
from reports.figures.due_diligence import ChainHead
from reports.figures.gather import candidate_package, due_diligence_figures
from reports.models import Report, ReportFile
from reports.paper.document import due_diligence_document
from reports.paper.press import Printed, pdf_print
from reports.policies import ReportPolicy

JOB_KIND = "reports.render"
ANCHOR_LENGTH = 100

type Step = Callable[[int], None]


class ReportRefused(Exception):
    """The report cannot be asked for; `text` says what is wrong and what would be right."""

    def __init__(self, text: str | Promise) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass(frozen=True)
class Prepared:
    """A report that is ready to be issued: its figures as canonical JSON and the PDF made from them."""

    inputs: str
    inputs_sha256: str
    history: ChainHead
    printed: Printed


def report_request(
    *,
    program: Program,
    site: Site,
    language: str,
    paper: str,
    as_of: date,
    actor: User,
    token: str,
    kind: str = Report.Kind.DUE_DILIGENCE,
) -> Report:
    """Ask for a report; a worker is woken when the transaction commits.

    `token` belongs to one showing of the form: sending the same form twice gives the same report. Asking
    again for one whose job failed puts it back into the queue.

    Raises:
        PermissionDenied: when the person's role may not ask for reports.
        ReportRefused: when the site is no candidate of the program or the date lies ahead.
    """
    ReportPolicy.request.require(actor)
    _refuse_impossible(program, site, as_of)
    key = f"report:{actor.pk}:{token}"
    with recorded(actor=actor):
        job = job_request(
            kind=JOB_KIND, key=key, payload={"report": key}, actor=actor, language=actor.language
        )
        Report.objects.bulk_create(
            [
                Report(
                    key=key,
                    kind=kind,
                    program=program,
                    site=site,
                    language=language,
                    paper=paper,
                    as_of=as_of,
                    requested_by=actor,
                    job=job,
                )
            ],
            ignore_conflicts=True,
        )
        return Report.objects.get(key=key)


def report_retry(*, report: Report, actor: User) -> None:
    """Put a report whose job failed or was cancelled back into the queue."""
    ReportPolicy.request.require(actor)
    job_request(kind=JOB_KIND, key=report.key, payload={"report": report.key}, actor=actor)


def report_prepare(*, report: Report, step: Step = lambda done: None) -> Prepared:
    """Gather the figures and make the PDF. `step` hears 1, 2, 3 as the parts begin.

    Nothing is written but the head of the change history, noted because the report prints it.

    Raises:
        NoCandidate: when the site is no longer a candidate of the program.
        RenderingFailed: when the PDF could not be made.
    """
    step(1)
    head = anchor_head(source=f"report {report.key}"[:ANCHOR_LENGTH])
    figures = due_diligence_figures(
        program=report.program,
        site=report.site,
        as_of=report.as_of,
        issued_at=timezone.now().replace(microsecond=0),
        requested_by=str(report.requested_by or ""),
        history=ChainHead(head.position or 0, head.hash) if head else ChainHead(0, ""),
    )
    inputs = canonical_json(figures)
    step(2)
    document = due_diligence_document(inputs=inputs, language=report.language, paper=report.paper)
    step(3)
    return Prepared(inputs, document.inputs_sha256, figures.history, pdf_print(document))


def report_issue(*, report: Report, prepared: Prepared) -> None:
    """Save the file, its figures and their hashes; in the transaction of the caller, all or nothing."""
    issued = Report.objects.filter(pk=report.pk, issued_at=None).update(
        issued_at=timezone.now(),
        inputs_sha256=prepared.inputs_sha256,
        file_sha256=prepared.printed.sha256,
        file_bytes=len(prepared.printed.content),
        pages=prepared.printed.pages,
        history_position=prepared.history.position or None,
        history_sha256=prepared.history.sha256,
    )
    if issued:
        ReportFile.objects.create(
            report_id=report.pk, inputs=prepared.inputs.encode(), content=prepared.printed.content
        )


def report_make(
    *,
    program: Program,
    site: Site,
    language: str,
    paper: str,
    as_of: date,
    key: str,
    actor: User | None = None,
) -> Report:
    """Make and issue a due-diligence report at once, without a worker; for commands.

    Raises:
        ReportRefused: as `report_request`.
        RenderingFailed: when the PDF could not be made; no report is left behind.
    """
    ReportPolicy.request.require(actor)
    _refuse_impossible(program, site, as_of)
    report = Report(
        key=key,
        program=program,
        site=site,
        language=language,
        paper=paper,
        as_of=as_of,
        requested_by=actor,
    )
    prepared = report_prepare(report=report)
    with recorded(actor=actor):
        report.save()
        report_issue(report=report, prepared=prepared)
    report.refresh_from_db()
    return report


def _refuse_impossible(program: Program, site: Site, as_of: date) -> None:
    if as_of > timezone.localdate():
        raise ReportRefused(_("The date lies ahead. A report says what was known on a day up to today."))
    if candidate_package(program, site) is None:
        raise ReportRefused(
            _("This site is not among the candidates in play. Add it to the program first, then ask again.")
        )
