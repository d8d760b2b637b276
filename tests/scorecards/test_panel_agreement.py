"""What a panel agrees: moderated with reasons, laid beside derived values, frozen, then left alone."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from common.versions import StaleRecord
from records.context import recorded
from scorecards.following import scorecard_template_follow
from scorecards.freezing import freeze_content, recompute, result_data
from scorecards.models import AgreedScore, Criterion, Panel, PanelScore, ScorecardTemplate
from scorecards.overrides import override_make
from scorecards.panels.agreeing import agreed_accept, agreed_set, panel_settle, panel_withdraw
from scorecards.panels.services import panel_cancel
from scorecards.plans import plan_of
from scorecards.ranking import CriterionResult
from scorecards.selectors import ranking_of
from tests.scorecards.panels import (
    AUTHORITY,
    PROTOCOLS,
    SCORES,
    PanelScene,
    criterion_of,
    panel_scene,
    refused_by_the_database,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> PanelScene:
    return panel_scene()


def cell_of(
    scene: PanelScene, site: int = 0, key: str = AUTHORITY, on: date | None = None
) -> CriterionResult:
    row = ranking_of(scene.package, on).candidate(scene.sites[site].pk)
    assert row is not None
    return next(cell for cell in row.criteria if cell.criterion.key == key)


def settled(scene: PanelScene) -> Panel:
    panel = scene.closed(SCORES)
    agreed_accept(panel=panel, actor=scene.lead)
    for site, (low, high) in ((1, ("2", "2.5")), (2, ("0", "5"))):
        agreed_set(
            criterion=criterion_of(panel, AUTHORITY),
            site_id=scene.sites[site].pk,
            low=Decimal(low),
            high=Decimal(high),
            reason="Discussed: the minutes of May show it.",
            version=0,
            actor=scene.lead,
        )
    return panel_settle(panel=panel, version=panel.version, actor=scene.lead)


def test_only_scores_within_a_step_are_accepted_as_scored(scene: PanelScene) -> None:
    panel = scene.closed(SCORES)
    # Authority: only the first site (4, 4, 3). Protocols: 2 and 3, 2 and 2, 2 and 2.
    assert agreed_accept(panel=panel, actor=scene.lead) == 4
    found = {
        (row.criterion.criterion.key, row.site.name): row.low
        for row in AgreedScore.objects.select_related("criterion__criterion", "site")
    }
    assert found == {
        (AUTHORITY, "Alpha Works"): Decimal("4.0"),
        (PROTOCOLS, "Alpha Works"): Decimal("2.5"),
        (PROTOCOLS, "Beta Works"): Decimal("2.0"),
        (PROTOCOLS, "Gamma Works"): Decimal("2.0"),
    }
    for site in scene.sites[1:]:
        with pytest.raises(ValidationError):
            agreed_accept(
                panel=panel,
                criterion_id=criterion_of(panel, AUTHORITY).pk,
                site_id=site.pk,
                actor=scene.lead,
            )


def test_a_moderated_value_has_a_reason_and_every_change_of_it_as_well(scene: PanelScene) -> None:
    panel = scene.closed(SCORES)
    told: dict[str, Any] = {
        "criterion": criterion_of(panel, AUTHORITY),
        "site_id": scene.sites[1].pk,
        "low": Decimal(2),
        "high": Decimal(2),
        "version": 0,
        "actor": scene.lead,
    }
    for wrong in ({"reason": " "}, {"reason": "x", "low": Decimal(3)}, {"reason": "x", "high": Decimal(6)}):
        with pytest.raises(ValidationError):
            agreed_set(**(told | wrong))
    row = agreed_set(**told, reason="Minutes seen.")
    with pytest.raises(StaleRecord):
        agreed_set(**told, reason="Again.")
    refused_by_the_database(lambda: AgreedScore.objects.update(low=1), "reason_required")
    assert agreed_set(**(told | {"version": row.version}), reason="Corrected.").version == 2
    assert PanelScore.objects.filter(panel=panel).revealed().count() == 15
    with pytest.raises(PermissionDenied):
        agreed_set(**(told | {"actor": scene.assessors[0]}), reason="No.")
    with pytest.raises(ValidationError):
        panel_settle(panel=panel, version=panel.version, actor=scene.lead)


def test_agreed_values_are_laid_beside_the_derived_ones(scene: PanelScene) -> None:
    before = cell_of(scene)
    assert (before.low, before.high, before.strength) == (0, 100, "none")
    panel = settled(scene)
    now = cell_of(scene)
    assert (now.low, now.high, now.strength) == (80, 80, "panel")
    assert now.agreed is not None
    assert now.agreed.rationale.key == "panel.accepted"
    assert now.agreed.assessors == 3
    assert now.derived == before.derived
    moderated, stays_open = cell_of(scene, 1), cell_of(scene, 2)
    assert (moderated.low, moderated.high) == (40, 50)
    assert (stays_open.low, stays_open.high) == (0, 100)
    assert stays_open.agreed is not None
    assert stays_open.agreed.assessors == 2
    assert cell_of(scene, on=timezone.localdate() - timedelta(days=1)).agreed is None
    panel_withdraw(panel=panel, version=panel.version, reason="The plant was sold.", actor=scene.lead)
    assert cell_of(scene).agreed is None


def swapped_template(scene: PanelScene) -> None:
    """A newer version of the template, its two criteria in each other's place; the scorecard follows."""
    used = plan_of(scene.package)
    old = ScorecardTemplate.objects.get(key=used.template_key, version=used.template_version)
    fields = {"version": old.version + 1, "title": old.title, "status": ScorecardTemplate.Status.DRAFT}
    newer = ScorecardTemplate.objects.create(key=old.key, **fields)
    places = dict(old.criteria.values_list("key", "position"))
    places[AUTHORITY], places[PROTOCOLS] = places[PROTOCOLS], places[AUTHORITY]
    made: dict[str, Criterion] = {}
    for row in old.criteria.select_related("parent").order_by("position"):
        parent = made.get(row.parent.key) if row.parent else None
        row.pk, row.template, row.parent, row.position = None, newer, parent, places[row.key]
        row.save(force_insert=True)
        made[row.key] = row
    newer.status = ScorecardTemplate.Status.ACTIVE
    newer.save()
    scorecard_template_follow(package=scene.package, version=used.version, actor=scene.lead)


def test_a_later_panel_under_a_newer_template_counts_for_its_own_criterion_alone(scene: PanelScene) -> None:
    first = settled(scene)
    swapped_template(scene)
    asked = {AUTHORITY: [user.pk for user in scene.assessors]}
    later = scene.closed({AUTHORITY: [[1, 1, 1]] * 3}, assessors=asked)
    agreed_accept(panel=later, actor=scene.lead)
    panel_settle(panel=later, version=later.version, actor=scene.lead)
    again, other = cell_of(scene), cell_of(scene, key=PROTOCOLS)
    assert again.agreed is not None
    assert (again.agreed.panel_id, again.low) == (later.pk, 20)
    assert other.agreed is not None
    assert (other.agreed.panel_id, other.agreed.low) == (first.pk, 2.5)
    assert len(freeze_content(ranking_of(scene.package)).inputs["agreed"]) == 6


def test_a_persons_value_counts_before_the_panels(scene: PanelScene) -> None:
    settled(scene)
    override_make(
        package=scene.package,
        site=scene.sites[0],
        criterion=AUTHORITY,
        low=Decimal(10),
        high=Decimal(10),
        reason="Seen yesterday.",
        actor=scene.lead,
    )
    now = cell_of(scene)
    assert (now.low, now.high) == (10, 10)
    assert now.agreed is not None
    assert now.strength == now.derived.strength.value


def test_a_frozen_evaluation_holds_what_the_panel_agreed_and_recomputes(scene: PanelScene) -> None:
    without = freeze_content(ranking_of(scene.package))
    assert "agreed" not in without.inputs
    settled(scene)
    content = freeze_content(ranking_of(scene.package))
    assert content.sha256 != without.sha256
    assert len(content.inputs["agreed"]) == 6
    first = next(row for row in content.result["candidates"] if row["site_id"] == scene.sites[0].pk)
    cell = next(cell for cell in first["criteria"] if cell["key"] == AUTHORITY)
    assert (cell["low"], cell["panel"]["strength"]) == (8000, "panel")
    assert cell["strength"] == "none"
    assert result_data(recompute(content)) == content.result


def test_a_concluded_agreement_is_not_changed(scene: PanelScene) -> None:
    panel = settled(scene)

    def change() -> None:
        with recorded(actor=scene.lead, reason="try"):
            AgreedScore.objects.update(low=0)

    refused_by_the_database(change, "agreed_score_rules")
    with pytest.raises(ValidationError):
        panel_cancel(panel=panel, version=panel.version, reason="Too late.", actor=scene.lead)
