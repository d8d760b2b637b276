"""Questions about scorecards, answered with plain data in a constant number of queries."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from programs.models import Candidate, Program, WorkPackage
from scorecards.derivation.facts import Need, day
from scorecards.derivation.rules import derive
from scorecards.gathering import gather_facts
from scorecards.models import EvaluationRun, WeightChange
from scorecards.overrides import overrides_of
from scorecards.plans import Plan, plan_of
from scorecards.ranking import CandidateHead, Ranking, rank


def need_of(program: Program) -> Need:
    """What the program asks for, as the rules read it."""
    return Need(
        modality=program.modality,
        dosage_form=program.dosage_form,
        route=program.route,
        stage=program.stage,
        batch_size=None if program.batch_size is None else float(program.batch_size),
        batch_unit=program.batch_unit,
    )


def candidate_heads(package: WorkPackage) -> list[CandidateHead]:
    """The candidates in play (the declined are out), by site id. One query."""
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
        )
    )
    return [
        CandidateHead(site_id, at, fei or "", name, key, organization, str(country or ""), stage)
        for at, (site_id, fei, name, key, organization, country, stage) in enumerate(rows)
    ]


def ranking_of(package: WorkPackage, as_of: date | None = None, plan: Plan | None = None) -> Ranking:
    """The ranking of a work package as of a day (today by default).

    Seven queries whatever the number of candidates: scorecard, criteria, candidates, and one for each kind of
    evidence; one less where the caller has the plan. ``package.program`` should be loaded.
    """
    on = as_of or timezone.localdate()
    heads = candidate_heads(package)
    need = need_of(package.program)
    facts = gather_facts([head.site_id for head in heads])
    used = plan or plan_of(package)
    return rank(
        program_code=package.program.code,
        program_name=package.program.name,
        package_id=package.pk,
        as_of=on,
        need=need,
        plan=used,
        heads=heads,
        facts=facts,
        derivation=derive(facts, need, day(on)),
        overrides=overrides_of(used.scorecard_id, on),
    )


def runs_of(package: WorkPackage) -> list[EvaluationRun]:
    """Frozen evaluations, newest first, without their contents. One query."""
    return list(
        EvaluationRun.objects.filter(scorecard__work_package=package)
        .select_related("frozen_by")
        .defer("inputs", "result")
    )


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
