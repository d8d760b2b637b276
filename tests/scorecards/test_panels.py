"""The way of a panel: what it asks is fixed at opening, scores are the assessor's own, agreement is kept."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import translation

from accounts.roles import Role
from common.versions import StaleRecord
from partners.practices import ANCHORS
from records.context import recorded
from scorecards.derivation.ratings import RUBRIC
from scorecards.derivation.rules import RULES
from scorecards.models import AgreedScore, Panel, PanelCriterion, PanelScore
from scorecards.panels.agreeing import agreed_accept
from scorecards.panels.rubrics import RUBRICS, anchors_shown
from scorecards.panels.scoring import missing_of, score_save, seat_submit, seat_take_back
from scorecards.panels.services import panel_cancel, panel_change, panel_close, panel_open
from tests import makers
from tests.scorecards.panels import (
    AUTHORITY,
    PROTOCOLS,
    SCORES,
    PanelScene,
    criterion_of,
    give,
    panel_scene,
    refused_by_the_database,
    seat_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> PanelScene:
    return panel_scene()


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
