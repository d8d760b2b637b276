"""Robustness with panels: one assessor a weighting, from pages, frozen evaluations and what reports carry."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse

from reports.figures.canonical import canonical_json, from_json
from scorecards.carried import EvaluationInputs, inputs_of, ranking_of_inputs
from scorecards.engine.exact import HUNDREDTHS
from scorecards.freezing import freeze_content, recompute
from scorecards.overrides import override_make
from scorecards.panels.agreeing import agreed_accept, agreed_set, panel_settle
from scorecards.ranking import Ranking
from scorecards.selectors import ranking_of
from scorecards.sensitivity import shares_of
from tests import makers
from tests.scorecards.evidence import inspection
from tests.scorecards.panels import AUTHORITY, PanelScene, criterion_of, panel_scene

pytestmark = pytest.mark.django_db
INSPECTED = "inspection-outcomes"
# Anna would put the first site first on both, Boris the second.
ANNA, BORIS = [5, 0, 0], [0, 5, 0]


@pytest.fixture
def scene() -> PanelScene:
    """A concluded panel on a rubric and on figures, moderated so that the first site leads on both."""
    scene = panel_scene()
    inspection(scene.sites[0], "2025-06-01")
    people = [user.pk for user in scene.assessors[:2]]
    panel = scene.closed(
        {AUTHORITY: [ANNA, BORIS], INSPECTED: [ANNA, BORIS]}, assessors={AUTHORITY: people, INSPECTED: people}
    )
    agreed_accept(panel=panel, actor=scene.lead)
    for key in (AUTHORITY, INSPECTED):
        for site, level in zip(scene.sites[:2], (4, 2), strict=True):
            agreed_set(
                criterion=criterion_of(panel, key),
                site_id=site.pk,
                low=Decimal(level),
                high=Decimal(level),
                reason="Discussed.",
                version=0,
                actor=scene.lead,
            )
    panel_settle(panel=panel, version=panel.version, actor=scene.lead)
    return scene


def firsts(ranking: Ranking) -> dict[str, float]:
    return {share.row.head.key: share.near for share in shares_of(ranking).rows}


def test_each_assessors_own_levels_stand_where_the_panel_agreed(scene: PanelScene) -> None:
    ranking = ranking_of(scene.package)
    anna, boris = ranking.as_assessed
    row = ranking.evaluation.row_of(str(scene.sites[0].pk))
    column = ranking.evaluation.leaves.index(AUTHORITY)
    assert [run.low[row, column] for run in (anna, boris)] == [10_000, 0]
    # Within the evidence: at its upper end, and at its lower.
    inspected = ranking.evaluation.leaves.index(INSPECTED)
    derived = next(cell.derived for cell in ranking.candidates[0].criteria if cell.criterion.key == INSPECTED)
    ends = [round(derived.high * HUNDREDTHS), round(derived.low * HUNDREDTHS)]
    assert [run.low[row, inspected] for run in (anna, boris)] == ends
    assert ranking.evaluation.low[row, column] == 8_000


def test_what_the_panel_agreed_hides_no_doubt(scene: PanelScene) -> None:
    """Whoever is drawn, their site is first by the panel; the first has other evidence as well."""
    ranking = ranking_of(scene.package)
    found = firsts(ranking)
    first, second = (found[str(site.pk)] for site in scene.sites[:2])
    assert 0.3 < second < 0.5
    assert first + second > 0.99
    assert firsts(replace(ranking, assessors=()))[str(scene.sites[0].pk)] == 1


def test_frozen_and_carried_inputs_give_the_same_shares(scene: PanelScene) -> None:
    ranking = ranking_of(scene.package)
    again = recompute(freeze_content(ranking))
    assert again.assessors == ranking.assessors
    assert firsts(again) == firsts(ranking)
    text = canonical_json(inputs_of(ranking))
    assert "Anna" not in text
    carried = ranking_of_inputs(from_json(EvaluationInputs, text), ranking.as_of)
    assert firsts(carried) == firsts(ranking)


def test_where_a_person_valued_a_cell_no_assessor_is_drawn(scene: PanelScene) -> None:
    before = ranking_of(scene.package).assessors
    override_make(
        package=scene.package,
        site=scene.sites[0],
        criterion=AUTHORITY,
        low=Decimal(10),
        high=Decimal(10),
        reason="Seen.",
        actor=scene.lead,
    )
    after = ranking_of(scene.package).assessors
    assert [len(cells) for cells in after] == [len(cells) - 1 for cells in before]


def test_the_page_says_that_assessors_are_drawn(scene: PanelScene) -> None:
    page = makers.signed_in(scene.lead).get(reverse("scorecards:robustness", args=[scene.program.code]))
    assert "one of 2 assessors is drawn" in page.text
