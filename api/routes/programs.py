"""Programs that the person may see, their rankings, and what was frozen of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponse
from ninja import Query, Schema
from pydantic import BaseModel, ConfigDict, Field

from api.days import DayQuery
from api.declared import Routes
from api.gate import TokenRequest
from api.paging import Page, PageQuery, cut_of
from programs.models import Program, WorkPackage
from programs.policies import ProgramPolicy
from programs.selectors import programs_listed
from programs.views.access import program_or_404
from scorecards.models import EvaluationRun
from scorecards.plain import ranking_data
from scorecards.policies import ScorecardPolicy
from scorecards.selectors import ranking_kept, run_of
from scorecards.services import frozen_content

routes = Routes(tags=["Programs"])
HASH = "SHA-256 of the canonical JSON at `/programs/{code}/evaluations/{sha256}`."


class ProgramRow(Schema):
    """A program as a list shows it."""

    code: str
    name: str
    product: str
    modality: str
    dosage_form: str
    route: str
    stage: str
    candidate_count: int
    updated_at: datetime


class WorkPackageOut(Schema):
    address: str = Field(description="Stands for it wherever an address names a program.")
    name: str
    operations: list[str]


class ProgramOut(Schema):
    """A program with its needs and work packages."""

    code: str
    name: str
    product: str
    modality: str
    dosage_form: str
    route: str
    stage: str
    batch_size: float | None
    batch_size_peak: float | None
    batch_unit: str
    operations: list[str]
    containment_oeb: int | None
    temperature_min: int | None
    temperature_max: int | None
    regions: list[str]
    therapeutic_area: str
    transfer_on: date | None
    first_batch_on: date | None
    submission_on: date | None
    launch_on: date | None
    updated_at: datetime
    work_packages: list[WorkPackageOut]


class RankingPart(BaseModel):
    """A part of a ranking, which is whatever the command prints: fields not named here pass as well."""

    model_config = ConfigDict(extra="allow")


class RuleOut(RankingPart):
    key: str
    version: int


class TemplateOut(RankingPart):
    key: str
    version: int
    claimed_margin: float = Field(description="Points by which a value that is only claimed is widened.")


class CriterionOut(RankingPart):
    key: str
    title: str
    group: str | None
    coverage: list[str]
    weight: float
    rule: RuleOut


class MustHaveOut(RankingPart):
    key: str
    title: str
    rule: RuleOut


class MustHaveAnswer(RankingPart):
    key: str
    title: str
    status: str
    reason: str


class InPlaceOut(RankingPart):
    """Who put the value in place of the derived one."""

    kind: str = Field(description="`person` or `panel`.")
    name: str
    reason: str
    on: date


class CellOut(RankingPart):
    """The value of a candidate on a criterion, 0 to 100; `value` is null while evidence is open."""

    key: str
    title: str
    low: float
    high: float
    value: float | None
    weight: float
    strength: str | None
    rationale: str
    widened: float | None = None
    in_place_of_derived: InPlaceOut | None = None


class OpenOut(RankingPart):
    """Open evidence that could raise the score by `gain`; `decisive`: enough to change who leads."""

    criterion: str
    gain: float
    decisive: bool


class CandidateOut(RankingPart):
    fei: str | None
    site_id: int
    name: str
    organization: str
    status: str
    rank: int | None
    best_rank: int | None
    worst_rank: int | None
    score: float
    score_upper: float
    completeness: float
    gates: list[MustHaveAnswer]
    criteria: list[CellOut]
    next_evidence: list[OpenOut]


class RankingOut(RankingPart):
    """What `manage.py rank --json` prints."""

    program: str
    as_of: date
    template: TemplateOut
    rules: dict[str, int]
    digest: str
    criteria: list[CriterionOut]
    gates: list[MustHaveOut]
    candidates: list[CandidateOut]


class EvaluationRow(Schema):
    """A frozen evaluation without its content."""

    sha256: str = Field(description=HASH)
    as_of: date
    frozen_at: datetime
    frozen_by: str | None
    history_head: str = Field(description="Head of the change history when it was frozen.")


@routes.declare("GET", "programs", name="programs", permission=ProgramPolicy.view, answers=Page[ProgramRow])
def programs(request: TokenRequest, asked: Query[PageQuery]) -> dict[str, Any]:
    """The programs of the person, the newest first."""
    return cut_of(programs_listed(request.user), asked).page(_row)


def _row(row: Program) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ProgramRow.model_fields}


@routes.declare(
    "GET",
    "programs/{str:code}",
    name="program",
    permission=ProgramPolicy.view,
    answers=ProgramOut,
    load=program_or_404,
    address="code",
)
def program(request: TokenRequest, code: str) -> dict[str, Any]:
    """One program with its needs and work packages."""
    found: Program = request.record
    told = {name: getattr(found, name) for name in ProgramOut.model_fields if name != "work_packages"}
    return told | {"work_packages": [_package(found, part) for part in found.parts]}


def _package(found: Program, part: WorkPackage) -> dict[str, Any]:
    found.package = part
    return {"address": found.address, "name": part.name, "operations": part.operations}


@routes.declare(
    "GET",
    "programs/{str:code}/ranking",
    name="ranking",
    permission=ScorecardPolicy.view,
    answers=RankingOut,
    load=program_or_404,
    address="code",
)
def ranking(request: TokenRequest, code: str, asked: Query[DayQuery]) -> dict[str, Any]:
    """The ranked candidates of a work package, each with its values, reasons and open evidence."""
    package = request.record.package
    package.program = request.record
    return ranking_data(ranking_kept(package, asked.day))


@routes.declare(
    "GET",
    "programs/{str:code}/evaluations",
    name="evaluations",
    permission=ScorecardPolicy.view,
    answers=Page[EvaluationRow],
    load=program_or_404,
    address="code",
)
def evaluations(request: TokenRequest, code: str, asked: Query[PageQuery]) -> dict[str, Any]:
    """What was frozen of a work package, the newest first."""
    runs = EvaluationRun.objects.filter(scorecard__work_package=request.record.package)
    return cut_of(runs.select_related("frozen_by").defer("inputs", "result"), asked).page(_evaluation)


def _evaluation(run: EvaluationRun) -> dict[str, Any]:
    told = {name: getattr(run, name) for name in EvaluationRow.model_fields if name != "frozen_by"}
    return told | {"frozen_by": str(run.frozen_by) if run.frozen_by else None}


@routes.declare(
    "GET",
    "programs/{str:code}/evaluations/{str:sha256}",
    name="evaluation",
    permission=ScorecardPolicy.view,
    answers=dict[str, Any],
    load=program_or_404,
    address="code",
)
def evaluation(request: TokenRequest, code: str, sha256: str) -> HttpResponse:
    """A frozen evaluation as it was hashed: the SHA-256 of these bytes is its name."""
    run = run_of(request.record, sha256)
    if run is None:
        raise Http404
    return HttpResponse(frozen_content(run).canonical, content_type="application/json")
