"""Frozen evaluations: freeze, list, read, check, download."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.views.access import AuthenticatedRequest
from programs.models import Program
from programs.views.access import in_program
from scorecards.agreed import agreed_from
from scorecards.anchor_words import version_text
from scorecards.engine import Status
from scorecards.engine.exact import SCORE_UNITS
from scorecards.forms import day_of, day_refused
from scorecards.models import EvaluationRun
from scorecards.policies import ScorecardPolicy
from scorecards.requirements import columns_of_data
from scorecards.selectors import run_of, runs_of
from scorecards.services import evaluation_freeze, evaluation_verify, frozen_content
from scorecards.wording import (
    STATUS_TONES,
    criterion_title,
    sentence_of_data,
    status_word,
    template_title,
)


@in_program(ScorecardPolicy.view)
def frozen_list(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Every frozen evaluation of the program, newest first."""
    context = {"program": program, "runs": runs_of(program.package)}
    return render(request, "scorecards/frozen_list.html", context)


@require_POST
@in_program(ScorecardPolicy.freeze)
def freeze(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Freeze the evaluation as of the day of the page; a second click finds the first's."""
    package = program.package
    package.program = program
    try:
        if refusal := day_refused(request.GET):
            raise ValidationError(refusal)
        run, created = evaluation_freeze(package=package, as_of=day_of(request.GET), actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("scorecards:scorecard", code=program.address)
    text = (
        _("The evaluation is frozen under its hash.")
        if created
        else _("Nothing has changed since this evaluation was frozen: it is the same one.")
    )
    messages.success(request, text)
    return redirect("scorecards:frozen", code=program.address, sha256=run.sha256)


@in_program(ScorecardPolicy.view)
def frozen(request: AuthenticatedRequest, program: Program, sha256: str) -> HttpResponseBase:
    """One frozen evaluation as it was, read from its own content."""
    run = _run(program, sha256)
    return render(request, "scorecards/frozen.html", frozen_context(program, run))


@require_POST
@in_program(ScorecardPolicy.view)
def frozen_verify(request: AuthenticatedRequest, program: Program, sha256: str) -> HttpResponseBase:
    """Compute hash and result again and say what came out."""
    run = _run(program, sha256)
    context = frozen_context(program, run) | {"verification": evaluation_verify(run=run)}
    return render(request, "scorecards/frozen.html", context)


@in_program(ScorecardPolicy.view)
def frozen_download(request: AuthenticatedRequest, program: Program, sha256: str) -> HttpResponseBase:
    """The canonical JSON: its SHA-256 is the hash on the page."""
    run = _run(program, sha256)
    response = HttpResponse(frozen_content(run).canonical, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{program.code}-{run.sha256[:12]}.json"'
    return response


@dataclass(frozen=True, slots=True)
class FrozenOverride:
    """A person's value that stood in place of a derived one when the evaluation was frozen."""

    name: str
    title: str
    low: float
    high: float
    made_by: str
    made_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class FrozenRow:
    """One candidate of a frozen evaluation."""

    name: str
    fei: str
    rank: int | None
    best_rank: int | None
    worst_rank: int | None
    status: str
    tone: str
    score: float
    score_upper: float
    completeness: float
    gates: list[tuple[str, str, str]]


def frozen_context(program: Program, run: EvaluationRun) -> dict[str, Any]:
    """What the page shows, from the frozen content alone."""
    heads = {head["site_id"]: head for head in run.inputs["candidates"]}
    titles = {row["key"]: criterion_title(row["key"], row["title"]) for row in run.inputs["plan"]["criteria"]}
    asked = columns_of_data(run.inputs.get("requirements", ()))
    titles |= {column.asked.key: column.asked.words for column in asked}
    plan = run.inputs["plan"]
    return {
        "program": program,
        "run": run,
        "template_name": template_title(plan["template_key"], plan["template_title"]),
        "template_version": version_text(plan["template_version"]),
        "rows": [_row(data, heads[data["site_id"]], titles) for data in run.result["candidates"]],
        "weights": [
            (titles[row["key"]], row["parent"] is None, Decimal(row["weight"]))
            for row in plan["criteria"]
            if not row["is_must_have"]
        ],
        "overrides": [
            FrozenOverride(
                name=heads[data["site_id"]]["name"],
                title=titles.get(data["criterion"], data["criterion"]),
                low=data["low"],
                high=data["high"],
                made_by=data["made_by"],
                made_on=date.fromisoformat(data["made_on"]),
                reason=data["reason"],
            )
            for data in run.inputs.get("overrides", ())
            if data["site_id"] in heads
        ],
        "agreed": _agreed_lines(run, heads, titles),
        "rules": sorted(run.rule_versions.items()),
        "engine_digest": run.result["digest"],
    }


@dataclass(frozen=True, slots=True)
class FrozenAgreed:
    """A value that a panel had agreed on when the evaluation was frozen."""

    name: str
    title: str
    panel: str
    words: str
    reason: str


def _agreed_lines(
    run: EvaluationRun, heads: dict[int, dict[str, Any]], titles: dict[str, str]
) -> list[FrozenAgreed]:
    rows = [agreed_from(data) for data in run.inputs.get("agreed", ()) if data["site_id"] in heads]
    # As the evaluation put it: what its evidence had settled did not count.
    told = {
        (candidate["site_id"], cell["key"]): cell["panel"]["rationale"]
        for candidate in run.result["candidates"]
        for cell in candidate["criteria"]
        if "panel" in cell
    }
    return [
        FrozenAgreed(
            name=heads[row.site_id]["name"],
            title=titles.get(row.criterion, row.criterion),
            panel=row.panel,
            words=sentence_of_data(told[row.site_id, row.criterion]),
            reason=row.reason,
        )
        for row in rows
        if (row.site_id, row.criterion) in told
    ]


def _row(data: dict[str, Any], head: dict[str, Any], titles: dict[str, str]) -> FrozenRow:
    low, high = data["exact_score"], data["exact_score_upper"]
    status = Status(data["status"])
    return FrozenRow(
        name=head["name"],
        fei=head["fei"],
        rank=data["rank"],
        best_rank=data["best_rank"],
        worst_rank=data["worst_rank"],
        status=status_word(status),
        tone=STATUS_TONES[status],
        score=low / SCORE_UNITS,
        score_upper=high / SCORE_UNITS,
        completeness=1 - (high - low) / (100 * SCORE_UNITS),
        gates=[
            (titles[gate["key"]], gate["status"], sentence_of_data(gate["reason"]))
            for gate in data["gates"]
            if gate["status"] != "pass"
        ],
    )


def _run(program: Program, sha256: str) -> EvaluationRun:
    run = run_of(program, sha256)
    if run is None:
        raise Http404
    return run
