"""What changed between two evaluations: evidence and weights apart, adding up without a rest."""

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from programs.models import Candidate, WorkPackage
from scorecards.changes import Changes, Snapshot, Stand, changes_between, criteria_changes, snapshot_of_frozen
from scorecards.changes import snapshot_of_ranking as now_of
from scorecards.engine.exact import WEIGHT_UNITS
from scorecards.models import EvaluationRun
from scorecards.selectors import looked_back, ranking_of
from scorecards.services import evaluation_freeze, scorecard_weights_set
from tests.makers import signed_in
from tests.scorecards.evidence import action, capability, inspection, package, person, site

pytestmark = pytest.mark.django_db
FIT_FIRST = {"regulatory": Decimal(8), "fit": Decimal(38)}


@pytest.fixture
def rivals() -> WorkPackage:
    clean, able = site("Clean"), site("Able")
    for day in ("2025-01-01", "2025-06-01", "2025-12-01"):
        inspection(clean, day)
    inspection(able, "2025-06-01", "vai")
    for at in (clean, able):
        capability(at)
    return package(clean, able)


@pytest.fixture
def frozen(rivals: WorkPackage) -> EvaluationRun:
    return evaluation_freeze(package=rivals, as_of=None, actor=None)[0]


def stand(low: dict[str, int], weights: dict[str, int]) -> Snapshot:
    score = sum(low[key] * weights[key] for key in low) / WEIGHT_UNITS / 100
    one = Stand(1, "A", 1, score, low, {key: lambda: "" for key in low}, {})
    return Snapshot(("t", 1), {key: key for key in low}, weights, {1: one})


def since(rivals: WorkPackage, frozen: EvaluationRun) -> Changes:
    return changes_between(snapshot_of_frozen(frozen.inputs, frozen.result), now_of(ranking_of(rivals)))


def test_a_change_is_split_as_by_hand() -> None:
    # V = 0.75·60 + 0.25·40 = 55; V' = 0.5·80 + 0.25·40 + 0.25·20 = 55, with z new.
    before = stand({"x": 6000, "y": 4000}, {"x": 3 * 2**28, "y": 2**28})
    after = stand({"x": 8000, "y": 4000, "z": 2000}, {"x": 2**29, "y": 2**28, "z": 2**28})
    (row,) = changes_between(before, after).rows
    # x: ½(0.75+0.5)(80−60) = 12.5 from evidence, ½(60+80)(0.5−0.75) = −17.5 from weights; z: 20·0.25 = 5.
    assert (row.difference, row.from_evidence, row.from_weights) == (0, 12.5, -12.5)
    lines = {line.key: (line.from_evidence, line.from_weights) for line in criteria_changes(before, after, 1)}
    assert lines == {"x": (12.5, -17.5), "z": (0, 5)}
    # Parts that cancel out are a change all the same.
    assert not row.is_same


def test_nothing_changed_is_said(rivals: WorkPackage, frozen: EvaluationRun) -> None:
    assert since(rivals, frozen).is_nothing
    page = signed_in(person(program=rivals.program)).get(address(rivals)).content.decode()
    assert "Nothing has changed" in page


def test_new_evidence_and_new_weights_stand_apart(rivals: WorkPackage, frozen: EvaluationRun) -> None:
    scorecard_weights_set(package=rivals, weights=FIT_FIRST, reason="Fit first", version=1, actor=None)
    only_weights = since(rivals, frozen)
    assert only_weights.weights_moved
    assert {row.from_evidence for row in only_weights.rows} == {0}
    assert any(row.from_weights for row in only_weights.rows)
    clean = rivals.candidates.get(site__name="Clean").site
    action(clean, "2026-01-15", "warning_letter", gmp="yes")
    found = {row.name: row for row in since(rivals, frozen).rows}
    row = found["Clean"]
    assert row.before is not None
    assert row.after is not None
    assert row.from_evidence < 0
    assert row.from_evidence + row.from_weights == pytest.approx(row.difference, abs=1e-9)
    assert row.after.score - row.before.score == pytest.approx(row.difference, abs=1e-9)
    assert found["Able"].from_evidence == 0
    # A must-have that was met is told with the reason that now holds.
    gate = next(gate for gate in row.gates if gate.title == "No open GMP action")
    assert (gate.before, gate.after) == ("pass", "fail")
    assert "warning letter" in gate.why


def test_candidates_that_came_and_went_are_named(rivals: WorkPackage, frozen: EvaluationRun) -> None:
    Candidate.objects.filter(site__name="Able").delete()
    Candidate.objects.create(work_package=rivals, site=site("Late"))
    rows = {row.name: row for row in since(rivals, frozen).rows}
    assert [name for name, row in rows.items() if row.before is None] == ["Late"]
    assert [name for name, row in rows.items() if row.after is None] == ["Able"]
    page = signed_in(person(program=rivals.program)).get(address(rivals)).content.decode()
    assert "new: was no candidate before" in page
    assert "no longer a candidate" in page


def test_a_past_day_is_the_ranking_of_that_day(rivals: WorkPackage) -> None:
    today = ranking_of(rivals)
    day = today.as_of - timedelta(days=300)
    again = looked_back(rivals, today, day)
    assert again.evaluation.digest == ranking_of(rivals, day).evaluation.digest
    assert again.evaluation.digest != today.evaluation.digest


def address(rivals: WorkPackage, query: str = "") -> str:
    return reverse("scorecards:changes", args=[rivals.program.code]) + query


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_explains_the_candidate_that_moved_most(
    rivals: WorkPackage, frozen: EvaluationRun, language: str
) -> None:
    action(rivals.candidates.get(site__name="Clean").site, "2026-01-15", "warning_letter")
    client: Client = signed_in(person(program=rivals.program), language)
    page = client.get(address(rivals)).content.decode()
    assert ("What moved it most" if language == "en" else "Ce qui l’a le plus déplacé") in page
    assert "Clean" in page
    sheet: Any = load_workbook(io.BytesIO(client.get(address(rivals, "?export=xlsx")).getvalue())).active
    _head, *lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    told = {line[0]: line[3:8] for line in lines}
    before, after, change, evidence, weights = told["Clean"]
    assert change == pytest.approx(after - before, abs=0.01)
    assert (evidence, weights) == (change, 0)
    answered = next(line[8] for line in lines if line[0] == "Clean")
    assert (": Pass → Unknown" if language == "en" else "\N{NO-BREAK SPACE}: Satisfait → Inconnu") in answered


def test_before_anything_is_frozen_the_page_says_what_to_do(rivals: WorkPackage) -> None:
    client = signed_in(person(program=rivals.program))
    page = client.get(address(rivals)).content.decode()
    assert "Nothing is frozen yet" in page
    assert "before=day&amp;day=" in page
    assert "What moved it most" in client.get(address(rivals, "?before=day&day=2025-07-01")).content.decode()


def test_the_newest_evaluation_with_another_result_comes_first(
    rivals: WorkPackage, frozen: EvaluationRun
) -> None:
    action(rivals.candidates.get(site__name="Clean").site, "2026-01-15", "warning_letter")
    same = evaluation_freeze(package=rivals, as_of=None, actor=None)[0]
    page = signed_in(person(program=rivals.program)).get(address(rivals)).content.decode()
    assert f'value="{frozen.sha256}" selected' in page
    assert f'value="{same.sha256}"' in page


def test_what_makes_no_sense_is_refused_beside_its_field(rivals: WorkPackage, frozen: EvaluationRun) -> None:
    client = signed_in(person(program=rivals.program))
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    for query, message in (
        (f"?before={frozen.sha256}&after={frozen.sha256}", "Choose two different evaluations."),
        (f"?before=day&day={tomorrow}", "This day lies in the future"),
        ("?before=day&day=1999-99-99", "Enter a valid date."),
        ("?before=%F0%9F%92%8A", "Select a valid choice."),
    ):
        assert message in client.get(address(rivals, query)).content.decode(), query
    assert client.get(address(rivals, f"?site={'9' * 400}&before=day&day=0001-01-01")).status_code == 200
