"""A margin on claimed values: a template says how much lower a value may be that nobody has documented."""

from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.roles import Role
from programs.models import Program, WorkPackage
from scorecards.carried import inputs_of, ranking_of_inputs
from scorecards.changes import changes_between, criteria_changes, snapshot_of_frozen, snapshot_of_ranking
from scorecards.derivation.batch import STRENGTHS, ScoreBatch, Why
from scorecards.derivation.score import RuleRef, Strength
from scorecards.following import scorecard_template_follow
from scorecards.freezing import freeze_content, recompute, result_data
from scorecards.models import ScorecardTemplate
from scorecards.plain import ranking_data
from scorecards.plans import default_scorecard_template, plan_of, scorecard_of
from scorecards.ranking import Ranking
from scorecards.selectors import ranking_of
from scorecards.services import evaluation_freeze, evaluation_verify
from scorecards.template_services import template_revise
from scorecards.wording import sentence
from tests import makers

CELLS = st.lists(
    st.tuples(st.floats(0, 100), st.floats(0, 100), st.integers(0, 3)).map(
        lambda cell: (min(cell[:2]), max(cell[:2]), cell[2])
    ),
    min_size=1,
    max_size=8,
)


def batch(cells: list[tuple[float, float, int]]) -> ScoreBatch:
    low, high, strength = (np.array(column) for column in zip(*cells, strict=True))
    nothing = Why(("unrecorded.none",), np.zeros(len(cells), dtype=np.int64))
    return ScoreBatch(RuleRef("depth", 1), low.astype(float), high.astype(float), strength, nothing)


def test_by_hand() -> None:
    claimed, documented = STRENGTHS.index(Strength.CLAIMED), STRENGTHS.index(Strength.DOCUMENTED)
    found = batch([(80, 80, claimed), (80, 80, documented), (4, 60, claimed), (0, 100, 0)]).widened(10)
    assert found.low.tolist() == [70, 80, 0, 0]
    assert found.high.tolist() == [80, 80, 60, 100]
    assert [found.score(at).rationale.params.get("widened") for at in range(4)] == [10, None, 4, None]
    assert found.score(0).value is None, "an interval now"


@given(CELLS, st.floats(0, 100), st.floats(0, 100))
def test_a_wider_margin_raises_no_value_and_narrows_no_interval(
    cells: list[tuple[float, float, int]], one: float, other: float
) -> None:
    told = batch(cells)
    mild, wide = told.widened(min(one, other)), told.widened(max(one, other))
    assert (wide.low <= mild.low).all()
    assert (mild.low <= told.low).all()
    assert (mild.low >= 0).all()
    assert (wide.high == told.high).all()
    assert (mild.high - mild.low >= told.high - told.low).all()
    assert told.widened(0) is told


@pytest.fixture
def administrator(demo_db: None) -> User:
    return User.objects.get(role=Role.ADMINISTRATOR, is_demo=True)


@pytest.fixture
def package(administrator: User) -> WorkPackage:
    found = Program.objects.get(code="BOREAL").packages.get()
    scorecard_of(found)
    return found


def margin(points: int, package: WorkPackage, actor: User) -> ScorecardTemplate:
    """A new version of the template with this margin, followed by the scorecard."""
    made = template_revise(
        base=default_scorecard_template(),
        anchors={},
        weights={},
        claimed_margin=Decimal(points),
        reason="Claims were too bold",
        actor=actor,
    )
    scorecard_template_follow(package=package, version=plan_of(package).version, actor=actor)
    return made


def change_in_french(ranking: Ranking, site: int, key: str) -> str:
    row = ranking.candidate(site)
    assert row is not None
    return sentence(next(cell.rationale for cell in row.criteria if cell.criterion.key == key))


def test_it_is_told_frozen_carried_and_compared(package: WorkPackage, administrator: User) -> None:
    before = ranking_of(package)
    claimed = {
        (row.head.site_id, cell.criterion.key): cell
        for row in before.candidates
        for cell in row.criteria
        if cell.strength == "claimed" and cell.low >= 10
    }
    assert claimed, "the demonstration has claims"
    free, _new = evaluation_freeze(package=package, as_of=None, actor=administrator)
    margin(10, package, administrator)
    ranking = ranking_of(package)
    told = {
        row["site_id"]: {c["key"]: c for c in row["criteria"]} for row in ranking_data(ranking)["candidates"]
    }
    for (site, key), cell in claimed.items():
        now = told[site][key]
        assert now["low"] == pytest.approx(cell.low - 10)
        assert now["high"] == pytest.approx(cell.high)
        assert now["widened"] == 10
        assert now["rationale"].endswith("Claimed: widened by 10 points down.")
    for row in before.candidates:
        for cell in row.criteria:
            if cell.strength != "claimed":
                assert told[row.head.site_id][cell.criterion.key]["low"] == pytest.approx(cell.low)
                assert "widened" not in told[row.head.site_id][cell.criterion.key]
    run, _new = evaluation_freeze(package=package, as_of=None, actor=administrator)
    assert "claimed_margin" not in free.inputs["plan"]
    assert Decimal(run.inputs["plan"]["claimed_margin"]) == 10
    for each in (free, run):
        assert evaluation_verify(run=each).holds
    content = freeze_content(ranking)
    assert result_data(recompute(content)) == content.result
    assert ranking_of_inputs(inputs_of(ranking), ranking.as_of).evaluation.digest == ranking.evaluation.digest
    old, new = snapshot_of_frozen(free.inputs, free.result), snapshot_of_ranking(ranking)
    assert changes_between(old, new).other_template
    site, key = next(iter(claimed))
    change = next(row for row in criteria_changes(old, new, site) if row.key == key)
    assert "widened by 10" in change.why_after
    assert "widened" not in change.why_before
    with translation.override("fr"):
        assert "élargi de 10 points vers le bas" in change_in_french(ranking, site, key)


def test_a_wider_margin_raises_no_score(package: WorkPackage, administrator: User) -> None:
    scores = []
    for points in (0, 5, 40):
        margin(points, package, administrator)
        results = ranking_of(package).evaluation.results
        scores.append({row.key: (row.exact_score, row.exact_score_upper) for row in results})
    for mild, wide in pairwise(scores):
        for key, (low, high) in wide.items():
            assert low <= mild[key][0]
            assert high <= mild[key][1], "levels of a panel within an interval move with it"


def test_the_form_says_what_is_wrong_beside_the_field(administrator: User) -> None:
    base = default_scorecard_template()
    with pytest.raises(ValidationError):
        template_revise(
            base=base, anchors={}, weights={}, claimed_margin=Decimal(101), reason="No", actor=administrator
        )
    client = makers.signed_in(administrator)
    address = reverse("templates:template-edit", args=[base.pk])
    form = client.get(address).context["form"]
    sent = {name: form[name].initial for name in form.fields if form[name].initial is not None}
    sent |= {"reason": "Claims were too bold"}
    refused = client.post(address, sent | {"claimed_margin": "-5"})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["claimed_margin"]
    assert client.post(address, sent | {"claimed_margin": "7.5"}).status_code == 302
    made = default_scorecard_template()
    assert made.claimed_margin == Decimal("7.5")
    assert b"7.5 points down" in client.get(reverse("templates:template", args=[made.pk])).content
    later = template_revise(base=made, anchors={}, weights={}, reason="Other", actor=administrator)
    assert later.claimed_margin == Decimal("7.5"), "later versions keep it"
