"""Assessors of an open panel leave and come: with a reason, blind as before, and what is due follows."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from audits.reminding import source_of
from common.versions import StaleRecord
from jobs.models import Job
from jobs.services import job_run
from programs.models import Membership
from records.context import recorded
from records.selectors import entries_listed, entries_of
from scorecards.models import Panel, PanelAssignment, PanelScore, PanelSeat
from scorecards.panels.agreeing import agreed_accept, panel_settle
from scorecards.panels.consensus import consensus_of
from scorecards.panels.inviting import JOB_KIND
from scorecards.panels.scoring import missing_of, seat_submit, seat_take_back
from scorecards.panels.selectors import panel_detail, panels_to_close
from scorecards.panels.services import panel_close, panel_open
from scorecards.panels.staffing import Again, Staffing, panel_staff
from scorecards.selectors import ranking_of
from tests import makers
from tests.scorecards.panels import AUTHORITY, PROTOCOLS, PanelScene, criterion_of, give, panel_scene, seat_of

pytestmark = pytest.mark.django_db
WHY = "Moved to another program."


@pytest.fixture
def scene() -> PanelScene:
    return panel_scene()


@pytest.fixture
def panel(scene: PanelScene) -> Panel:
    """Anna and Boris score two criteria; Anna has handed in, Boris has begun."""
    people = [user.pk for user in scene.assessors[:2]]
    panel = scene.opened(assessors={AUTHORITY: people, PROTOCOLS: people})
    for key in (AUTHORITY, PROTOCOLS):
        for site in scene.sites:
            give(panel, scene.assessors[0], key, site, 4)
    seat_submit(seat=seat_of(panel, scene.assessors[0]), actor=scene.assessors[0])
    give(panel, scene.assessors[1], AUTHORITY, scene.sites[0], 0, comment="Boris alone knows this.")
    panel.refresh_from_db()
    return panel


def staffed(scene: PanelScene, panel: Panel, **change: Any) -> Panel:
    told = Staffing(**({"reason": WHY} | change))
    return panel_staff(panel=panel, version=panel.version, change=told, actor=scene.lead)


def replaced(scene: PanelScene, panel: Panel, gone: User, **more: Any) -> Panel:
    """Carla in the place of one of the two."""
    return staffed(scene, panel, leaves=seat_of(panel, gone).pk, comes=scene.assessors[2].pk, **more)


def test_an_assessor_is_replaced_and_what_they_had_begun_counts_nowhere(
    scene: PanelScene, panel: Panel
) -> None:
    anna, boris, carla = scene.assessors
    later = panel.due_on + timedelta(days=4)
    panel = replaced(scene, panel, boris, due_on=later)
    assert panel.due_on == later
    seat = seat_of(panel, carla)
    asked = PanelAssignment.objects.filter(seat=seat).values_list("criterion__criterion__key", flat=True)
    assert set(asked) == {AUTHORITY, PROTOCOLS}
    # Who left writes no more, through no door.
    with pytest.raises(ValidationError):
        give(panel, boris, AUTHORITY, scene.sites[1], 1)
    late = PanelScore.objects.filter(seat__assessor=boris)
    with (
        pytest.raises(IntegrityError, match="panel_score_present"),
        transaction.atomic(),
        recorded(actor=boris),
    ):
        late.update(level=5)
    # What is due is asked of who came, by the new day, and of nobody else.
    source = source_of("scorecards.PanelSeat")
    assert source is not None
    assert [(thing.record_id, thing.due_on) for thing in source.due(later)] == [(seat.pk, later)]
    assert list(source.due(later - timedelta(days=1))) == []
    assert [row.assessor for row in panel_detail(panel).counted] == [anna, carla]
    for key in (AUTHORITY, PROTOCOLS):
        for site in scene.sites:
            give(panel, carla, key, site, 3)
    seat_submit(seat=seat, actor=carla)
    assert panel in panels_to_close(scene.lead)
    panel = panel_close(panel=panel, version=panel.version, reason="", actor=scene.lead)
    found = consensus_of(panel)
    assert {score.assessor for cell in found.cells for score in cell.scores} == {
        "Anna Assess",
        "Carla Assess",
    }
    lost = PanelScore.objects.get(seat__assessor=boris)
    assert list(PanelScore.objects.visible_to(boris).filter(pk=lost.pk)) == [lost]
    assert not PanelScore.objects.visible_to(scene.lead).filter(pk=lost.pk).exists()
    told = entries_listed().filter(model="scorecards.PanelScore")
    assert not told.filter(record=str(lost.pk)).exists()
    reasons = entries_of(PanelSeat, seat_of(panel, boris).pk).values_list("reason", flat=True)
    assert WHY in reasons


@pytest.mark.parametrize(("left_out", "levels"), [(False, {3, 4}), (True, {3})])
def test_what_was_handed_in_counts_or_is_left_out_for_good(
    scene: PanelScene, panel: Panel, left_out: bool, levels: set[int]
) -> None:
    anna, boris, carla = scene.assessors
    panel = replaced(scene, panel, anna, left_out=left_out)
    panel = staffed(scene, panel, leaves=seat_of(panel, boris).pk)
    with pytest.raises(ValidationError):
        seat_take_back(seat=seat_of(panel, anna), reason="Again.", actor=anna)
    for key in (AUTHORITY, PROTOCOLS):
        for site in scene.sites:
            give(panel, carla, key, site, 3)
    seat_submit(seat=seat_of(panel, carla), actor=carla)
    panel = panel_close(panel=panel, version=panel.version, reason="", actor=scene.lead)
    seen = PanelScore.objects.visible_to(scene.lead)
    assert set(seen.values_list("level", flat=True)) == levels
    told = entries_listed().filter(model="scorecards.PanelScore")
    mine = PanelScore.objects.filter(seat__assessor=anna).earliest("pk")
    assert told.filter(record=str(mine.pk)).exists() is not left_out
    with (
        pytest.raises(IntegrityError, match="leave while the panel is open"),
        transaction.atomic(),
        recorded(actor=scene.lead, reason="try"),
    ):
        PanelSeat.objects.filter(assessor=anna).update(left_out=not left_out)
    if not left_out:
        agreed_accept(panel=panel, actor=scene.lead)
        panel_settle(panel=panel, version=panel.version, actor=scene.lead)
        row = ranking_of(scene.package).candidate(scene.sites[0].pk)
        assert row is not None
        cell = next(each for each in row.criteria if each.criterion.key == AUTHORITY)
        assert cell.agreed is not None
        assert (cell.agreed.assessors, cell.low) == (2, 70)


def test_what_makes_no_sense_is_refused_beside_its_field(scene: PanelScene, panel: Panel) -> None:
    anna, boris, _carla = scene.assessors
    seats = {user: seat_of(panel, user).pk for user in (anna, boris)}
    stranger = makers.person(full_name="Stranger")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"reason": " ", "leaves": seats[boris]}, "reason"),
        ({}, "comes"),
        ({"leaves": seats[boris] + 99}, "leaves"),
        ({"leaves": seats[boris], "comes": stranger.pk}, "comes"),
        ({"leaves": seats[boris], "comes": boris.pk}, "comes"),
        ({"comes": scene.lead.pk}, "criteria"),
        ({"comes": anna.pk, "criteria": [AUTHORITY]}, "comes"),
        ({"due_on": panel.due_on}, "due_on"),
    ]
    for change, field in wrong:
        with pytest.raises(ValidationError) as caught:
            staffed(scene, panel, **change)
        assert list(caught.value.message_dict) == [field], change
    # Nobody may be left to score a criterion.
    alone = staffed(scene, panel, leaves=seats[anna], left_out=True)
    with pytest.raises(ValidationError) as caught:
        staffed(scene, alone, leaves=seats[boris])
    assert "comes" in caught.value.message_dict
    with pytest.raises(StaleRecord):
        staffed(scene, panel, leaves=seats[boris], comes=scene.lead.pk)
    # Another comes in her place.
    back = staffed(scene, alone, comes=scene.lead.pk, criteria=[AUTHORITY])
    assert [seat.assessor for seat in panel_detail(back).counted] == [boris, scene.lead]


def test_what_is_asked_stays_fixed_in_the_database_but_for_who_comes(scene: PanelScene, panel: Panel) -> None:
    seat = seat_of(panel, scene.assessors[0])
    row = criterion_of(panel, AUTHORITY)
    with pytest.raises(IntegrityError, match="panel_is_fixed"), transaction.atomic():
        PanelAssignment.objects.filter(seat=seat).delete()
    panel.refresh_from_db()
    scored = scene.closed({AUTHORITY: [[3, 3, 3]]}, assessors={AUTHORITY: [scene.assessors[0].pk]})
    with pytest.raises(IntegrityError, match="panel_is_fixed"), transaction.atomic():
        PanelSeat.objects.create(panel=scored, assessor=scene.lead)
    assert row.anchors


def test_the_page_changes_them_and_says_who_left_and_why(scene: PanelScene, panel: Panel) -> None:
    lead = makers.signed_in(scene.lead)
    where: list[Any] = [scene.program.code, panel.pk]
    address = reverse("scorecards:panel-staffing", args=where)
    overview = reverse("scorecards:panel", args=where)
    assert address in lead.get(overview).text
    boris = seat_of(panel, scene.assessors[1])
    form = {"leaves": boris.pk, "comes": scene.assessors[2].pk, "reason": "", "version": panel.version}
    refused = lead.post(address, form)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    assert lead.post(address, form | {"reason": WHY, "version": "0"}).status_code == 409
    assert lead.post(address, form | {"reason": WHY})["Location"] == overview
    page = lead.get(overview).text
    assert WHY in page
    assert "Boris alone knows this." not in page
    gone = makers.signed_in(scene.assessors[1])
    mine = gone.get(reverse("scorecards:panel-mine", args=where)).text
    assert "You left this panel on" in mine
    assert overview not in gone.get(reverse("scoring:work")).text
    came = makers.signed_in(scene.assessors[2])
    assert reverse("scorecards:panel-score-resume", args=where) in came.get(reverse("scoring:work")).text
    # A member who leaves the program as well is reminded of nothing, and who runs the panel is told.
    stuck = "Scores are awaited of somebody who cannot open the panel any more."
    assert stuck not in page
    Membership.objects.filter(user=scene.assessors[2]).delete()
    assert stuck in lead.get(overview).text
    source = source_of("scorecards.PanelSeat")
    assert source is not None
    assert list(source.due(panel.due_on)) == []


def test_who_left_after_handing_in_comes_back_with_scores_that_stand_or_are_open(scene: PanelScene) -> None:
    anna, boris, _carla = scene.assessors
    panel = scene.opened(assessors={AUTHORITY: [anna.pk, boris.pk], PROTOCOLS: [boris.pk]})
    seat = seat_of(panel, anna)
    for site in scene.sites:
        give(panel, anna, AUTHORITY, site, 4)
    seat_submit(seat=seat, actor=anna)
    panel = staffed(scene, panel, leaves=seat.pk, left_out=True)
    # Nobody decides by forgetting to, and what is asked beyond is not handed in yet.
    refused: list[dict[str, Any]] = [{}, {"again": Again.KEPT, "criteria": [PROTOCOLS]}]
    for change in refused:
        with pytest.raises(ValidationError) as caught:
            staffed(scene, panel, comes=anna.pk, **change)
        assert list(caught.value.message_dict) == ["again"], change
    panel = staffed(scene, panel, comes=anna.pk, again=Again.KEPT)
    seat.refresh_from_db()
    assert (seat.submitted_at is not None, seat.left_at, seat.left_out, seat.left_why) == (
        True,
        None,
        False,
        "",
    )
    assert [each.assessor for each in panel_detail(panel).counted] == [anna, boris]
    panel = staffed(scene, panel, leaves=seat.pk)
    lead = makers.signed_in(scene.lead)
    where: list[Any] = [scene.program.code, panel.pk]
    address = reverse("scorecards:panel-staffing", args=where)
    assert f"{address}?comes={anna.pk}" in lead.get(reverse("scorecards:panel", args=where)).text
    page = lead.get(f"{address}?comes={anna.pk}")
    assert page.context["form"]["comes"].value() == str(anna.pk)
    told = {"comes": anna.pk, "reason": "Back from leave.", "version": panel.version}
    assert list(lead.post(address, told).context["form"].errors) == ["again"]
    lead.post(address, told | {"again": "reopened", "criteria": [PROTOCOLS]})
    seat.refresh_from_db()
    assert (seat.submitted_at, seat.left_at) == (None, None)
    # What she had scored is there; what was added is missing still.
    assert set(PanelScore.objects.filter(seat=seat).values_list("level", flat=True)) == {4}
    assert len(missing_of(seat)) == len(scene.sites)
    for site in scene.sites:
        give(panel, anna, PROTOCOLS, site, 2)
    seat_submit(seat=seat, actor=anna)
    assert PanelSeat.objects.awaited().filter(panel=panel).get().assessor == boris


def test_each_assessor_is_told_once_as_their_scores_are_asked_for(
    scene: PanelScene,
) -> None:
    anna, boris, carla = scene.assessors
    User.objects.filter(pk=carla.pk).update(language="fr")
    people = [anna.pk, boris.pk]
    panel = scene.draft(assessors={AUTHORITY: people, PROTOCOLS: people})
    assert not Job.objects.filter(kind=JOB_KIND).exists()
    with pytest.raises(StaleRecord):
        panel_open(panel=panel, version=panel.version + 1, actor=scene.lead)
    assert not Job.objects.filter(kind=JOB_KIND).exists()
    panel = panel_open(panel=panel, version=panel.version, actor=scene.lead)
    panel = staffed(scene, panel, leaves=seat_of(panel, boris).pk, comes=carla.pk)
    for job in [*Job.objects.filter(kind=JOB_KIND), *Job.objects.filter(kind=JOB_KIND)]:
        job_run(job.pk)
    # Boris was gone before his letter was written; a job is done once.
    told = {message.to[0]: message for message in mail.outbox}
    assert sorted(told) == sorted([anna.email, carla.email])
    assert len(mail.outbox) == 2
    assert "2 criteria, 3 candidates" in told[anna.email].body
    assert "2 critères, 3 candidats" in told[carla.email].body
    assert f"/programs/{scene.program.code}/panels/{panel.pk}/score/" in told[carla.email].body
    assert told[carla.email].extra_headers["Auto-Submitted"] == "auto-generated"
    # Who comes back and has nothing to do is told that, in a letter of its own; and nobody off the program.
    for key in (AUTHORITY, PROTOCOLS):
        for site in scene.sites:
            give(panel, carla, key, site, 3)
    seat_submit(seat=seat_of(panel, carla), actor=carla)
    panel = staffed(scene, panel, leaves=seat_of(panel, carla).pk)
    panel = staffed(scene, panel, comes=carla.pk, again=Again.KEPT)
    panel = staffed(scene, panel, comes=boris.pk)
    Membership.objects.filter(user=boris).delete()
    for job in Job.objects.filter(kind=JOB_KIND):
        job_run(job.pk)
    assert [message.to[0] for message in mail.outbox[2:]] == [carla.email]
    assert "Ce que vous aviez remis" in mail.outbox[2].body
