"""Two at once on one panel: it closes while somebody still writes. Nobody waits for ever, none slips in."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.roles import Role
from records.models import Entry
from records.selectors import entries_listed
from records.verification import verify
from scorecards.models import Panel, PanelScore
from scorecards.panels.scoring import seat_submit
from scorecards.panels.services import panel_close
from tests import makers
from tests.racing import Other
from tests.scorecards.panels import AUTHORITY, PanelScene, give, panel_scene, seat_of

pytestmark = pytest.mark.usefixtures("committed_db")
LATE = "Typed while it closed."


@pytest.fixture
def scene() -> PanelScene:
    return panel_scene()


@pytest.fixture
def panel(scene: PanelScene) -> Panel:
    """The first assessor has handed in, the second still writes."""
    panel = scene.opened(assessors={AUTHORITY: [user.pk for user in scene.assessors[:2]]})
    for site in scene.sites:
        give(panel, scene.assessors[0], AUTHORITY, site, 3)
    seat_submit(seat=seat_of(panel, scene.assessors[0]), actor=scene.assessors[0])
    panel.refresh_from_db()
    return panel


def close(scene: PanelScene, panel: Panel) -> None:
    panel_close(panel=panel, version=panel.version, reason="The day is over.", actor=scene.lead)


def save(scene: PanelScene, panel: Panel) -> None:
    give(panel, scene.assessors[1], AUTHORITY, scene.sites[0], 1, comment=LATE)


def test_what_saves_itself_after_the_closing_is_refused(scene: PanelScene, panel: Panel) -> None:
    with transaction.atomic():
        close(scene, panel)
        late = Other(lambda: save(scene, panel))
        assert late.waits()
    assert isinstance(late.ended(), ValidationError)
    assert not PanelScore.objects.filter(comment=LATE).exists()


def test_what_saved_itself_just_before_is_kept_and_read_by_nobody_else(
    scene: PanelScene, panel: Panel
) -> None:
    with transaction.atomic():
        save(scene, panel)
        closer = Other(lambda: close(scene, panel))
        assert closer.waits()
    assert closer.ended() == "done"
    kept = PanelScore.objects.get(comment=LATE)
    assert list(PanelScore.objects.visible_to(scene.assessors[1]).filter(pk=kept.pk)) == [kept]
    for user in (scene.lead, makers.person(Role.ADMINISTRATOR)):
        assert not PanelScore.objects.visible_to(user).filter(pk=kept.pk).exists()
    written = Entry.objects.filter(model="scorecards.PanelScore", record=str(kept.pk))
    assert written.exists()
    assert not entries_listed().filter(pk__in=written.values("pk")).exists()
    # Kept back from readers, not from the chain.
    assert verify().intact


def test_who_hands_in_while_it_closes_counts_or_is_told(scene: PanelScene, panel: Panel) -> None:
    late = scene.assessors[1]
    for site in scene.sites:
        give(panel, late, AUTHORITY, site, 2)
    seat = seat_of(panel, late)
    with transaction.atomic():
        close(scene, panel)
        hand_in = Other(lambda: seat_submit(seat=seat, actor=late))
        assert hand_in.waits()
    assert isinstance(hand_in.ended(), ValidationError)
    assert seat_of(panel, late).submitted_at is None
    assert set(PanelScore.objects.filter(panel=panel).revealed().values_list("level", flat=True)) == {3}
