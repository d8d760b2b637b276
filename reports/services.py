"""Ask for a report once, make it, and issue it whole or not at all."""

from collections.abc import Callable, Sequence
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
from reports.figures.canonical import sha256_of
from reports.figures.due_diligence import ChainHead
from reports.figures.gather import candidate_package
from reports.making import MadeFile, figures_of, file_made, steps_of
from reports.models import Report, ReportCandidate, ReportFigures, ReportFile
from reports.policies import ReportPolicy, policy_of

JOB_KIND = "reports.render"
ANCHOR_LENGTH = 100
QUESTION_LENGTH = 16

type Step = Callable[[int], None]


class ReportRefused(Exception):
    """The report cannot be asked for; `text` says what is wrong and what would be right."""

    def __init__(self, text: str | Promise) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass(frozen=True)
class Prepared:
    """A report that is ready to be issued: its figures as canonical JSON and the files made from them."""

    inputs: str
    inputs_sha256: str
    history: ChainHead
    files: tuple[MadeFile, ...]


def report_request(
    *,
    program: Program,
    site: Site,
    language: str,
    paper: str,
    as_of: date,
    actor: User,
    token: str,
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
    report = Report(program=program, site=site, language=language, paper=paper, as_of=as_of)
    return report_ask(report=report, actor=actor, token=token)


def report_ask(*, report: Report, sites: Sequence[int] = (), actor: User, token: str) -> Report:
    """Write down a report with its job, once for each token; `sites` are those compared.

    Whoever goes back in the browser and asks for something else with the same token asks for another report.
    """
    key = f"report:{actor.pk}:{token}:{_question(report, sites)}"
    with recorded(actor=actor):
        job = job_request(
            kind=JOB_KIND, key=key, payload={"report": key}, actor=actor, language=actor.language
        )
        report.key, report.requested_by, report.job = key, actor, job
        Report.objects.bulk_create([report], ignore_conflicts=True)
        kept = Report.objects.get(key=key)
        candidates_write(report=kept, sites=sites)
        return kept


def _question(report: Report, sites: Sequence[int]) -> str:
    """What is asked for, as a few characters."""
    about = (
        *(report.kind, report.program_id, report.site_id, report.package_id, report.run_id),
        *(report.decision_id, report.audit_id, report.record_model, report.record_pk, report.entry_filters),
        report.as_of,
    )
    told = (*about, *sorted(report.formats), report.language, report.paper, *sites)
    return sha256_of(" ".join(map(str, told)))[:QUESTION_LENGTH]


def candidates_write(*, report: Report, sites: Sequence[int]) -> None:
    """Those compared, in their order; written once. In the transaction of the caller."""
    ReportCandidate.objects.bulk_create(
        (ReportCandidate(report=report, site_id=site, position=at) for at, site in enumerate(sites, start=1)),
        ignore_conflicts=True,
    )


def report_retry(*, report: Report, actor: User) -> None:
    """Put a report whose job failed or was cancelled back into the queue, for who may ask for its kind."""
    policy_of(report).require(actor)
    job_request(kind=JOB_KIND, key=report.key, payload={"report": report.key}, actor=actor)


def report_prepare(*, report: Report, sites: Sequence[int] = (), step: Step = lambda done: None) -> Prepared:
    """Gather the figures and make the files. `step` hears 1, 2, 3 as the parts of `steps_of` begin.

    `sites` are those compared, where the report is not written down yet.

    Nothing is written but the head of the change history, noted because the report prints it.

    Raises:
        NoCandidate, CandidateGone: when a site is no longer a candidate.
        RenderingFailed: when the PDF could not be made.
    """
    step(1)
    head = anchor_head(source=f"report {report.key}"[:ANCHOR_LENGTH])
    history = ChainHead(head.position or 0, head.hash) if head else ChainHead(0, "")
    inputs = figures_of(
        report,
        sites or compared_in(report),
        issued_at=timezone.now().replace(microsecond=0),
        history=history,
    )
    files = []
    for at, made_as in enumerate(steps_of(report)[1:], start=2):
        step(at)
        files.append(file_made(report, inputs, made_as))
    return Prepared(inputs, sha256_of(inputs), history, tuple(files))


def report_issue(*, report: Report, prepared: Prepared) -> None:
    """Save the files, the figures and their hashes; in the transaction of the caller, all or nothing."""
    issued = Report.objects.filter(pk=report.pk, issued_at=None).update(
        issued_at=timezone.now(),
        inputs_sha256=prepared.inputs_sha256,
        history_position=prepared.history.position or None,
        history_sha256=prepared.history.sha256,
    )
    if issued:
        ReportFigures.objects.create(report_id=report.pk, inputs=prepared.inputs.encode())
        ReportFile.objects.bulk_create(
            ReportFile(
                report_id=report.pk,
                format=file.made_as,
                content=file.content,
                sha256=file.sha256,
                size_bytes=len(file.content),
                pages=file.pages,
            )
            for file in prepared.files
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
    return report_finish(report=report, actor=actor)


def report_finish(*, report: Report, sites: Sequence[int] = (), actor: User | None) -> Report:
    """Make a report that is not written down yet, and write and issue it in one transaction.

    Raises as `report_prepare`; no report is left behind then.
    """
    prepared = report_prepare(report=report, sites=sites)
    with recorded(actor=actor):
        report.save()
        candidates_write(report=report, sites=sites)
        report_issue(report=report, prepared=prepared)
    report.refresh_from_db()
    return report


def compared_in(report: Report) -> tuple[int, ...]:
    """The sites that a report compares, in their order. One query, none before it is written down."""
    return tuple(report.candidates.values_list("site_id", flat=True)) if report.pk else ()


def refuse_tomorrow(as_of: date) -> None:
    """Raises ReportRefused for a day that lies ahead."""
    if as_of > timezone.localdate():
        raise ReportRefused(_("The date lies ahead. A report says what was known on a day up to today."))


def _refuse_impossible(program: Program, site: Site, as_of: date) -> None:
    refuse_tomorrow(as_of)
    if candidate_package(program, site) is None:
        raise ReportRefused(
            _("This site is not among the candidates in play. Add it to the program first, then ask again.")
        )
