"""Reports: the library, asking for one, how it is doing, its files."""

from __future__ import annotations

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import HeaderEx, P, Query, Schema
from ninja.responses import Status
from pydantic import ConfigDict, Field, StringConstraints

from api.days import not_ahead
from api.declared import Routes
from api.fields import Day, Text
from api.gate import TokenRequest
from api.paging import Page, PageQuery, cut_of
from api.problems import Problem
from programs.models import Program
from programs.views.access import program_or_404
from reports.comparisons import ComparisonRefused, comparison_request
from reports.models import Report
from reports.policies import ReportPolicy
from reports.selectors import reports_with_files, sites_to_report_on
from reports.services import ReportRefused, report_request
from reports.tables import state_key
from reports.views.access import report_or_404
from reports.views.library import CONTENT_TYPES, file_response
from scorecards.selectors import run_of

routes = Routes(tags=["Reports"])

type Key = Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
SiteId = Annotated[int, Field(strict=True, ge=1, le=2**63 - 1)]


class FileOut(Schema):
    format: str
    url: str
    size_bytes: int
    sha256: str


class ReportOut(Schema):
    """A report, issued or on the way there."""

    id: int
    kind: str
    program: str | None = Field(description="Address of the program or work package; null for other reports.")
    site_id: int | None
    subject: str
    as_of: date
    language: str
    paper: str
    state: Literal["waiting", "being_made", "issued", "stopped", "not_made"]
    requested_by: str | None
    requested_at: datetime
    issued_at: datetime | None
    inputs_sha256: str = Field(description="Hash of the figures; the same in every file of the report.")
    files: list[FileOut]


class ReportsQuery(PageQuery):
    program: Text = Field("", description="Of one program, by its code.")
    kind: Literal["due_diligence", "comparison", "decision", "distribution", "audit", "history"] | None = None


class ReportAsked(Schema):
    """What is asked for."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["due_diligence", "comparison"] = "due_diligence"
    program: Text = Field(description="The code of a program, or the address of a work package.")
    site_ids: list[SiteId] = Field(
        min_length=1, max_length=8, description="The candidate; for a comparison two to eight."
    )
    as_of: Day | None = Field(None, description="Only what was known by then; today without it.")
    language: Literal["en", "fr"] = "en"
    paper: Literal["a4", "letter"] = "a4"
    formats: list[Literal["pdf", "xlsx", "pptx"]] = Field(
        ["pdf"], max_length=3, description="Of a comparison; due diligence is a PDF."
    )
    evaluation: Text = Field("", description="SHA-256 of a frozen evaluation to compare on; its day counts.")


@routes.declare("GET", "reports", name="reports", permission=ReportPolicy.view, answers=Page[ReportOut])
def reports(request: TokenRequest, asked: Query[ReportsQuery]) -> dict[str, Any]:
    """The reports of the person's programs and audits, the newest first."""
    rows = reports_with_files(request.user)
    if asked.program:
        rows = rows.filter(program__code=asked.program)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    return cut_of(rows.prefetch_related("program__packages"), asked).page(report_data)


def report_data(report: Report) -> dict[str, Any]:
    """A report as the API tells it."""
    own = ("kind", "site_id", "subject", "as_of", "language", "paper")
    later = ("requested_at", "issued_at", "inputs_sha256")
    return {
        "id": report.pk,
        **{name: getattr(report, name) for name in (*own, *later)},
        "program": report.address or None,
        "state": state_key(report),
        "requested_by": str(report.requested_by) if report.requested_by else None,
        "files": [
            {
                "format": file.format,
                "url": reverse("api:report-file", args=[report.pk, file.format]),
                "size_bytes": file.size_bytes,
                "sha256": file.sha256,
            }
            for file in report.files.all()
        ],
    }


@routes.declare(
    "POST",
    "reports",
    name="reports",
    operation="report-ask",
    permission=ReportPolicy.request,
    answers=ReportOut,
    status=202,
    problems=(400, 404),
)
def report_ask(
    request: TokenRequest,
    response: HttpResponse,
    asked: ReportAsked,
    key: HeaderEx[Key, P(alias="Idempotency-Key", description="The same key asks for the same once.")],
) -> Status[Any]:
    """Ask for a report; a worker makes it. Sent again with the same key, it is the same report."""
    program = program_or_404(request, asked.program)
    try:
        made = (
            _due_diligence(request, asked, program, key)
            if asked.kind == "due_diligence"
            else (_comparison(request, asked, program, key))
        )
    except ReportRefused as refusal:
        at = refusal.field if isinstance(refusal, ComparisonRefused) else "site_ids"
        raise Problem.of_field({"sites": "site_ids"}.get(at, at), str(refusal), place="body") from None
    found = reports_with_files(request.user).get(pk=made.pk)
    response.headers["Location"] = reverse("api:report", args=[found.pk])
    return Status(HTTPStatus.ACCEPTED, report_data(found))


def _due_diligence(request: TokenRequest, asked: ReportAsked, program: Program, key: str) -> Report:
    if asked.evaluation:
        raise ComparisonRefused("evaluation", _("Only a comparison is made on a frozen evaluation."))
    site = next((each for each in sites_to_report_on(program) if each.pk == asked.site_ids[0]), None)
    if site is None or len(asked.site_ids) > 1:
        raise ReportRefused(_("Name one candidate of the program that is in play."))
    return report_request(
        program=program,
        site=site,
        language=asked.language,
        paper=asked.paper,
        as_of=_day(asked),
        actor=request.user,
        token=key,
    )


def _comparison(request: TokenRequest, asked: ReportAsked, program: Program, key: str) -> Report:
    run = run_of(program, asked.evaluation) if asked.evaluation else None
    if asked.evaluation and run is None:
        raise ComparisonRefused("evaluation", _("No evaluation of the program was frozen under this hash."))
    package = program.package
    package.program = program
    return comparison_request(
        package=package,
        sites=asked.site_ids,
        formats=asked.formats,
        language=asked.language,
        paper=asked.paper,
        as_of=_day(asked),
        run=run,
        actor=request.user,
        token=key,
    )


def _day(asked: ReportAsked) -> date:
    return not_ahead(asked.as_of, place="body") or timezone.localdate()


@routes.declare(
    "GET",
    "reports/{int:pk}",
    name="report",
    permission=ReportPolicy.view,
    answers=ReportOut,
    load=report_or_404,
)
def report(request: TokenRequest, pk: int) -> dict[str, Any]:
    """One report: how it is doing, and its files when it is issued."""
    return report_data(request.record)


@routes.declare(
    "GET",
    "reports/{int:pk}/files/{str:made_as}",
    name="report-file",
    permission=ReportPolicy.view,
    answers=None,
    load=report_or_404,
    openapi_extra={"responses": {200: {"content": {kind: {} for kind in CONTENT_TYPES.values()}}}},
)
def report_file(request: TokenRequest, pk: int, made_as: str) -> HttpResponse:
    """A file of an issued report: PDF, XLSX or PPTX."""
    return file_response(request.record, made_as)
