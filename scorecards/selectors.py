"""Questions about scorecards, answered with plain data in a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, JSONField, Q, When
from django.utils import timezone
from django.utils.translation import get_language

from programs.models import Candidate, Demand, Program, WorkPackage
from scorecards.agreed import said_of
from scorecards.derivation.facts import DemandYear, Need, day
from scorecards.derivation.rules import derive
from scorecards.gathering import gather_facts
from scorecards.heads import CandidateHead
from scorecards.keeping import Kept
from scorecards.models import EvaluationRun, WeightChange
from scorecards.plans import Plan, plan_of
from scorecards.ranking import Ranking, rank
from scorecards.requirements import requirement_columns

# Evidence of as many candidates is about a megabyte.
MOST_CANDIDATES = 300
KEPT: Kept[Ranking] = Kept(worth_keeping=lambda ranking: len(ranking.heads) <= MOST_CANDIDATES)


def need_of(program: Program, package: WorkPackage | None = None) -> Need:
    """What the program, or one work package of it, asks for, as the rules read it. One query."""
    demand = Demand.objects.filter(program=program).order_by("year")
    return replace(
        need_without_demand(program, package),
        demand=tuple(
            DemandYear(row.year, row.unit, float(row.low), float(row.base), float(row.high)) for row in demand
        ),
    )


def need_without_demand(program: Program, package: WorkPackage | None) -> Need:
    """The same but for what is needed in each year. No query."""
    operations = (package.operations if package else []) or program.operations
    return Need(
        modality=program.modality,
        dosage_form=program.dosage_form,
        route=program.route,
        stage=program.stage,
        batch_size=_number(program.batch_size),
        batch_unit=program.batch_unit,
        batch_size_peak=_number(program.batch_size_peak),
        operations=tuple(operations),
        containment_oeb=program.containment_oeb,
        temperature_min=program.temperature_min,
        temperature_max=program.temperature_max,
        first_batch_on=None if program.first_batch_on is None else day(program.first_batch_on),
        budget_target=_number(program.budget_target),
        budget_limit=_number(program.budget_limit),
        currency=program.currency,
    )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def candidate_heads(package: WorkPackage) -> tuple[list[CandidateHead], dict[int, str]]:
    """The candidates in play (the declined are out), by site id, and the standing of each. One query."""
    rows = (
        Candidate.objects.filter(work_package=package)
        .exclude(stage=Candidate.Stage.DECLINED)
        .order_by("site_id")
        .values_list(
            "site_id",
            "site__fei",
            "site__name",
            "site__name_key",
            "site__organization__legal_name",
            "site__country",
            "stage",
            "site__standing",
        )
    )
    found = list(rows)
    heads = [
        CandidateHead(site_id, at, fei or "", name, key, organization, str(country or ""), stage)
        for at, (site_id, fei, name, key, organization, country, stage, _) in enumerate(found)
    ]
    return heads, {site_id: standing for site_id, *_, standing in found}


def ranking_of(package: WorkPackage, as_of: date | None = None, plan: Plan | None = None) -> Ranking:
    """The ranking of a work package as of a day (today by default).

    The question is today's: candidates, need, requirements, criteria and weights. Evidence and what people
    said are those of the day. Six queries whatever the number of candidates: criteria, candidates, demand,
    evidence, what people said where there is a scorecard, and requirements. One more for a past day and for
    each kind of record that requirements ask about, one less with a plan. ``package.program`` should be
    loaded.
    """
    on = as_of or timezone.localdate()
    heads, standings = candidate_heads(package)
    need = need_of(package.program, package)
    facts = gather_facts([head.site_id for head in heads], package.pk, on)
    used = plan or plan_of(package)
    said = said_of(package.pk, used.scorecard_id, on)
    return rank(
        program_code=package.program.code,
        program_name=package.program.name,
        package_id=package.pk,
        as_of=on,
        need=need,
        plan=used,
        heads=heads,
        facts=facts,
        derivation=derive(facts, need, day(on), used.anchors, claimed_margin=used.margin),
        overrides=said.overrides,
        agreed=said.agreed,
        requirements=requirement_columns(package, [head.site_id for head in heads], on),
        exceptions=said.exceptions,
        standings=standings,
    )


def looked_back(package: WorkPackage, ranking: Ranking, day_before: date) -> Ranking:
    """A ranking of today as `ranking_of` gives it for a past day, without asking its question again.

    Three queries, one more for each kind of record that requirements ask about.
    """
    sites = [head.site_id for head in ranking.heads]
    facts = gather_facts(sites, package.pk, day_before)
    said = said_of(package.pk, ranking.plan.scorecard_id, day_before)
    return rank(
        program_code=ranking.program_code,
        program_name=ranking.program_name,
        package_id=ranking.package_id,
        as_of=day_before,
        need=ranking.need,
        plan=ranking.plan,
        heads=ranking.heads,
        facts=facts,
        derivation=derive(
            facts, ranking.need, day(day_before), ranking.plan.anchors, claimed_margin=ranking.plan.margin
        ),
        overrides=said.overrides,
        agreed=said.agreed,
        requirements=requirement_columns(package, sites, day_before),
        exceptions=said.exceptions,
    )


def ranking_kept(package: WorkPackage, as_of: date | None = None) -> Ranking:
    """`ranking_of`, worked out again only where anything recorded has changed since. One query where not.

    For pages: who drags a weight asks for the same ranking several times a second.
    """
    program, on = package.program, as_of or timezone.localdate()
    # The program was read before the head of the history was; what is read of it is part of the key.
    asked = (program.code, program.name, need_without_demand(program, package))
    return KEPT.get((package.pk, on, get_language(), *asked), lambda: ranking_of(package, on))


def runs_of(package: WorkPackage) -> list[EvaluationRun]:
    """Frozen evaluations, newest first, without their contents. One query."""
    return list(
        EvaluationRun.objects.filter(scorecard__work_package=package)
        .select_related("frozen_by")
        .defer("inputs", "result")
    )


@dataclass(frozen=True, slots=True)
class FrozenRun:
    """A frozen evaluation; its contents only where they were asked for."""

    sha256: str
    as_of: date
    inputs: Mapping[str, Any] | None
    result: Mapping[str, Any] | None


def runs_compared(package: WorkPackage, hashes: Collection[str], digest: str) -> list[FrozenRun]:
    """Frozen evaluations, newest first, with the contents of those named. One query.

    Where none is named: with those of the newest whose result has another digest, else of the newest.
    """
    runs = EvaluationRun.objects.filter(scorecard__work_package=package).order_by("-frozen_at", "-pk")
    changed = Case(When(result__digest=digest, then=1), default=0)
    newest = runs.order_by(changed, "-frozen_at", "-pk").values("pk")[:1]
    named = Q(sha256__in=hashes) if hashes else Q(pk__in=newest)
    contents = [Case(When(named, then=F(name)), output_field=JSONField()) for name in ("inputs", "result")]
    return [FrozenRun(*row) for row in runs.values_list("sha256", "as_of", *contents)]


def run_of(program: Program, sha256: str) -> EvaluationRun | None:
    """One frozen evaluation of the program by its hash. One query."""
    return (
        EvaluationRun.objects.filter(scorecard__work_package__program=program, sha256=sha256)
        .select_related("frozen_by")
        .first()
    )


def weight_changes_of(package_id: int) -> list[WeightChange]:
    """Saved changes of the weights, newest first. One query."""
    return list(
        WeightChange.objects.filter(scorecard__work_package_id=package_id).select_related("changed_by")[:20]
    )
