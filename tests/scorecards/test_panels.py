"""The way of a panel: what it asks is fixed at opening, scores are the assessor's own, agreement is kept."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from accounts.roles import Role
from common.versions import StaleRecord
from partners.practices import ANCHORS
from records.context import recorded
from scorecards.derivation.ratings import RUBRIC
from scorecards.derivation.rules import RULES
from scorecards.following import scorecard_template_follow
from scorecards.freezing import freeze_content, recompute, result_data
from scorecards.models import (
    AgreedScore,
    Criterion,
    Panel,
    PanelCriterion,
    PanelScore,
    ScorecardTemplate,
)
from scorecards.overrides import override_make
from scorecards.panels.agreeing import agreed_accept, agreed_set, panel_settle, panel_withdraw
from scorecards.panels.rubrics import RUBRICS, anchors_shown
from scorecards.panels.scoring import missing_of, score_save, seat_submit, seat_take_back
from scorecards.panels.services import panel_cancel, panel_change, panel_close, panel_open
from scorecards.plans import plan_of
from scorecards.ranking import CriterionResult
from scorecards.selectors import ranking_of
from tests import makers
from tests.scorecards.panels import (
    AUTHORITY,
    PROTOCOLS,
    PanelScene,
    criterion_of,
    give,
    panel_scene,
    seat_of,
)

pytestmark = pytest.mark.django_db

# Levels of the three sites by assessor: close, apart, and one who cannot judge.
SCORES: dict[str, list[list[int | None]]] = {
    AUTHORITY: [[4, 1, 3], [4, 5, None], [3, 2, 3]],
    PROTOCOLS: [[2, 2, 2], [3, 2, 2]],
}


@pytest.fixture
def scene() -> PanelScene:
    return panel_scene()


def refused_by_the_database(write: Any, constraint: str) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    assert getattr(caught.value.__cause__, "diag").constraint_name == constraint  # noqa: B009


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


def test_every_rule_that_rests_on_written_anchors_alone_is_scored_by_panels() -> None:
    assert {key for key, rule in RULES.items() if rule.anchors is RUBRIC} == set(RUBRICS)


def test_opening_fixes_what_is_asked_and_the_anchors_in_every_language(
    scene: PanelScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = scene.opened()
    row = criterion_of(panel, AUTHORITY)
    written = [str(text) for text in ANCHORS[row.practice]]
    monkeypatch.setitem(ANCHORS, row.practice, ("changed",) * 6)
    assert anchors_shown(row) == (written, "")
    with translation.override("fr"):
        assert anchors_shown(row)[0] != written
    with pytest.raises(ValidationError):
        panel_change(panel=panel, version=panel.version, plan=scene.plan(title="Other"), actor=scene.lead)
    refused_by_the_database(
        lambda: PanelCriterion.objects.filter(pk=row.pk).update(anchors={}), "panel_is_fixed"
    )
    refused_by_the_database(lambda: panel.candidates.earliest("pk").delete(), "panel_is_fixed")
    refused_by_the_database(lambda: seat_of(panel, scene.assessors[0]).delete(), "panel_is_fixed")


def test_a_closed_panel_never_opens_again(scene: PanelScene) -> None:
    panel = scene.closed(SCORES)
    with pytest.raises(ValidationError):
        panel_open(panel=panel, version=panel.version, actor=scene.lead)

    def reopen() -> None:
        with recorded(actor=scene.lead, reason="try"):
            Panel.objects.filter(pk=panel.pk).update(state="open")

    refused_by_the_database(reopen, "panel_state_moves")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"sites": []}, "sites"),
        ({"sites": [0]}, "sites"),
        ({"assessors": {}}, "assessors"),
        ({"assessors": {"no-open-gmp-action": None}}, "assessors"),
        ({"assessors": {AUTHORITY: [0]}}, "assessors"),
        ({"title": " "}, "title"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(
    scene: PanelScene, changes: dict[str, Any], named: str
) -> None:
    if changes.get("assessors") == {"no-open-gmp-action": None}:
        changes = {"assessors": {"no-open-gmp-action": [scene.lead.pk]}}
    with pytest.raises(ValidationError) as caught:
        scene.draft(**changes)
    assert named in caught.value.message_dict
    assert not Panel.objects.exists()


def test_one_assessor_alone_is_accepted_on_purpose_only(scene: PanelScene) -> None:
    panel = scene.draft(assessors={AUTHORITY: [scene.assessors[0].pk]})
    with pytest.raises(ValidationError) as caught:
        panel_open(panel=panel, version=panel.version, actor=scene.lead)
    assert "accept_few" in caught.value.message_dict
    assert panel_open(panel=panel, version=panel.version, actor=scene.lead, accept_few=True).is_open


def test_a_draft_is_changed_as_a_whole_and_the_second_editor_is_told(scene: PanelScene) -> None:
    panel = scene.draft()
    plan = scene.plan(title="Shorter", assessors={AUTHORITY: [scene.lead.pk]})
    panel_change(panel=panel, version=panel.version, plan=plan, actor=scene.lead)
    assert [seat.assessor for seat in panel.seats.all()] == [scene.lead]
    with pytest.raises(StaleRecord):
        panel_change(panel=panel, version=panel.version, plan=plan, actor=scene.lead)


def test_scores_are_written_by_their_assessor_alone(scene: PanelScene) -> None:
    panel = scene.opened()
    first, second = scene.assessors[:2]
    give(panel, first, AUTHORITY, scene.sites[0], 4)
    with pytest.raises(PermissionDenied):
        score_save(
            seat=seat_of(panel, first),
            criterion=criterion_of(panel, AUTHORITY),
            site_id=scene.sites[0].pk,
            level=0,
            cannot_judge=False,
            comment="",
            version=1,
            actor=second,
        )

    def forge() -> None:
        with recorded(actor=scene.lead):
            PanelScore.objects.update(level=0)

    refused_by_the_database(forge, "panel_score_own")
    refused_by_the_database(lambda: PanelScore.objects.all().delete(), "panel_score_kept")


def test_only_what_is_asked_is_scored(scene: PanelScene) -> None:
    panel = scene.opened()
    third = scene.assessors[2]
    stranger = makers.site("Elsewhere")
    with pytest.raises(ValidationError):
        give(panel, third, PROTOCOLS, scene.sites[0], 3)
    with pytest.raises(ValidationError):
        give(panel, third, AUTHORITY, stranger, 3)
    with pytest.raises(ValidationError):
        give(panel, third, AUTHORITY, scene.sites[0], 6)
    assert not PanelScore.objects.exists()


def test_the_second_window_of_one_assessor_is_told_and_the_same_value_twice_is_no_change(
    scene: PanelScene,
) -> None:
    panel = scene.opened()
    user = scene.assessors[0]
    give(panel, user, AUTHORITY, scene.sites[0], 4)
    give(panel, user, AUTHORITY, scene.sites[0], 4)
    assert PanelScore.objects.get().version == 1
    with pytest.raises(StaleRecord):
        give(panel, user, AUTHORITY, scene.sites[0], 1)


def test_handing_in_names_what_is_missing_and_ends_the_writing(scene: PanelScene) -> None:
    panel = scene.opened(assessors={AUTHORITY: [scene.assessors[0].pk]})
    user = scene.assessors[0]
    seat, row = seat_of(panel, user), criterion_of(panel, AUTHORITY)
    give(panel, user, AUTHORITY, scene.sites[0], 4)
    give(panel, user, AUTHORITY, scene.sites[1], None, comment=" ")
    assert missing_of(seat) == [(row.pk, scene.sites[1].pk), (row.pk, scene.sites[2].pk)]
    with pytest.raises(ValidationError):
        seat_submit(seat=seat, actor=user)
    score_save(
        seat=seat,
        criterion=row,
        site_id=scene.sites[1].pk,
        level=None,
        cannot_judge=True,
        comment="No visit since the new building.",
        version=1,
        actor=user,
    )
    give(panel, user, AUTHORITY, scene.sites[2], 0)
    seat_submit(seat=seat, actor=user)
    with pytest.raises(ValidationError):
        give(panel, user, AUTHORITY, scene.sites[0], 2)

    def after() -> None:
        with recorded(actor=user, reason="late"):
            PanelScore.objects.filter(site=scene.sites[0]).update(level=2)

    refused_by_the_database(after, "panel_score_open")
    seat_take_back(seat=seat, reason="A digit too low.", actor=user)
    assert seat_of(panel, user).submitted_at is None


def test_closing_before_everybody_handed_in_needs_a_reason_and_leaves_their_scores_out(
    scene: PanelScene,
) -> None:
    panel = scene.opened(assessors={AUTHORITY: [user.pk for user in scene.assessors]})
    with pytest.raises(ValidationError):
        panel_close(panel=panel, version=panel.version, reason="Enough", actor=scene.lead)
    for user in scene.assessors[:2]:
        for site in scene.sites:
            give(panel, user, AUTHORITY, site, 3)
        seat_submit(seat=seat_of(panel, user), actor=user)
    give(panel, scene.assessors[2], AUTHORITY, scene.sites[0], 0)
    with pytest.raises(ValidationError):
        panel_close(panel=panel, version=panel.version, reason=" ", actor=scene.lead)
    panel = panel_close(panel=panel, version=panel.version, reason="She is ill.", actor=scene.lead)
    assert panel.note == "She is ill."
    assert set(PanelScore.objects.visible_to(scene.lead).values_list("level", flat=True)) == {3}
    assert agreed_accept(panel=panel, actor=scene.lead) == 3
    assert set(AgreedScore.objects.values_list("low", flat=True)) == {Decimal(3)}


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


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.QA, Role.EXECUTIVE])
def test_other_roles_run_no_panel(scene: PanelScene, role: Role) -> None:
    panel = scene.draft()
    person = makers.person(role)
    with pytest.raises(PermissionDenied):
        panel_open(panel=panel, version=panel.version, actor=person)
    with pytest.raises(PermissionDenied):
        panel_cancel(panel=panel, version=panel.version, reason="x", actor=person)


def test_the_triggers_are_the_migrations_own(scene: PanelScene) -> None:
    """The application's role cannot switch them off."""
    with pytest.raises(Exception, match="must be owner"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("alter table scorecards_panelscore disable trigger panel_score_rules")
