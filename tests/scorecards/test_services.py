"""Weights are saved with a reason; evaluations are frozen for good."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.roles import Role
from common.versions import StaleRecord
from scorecards import default_template
from scorecards.derivation.rules import RULES, RuleKind
from scorecards.models import Criterion, EvaluationRun, WeightChange
from scorecards.plans import plan_of
from scorecards.selectors import ranking_of
from scorecards.services import (
    RuleChange,
    evaluation_freeze,
    evaluation_verify,
    frozen_content,
    scorecard_weights_reset,
    scorecard_weights_set,
    scorecard_weights_undo,
)
from tests.scorecards.evidence import AS_OF, action, capability, inspection, package, person, site

pytestmark = pytest.mark.django_db

LESS_REGULATORY = {"regulatory": Decimal(8), "fit": Decimal(38)}


@pytest.fixture
def rivals() -> Any:
    """One site with a good record, one with a better fit."""
    clean, able = site("Clean"), site("Able")
    for day in ("2025-01-01", "2025-06-01", "2025-12-01"):
        inspection(clean, day)
    inspection(able, "2025-06-01", "vai")
    capability(clean)
    capability(able, batches_made=30, years_experience=15)
    return package(clean, able)


def leader(chosen: Any) -> str:
    return ranking_of(chosen, AS_OF).candidates[0].head.name


def test_other_weights_give_another_ranking_and_undo_gives_the_first_back(rivals: Any) -> None:
    assert leader(rivals) == "Clean"
    scorecard_weights_set(package=rivals, weights=LESS_REGULATORY, reason="Fit first", version=0, actor=None)
    assert leader(rivals) == "Able"
    assert WeightChange.objects.get().reason == "Fit first"
    scorecard_weights_undo(package=rivals, version=plan_of(rivals).version, actor=None)
    assert leader(rivals) == "Clean"


def test_reset_goes_back_to_the_template(rivals: Any) -> None:
    scorecard_weights_set(package=rivals, weights=LESS_REGULATORY, reason="Fit first", version=0, actor=None)
    scorecard_weights_reset(package=rivals, reason="Back", version=plan_of(rivals).version, actor=None)
    assert all(row.weight == row.default for row in plan_of(rivals).weighted)


def test_the_second_of_two_editors_is_told(rivals: Any) -> None:
    scorecard_weights_set(package=rivals, weights=LESS_REGULATORY, reason="First", version=0, actor=None)
    with pytest.raises(StaleRecord):
        scorecard_weights_set(package=rivals, weights={"fit": Decimal(40)}, reason="x", version=1, actor=None)


@pytest.mark.parametrize(
    ("weights", "reason", "where"),
    [
        ({"regulatory": Decimal(27)}, "x", "groups"),
        ({"stage-fit": Decimal(16)}, "x", "fit"),
        ({"regulatory": Decimal(-2), "fit": Decimal(48)}, "x", "groups"),
        ({}, " ", "reason"),
    ],
)
def test_weights_that_do_not_add_up_or_have_no_reason_are_refused(
    rivals: Any, weights: dict[str, Decimal], reason: str, where: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        scorecard_weights_set(package=rivals, weights=weights, reason=reason, version=0, actor=None)
    assert list(refused.value.message_dict) == [where]
    assert not WeightChange.objects.exists()


def test_unchanged_weights_save_nothing(rivals: Any) -> None:
    scorecard_weights_set(package=rivals, weights={"fit": Decimal(18)}, reason="x", version=0, actor=None)
    assert not WeightChange.objects.exists()


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.ASSESSOR, Role.QA, Role.PARTNER])
def test_only_sourcing_and_administrators_set_weights_and_freeze(rivals: Any, role: Role) -> None:
    actor = person(role, rivals.program)
    with pytest.raises(PermissionDenied):
        scorecard_weights_set(package=rivals, weights=LESS_REGULATORY, reason="x", version=0, actor=actor)
    with pytest.raises(PermissionDenied):
        evaluation_freeze(package=rivals, as_of=AS_OF, actor=actor)


def test_a_double_click_freezes_once(rivals: Any) -> None:
    first, created = evaluation_freeze(package=rivals, as_of=AS_OF, actor=person())
    second, again = evaluation_freeze(package=rivals, as_of=AS_OF, actor=person())
    assert (created, again, first.pk) == (True, False, second.pk)
    assert re.fullmatch("[0-9a-f]{64}", first.sha256)


def test_a_frozen_evaluation_verifies_after_its_evidence_changed(rivals: Any) -> None:
    action(rivals.candidates.first().site, "2024-02-01", "recall", recall_class="2", event_key="E")
    frozen, _created = evaluation_freeze(package=rivals, as_of=AS_OF, actor=None)
    inspection(rivals.candidates.first().site, "2025-12-20", "oai")
    stored = EvaluationRun.objects.get(pk=frozen.pk)
    found = evaluation_verify(run=stored)
    assert (found.hash_matches, found.recomputed, found.holds) == (True, True, True)
    other, created = evaluation_freeze(package=rivals, as_of=AS_OF, actor=None)
    assert created
    assert other.sha256 != frozen.sha256


@pytest.mark.parametrize("part", ["inputs", "result", "as_of"])
def test_an_altered_evaluation_does_not_verify(rivals: Any, part: str) -> None:
    run, _created = evaluation_freeze(package=rivals, as_of=AS_OF, actor=None)
    if part == "as_of":
        run.as_of = date(2025, 1, 1)
    elif part == "inputs":
        run.inputs["need"]["stage"] = "phase_1"
    else:
        run.result["candidates"][0]["exact_score"] += 1
    assert not evaluation_verify(run=run).hash_matches


def test_the_database_refuses_to_change_or_delete_a_frozen_evaluation(rivals: Any) -> None:
    run, _created = evaluation_freeze(package=rivals, as_of=AS_OF, actor=None)
    table = EvaluationRun._meta.db_table
    for statement in (f"update {table} set sha256 = 'x'", f"delete from {table}"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{statement} where id = %s", [run.pk])


def test_nothing_to_freeze_without_candidates() -> None:
    with pytest.raises(ValidationError):
        evaluation_freeze(package=package(), as_of=AS_OF, actor=None)


def test_the_seeded_template_is_the_one_in_the_code() -> None:
    stored = Criterion.objects.filter(template__key=default_template.TEMPLATE_KEY).order_by("position")
    planned = list(default_template.criteria())
    assert [(row.key, row.title, float(row.weight), row.rule) for row in stored] == [
        (row.key, row.title, row.weight, row.rule) for row in planned
    ]


def test_every_criterion_has_a_rule_coverage_and_siblings_that_add_up() -> None:
    plan = plan_of(package())
    for row in (*plan.leaves, *plan.must_haves):
        assert row.coverage
        assert set(row.coverage) <= set(RULES[row.rule].coverage), row.key
        assert (RULES[row.rule].kind is RuleKind.MUST_HAVE) == row.is_must_have
    for _parent, children in plan.siblings():
        assert sum(row.weight for row in children) == 100


def test_every_point_of_the_source_has_a_criterion() -> None:
    covered = {point for row in default_template.criteria() for point in row.coverage}
    groups = {"REG": 5, "FIT": 5, "CAP": 4, "TT": 5, "SUP": 4, "COM": 3, "LIF": 3, "FIN": 2}
    assert {f"S1-{name}-{n}" for name, last in groups.items() for n in range(1, last + 1)} <= covered


def test_a_check_names_the_rules_whose_version_is_not_kept_and_compares_the_rest(rivals: Any) -> None:
    """An evaluation of a time when country exposure was version 1, which is lost."""
    frozen, _created = evaluation_freeze(package=rivals, as_of=AS_OF, actor=None)
    run = EvaluationRun.objects.get(pk=frozen.pk)
    assert run.rule_versions["country-exposure"] == 2
    run.rule_versions["country-exposure"] = 1
    run.sha256 = frozen_content(run).sha256
    found = evaluation_verify(run=run)
    assert found.changed == (RuleChange("country-exposure", 1, 2),)
    assert (found.hash_matches, found.recomputed, found.others_match, found.holds) == (True, None, True, True)
    run.result["candidates"][0]["criteria"][0]["low"] += 1
    run.sha256 = frozen_content(run).sha256
    assert (evaluation_verify(run=run).others_match, evaluation_verify(run=run).holds) == (False, False)
