"""Blind means blind: until a panel closes, nothing that anybody else can read depends on what was scored.

`tests/test_access.py` looks for the words of a comment on every page of the product; here the levels are
changed, and everything that others see has to stay the same.
"""

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from records.selectors import entries_listed, entries_of
from scorecards.freezing import freeze_content
from scorecards.models import Panel, PanelScore
from scorecards.panels.consensus import consensus_of
from scorecards.panels.scoring import score_save, seat_submit
from scorecards.panels.services import panel_cancel, panel_close
from scorecards.selectors import ranking_of
from tests import makers
from tests.scorecards.panels import AUTHORITY, PanelScene, criterion_of, give, panel_scene, seat_of

pytestmark = pytest.mark.django_db
CANARY = "Zephyr-minutes-4711"
PAGES = (
    "panels",
    "panel",
    "scorecard",
    "side-by-side",
    "robustness",
    "opinions",
    "changes",
    "gaps",
    "overrides",
    "weights",
    "frozen-list",
    "decisions",
    "must-haves",
)
# What differs between two readings of the same page anyway.
NOISE = re.compile(r"\b[0-9A-Za-z]{64}\b")


@pytest.fixture
def scene() -> PanelScene:
    return panel_scene()


@pytest.fixture
def panel(scene: PanelScene) -> Panel:
    """The first assessor has scored everything; the second has begun; nobody has handed in."""
    panel = scene.opened(assessors={AUTHORITY: [user.pk for user in scene.assessors]})
    for site in scene.sites:
        give(panel, scene.assessors[0], AUTHORITY, site, 5, comment=CANARY)
    give(panel, scene.assessors[1], AUTHORITY, scene.sites[0], 1)
    return panel


def others(scene: PanelScene) -> dict[str, Client]:
    """The lead, an administrator and the other assessor, who see most, and none of the first's scores."""
    people = {"lead": scene.lead, "admin": makers.person(Role.ADMINISTRATOR), "peer": scene.assessors[1]}
    return {name: makers.signed_in(user) for name, user in people.items()}


def read(client: Client, address: str) -> tuple[int, str]:
    response = client.get(address)
    body = response.getvalue() if response.streaming else response.content
    return response.status_code, NOISE.sub("", body.decode(errors="replace"))


def all_of(
    scene: PanelScene, panel: Panel, clients: dict[str, Client]
) -> dict[tuple[str, str], tuple[int, str]]:
    pages = {name: [scene.program.code] for name in PAGES} | {"panel": [scene.program.code, panel.pk]}
    addresses = [reverse(f"scorecards:{name}", args=args) for name, args in pages.items()]
    addresses += [
        reverse("workspace:home"),
        reverse("scoring:work"),
        reverse("programs:program", args=[scene.program.code]),
        reverse("records:record-history", args=["scorecards", "panel", panel.pk]),
        reverse("records:record-history", args=["scorecards", "panelseat", panel.seats.earliest("pk").pk]),
        f"{reverse('scorecards:scorecard', args=[scene.program.code])}?export=csv",
        f"{reverse('scorecards:side-by-side', args=[scene.program.code])}?export=csv",
    ]
    return {(who, address): read(client, address) for who, client in clients.items() for address in addresses}


def change_levels(scene: PanelScene, panel: Panel, level: int) -> None:
    user = scene.assessors[0]
    for row in PanelScore.objects.filter(seat__assessor=user):
        score_save(
            seat=seat_of(panel, user),
            criterion=criterion_of(panel, AUTHORITY),
            site_id=row.site_id,
            level=level,
            cannot_judge=False,
            comment=f"{CANARY} {level}",
            version=row.version,
            actor=user,
        )


def test_nothing_that_others_read_depends_on_the_scores(scene: PanelScene, panel: Panel) -> None:
    clients = others(scene)
    before = all_of(scene, panel, clients)
    assert {status for status, _body in before.values()} == {200}
    change_levels(scene, panel, 0)
    after = all_of(scene, panel, clients)
    assert [key for key in before if before[key] != after[key]] == []


def test_no_ranking_and_no_frozen_evaluation_depends_on_them(scene: PanelScene, panel: Panel) -> None:
    before = freeze_content(ranking_of(scene.package)).sha256
    change_levels(scene, panel, 0)
    assert freeze_content(ranking_of(scene.package)).sha256 == before


@pytest.mark.parametrize(
    "address",
    [
        lambda scene, panel: reverse("scorecards:panel-consensus", args=[scene.program.code, panel.pk]),
        lambda scene, panel: reverse(
            "scorecards:panel-cell", args=[scene.program.code, panel.pk, AUTHORITY, scene.sites[0].pk]
        ),
    ],
)
def test_there_is_no_consensus_before_it_closes(
    scene: PanelScene, panel: Panel, address: Callable[[PanelScene, Panel], str]
) -> None:
    for client in others(scene).values():
        assert read(client, address(scene, panel))[0] == 404
        assert read(client, f"{address(scene, panel)}?export=csv")[0] == 404
    with pytest.raises(LookupError):
        consensus_of(panel)


def test_the_history_keeps_the_scores_back_from_administrators(scene: PanelScene, panel: Panel) -> None:
    admin = others(scene)["admin"]
    row = PanelScore.objects.filter(seat__assessor=scene.assessors[0]).earliest("pk")
    trail = reverse("records:audit-trail")
    addresses = [
        trail,
        # Only a part is searched for, since the page repeats what was typed.
        f"{trail}?text={CANARY[:-1]}",
        f"{trail}?model=scorecards.PanelScore",
        f"{trail}?export=jsonl",
        f"{trail}?export=csv",
        reverse("records:record-history", args=["scorecards", "panelscore", row.pk]),
        f"{reverse('records:record-history', args=['scorecards', 'panelscore', row.pk])}?export=jsonl",
    ]
    shown = [
        read(admin, address)[1].replace(f"text={CANARY}", "").replace(f'value="{CANARY}"', "")
        for address in addresses
    ]
    assert [address for address, body in zip(addresses, shown, strict=True) if CANARY in body] == []
    assert not entries_of(PanelScore, row.pk).exists()
    for user in scene.assessors[:1]:
        seat_submit(seat=seat_of(panel, user), actor=user)
    panel.refresh_from_db()
    panel_close(panel=panel, version=panel.version, reason="The others are ill.", actor=scene.lead)
    assert entries_of(PanelScore, row.pk).exists()
    lines = read(admin, f"{trail}?export=jsonl")[1].splitlines()
    told = [json.loads(line) for line in lines[1:]]
    shown_scores = [entry for entry in told if entry["model"] == "scorecards.PanelScore"]
    # The second had begun and never handed in: nobody reads it.
    handed_in = PanelScore.objects.filter(seat__submitted_at__isnull=False)
    assert {int(entry["record"]) for entry in shown_scores} == set(handed_in.values_list("pk", flat=True))
    assert PanelScore.objects.exclude(pk__in=handed_in).exists()


def test_a_colleague_gets_404_for_the_page_of_a_score(scene: PanelScene, panel: Panel) -> None:
    row = PanelScore.objects.filter(seat__assessor=scene.assessors[0]).earliest("pk")
    address = reverse("records:record-history", args=["scorecards", "panelscore", row.pk])
    clients = others(scene)
    assert [read(clients[who], address)[0] for who in ("lead", "peer")] == [404, 404]


def test_the_scoring_page_shows_ones_own_scores_alone(scene: PanelScene, panel: Panel) -> None:
    address = reverse(
        "scorecards:panel-score", args=[scene.program.code, panel.pk, AUTHORITY, scene.sites[0].pk]
    )
    own = makers.signed_in(scene.assessors[0])
    assert CANARY in read(own, address)[1]
    clients = others(scene)
    status, body = read(clients["peer"], address)
    assert (status, CANARY in body) == (200, False)
    assert 'name="level" value="1" checked' in body
    assert [read(clients[who], address)[0] for who in ("lead", "admin")] == [404, 404]
    posted = clients["lead"].post(address, {"level": "0", "version": "1"})
    assert posted.status_code == 404


@pytest.mark.parametrize("who", ["lead", "admin", "peer"])
def test_the_queryset_itself_shows_nobody_elses(scene: PanelScene, panel: Panel, who: str) -> None:
    people = {"lead": scene.lead, "admin": makers.person(Role.ADMINISTRATOR), "peer": scene.assessors[1]}
    seen = PanelScore.objects.visible_to(people[who])
    assert set(seen.values_list("seat__assessor", flat=True)) <= {people[who].pk}
    assert not PanelScore.objects.revealed().exists()


def test_scores_of_a_cancelled_panel_stay_with_their_assessors(scene: PanelScene, panel: Panel) -> None:
    seat_submit(seat=seat_of(panel, scene.assessors[0]), actor=scene.assessors[0])
    panel.refresh_from_db()
    panel_cancel(panel=panel, version=panel.version, reason="Wrong candidates.", actor=scene.lead)
    assert not PanelScore.objects.visible_to(scene.lead).exists()
    clients = others(scene)
    address = reverse("scorecards:panel-consensus", args=[scene.program.code, panel.pk])
    assert read(clients["lead"], address)[0] == 404
    # A panel cancelled before it closed may be held again with the same people.
    assert CANARY not in read(clients["admin"], f"{reverse('records:audit-trail')}?export=jsonl")[1]
    row = PanelScore.objects.filter(panel=panel).earliest("pk")
    assert not entries_of(PanelScore, row.pk).exists()


def test_what_was_revealed_before_a_panel_was_cancelled_stays_in_the_history(
    scene: PanelScene, panel: Panel
) -> None:
    seat_submit(seat=seat_of(panel, scene.assessors[0]), actor=scene.assessors[0])
    panel.refresh_from_db()
    closed = panel_close(panel=panel, version=panel.version, reason="Enough.", actor=scene.lead)
    panel_cancel(panel=closed, version=closed.version, reason="Wrong candidates.", actor=scene.lead)
    assert entries_of(PanelScore, PanelScore.objects.filter(panel=panel).earliest("pk").pk).exists()


def test_after_closing_members_see_everything_and_outsiders_nothing(scene: PanelScene, panel: Panel) -> None:
    seat_submit(seat=seat_of(panel, scene.assessors[0]), actor=scene.assessors[0])
    panel.refresh_from_db()
    panel_close(panel=panel, version=panel.version, reason="Enough.", actor=scene.lead)
    address = reverse("scorecards:panel-consensus", args=[scene.program.code, panel.pk])
    assert CANARY in read(makers.signed_in(scene.assessors[2]), address)[1]
    assert CANARY in read(makers.signed_in(scene.lead), f"{address}?export=scores-csv")[1]
    assert read(makers.signed_in(makers.person(Role.SOURCING)), address)[0] == 404
    assert timezone.localdate() <= panel.due_on
    assert entries_listed().filter(model="scorecards.PanelScore").exists()
