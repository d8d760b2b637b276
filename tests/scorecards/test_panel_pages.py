"""The pages of a panel: scores that save themselves, handing in, moderating, what reaches the scorecard."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audits.reminding import reminders_send, source_of
from jobs.models import Job
from programs.services import member_remove
from scorecards.models import AgreedScore, Panel, PanelScore
from scorecards.panels.agreement import leanings_of, statistics_of
from scorecards.panels.consensus import consensus_of
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
SCORES: dict[str, list[list[int | None]]] = {
    AUTHORITY: [[4, 1, 3], [4, 5, None], [3, 2, 3]],
    PROTOCOLS: [[2, 2, 2], [3, 2, 2]],
}


@pytest.fixture
def scene() -> PanelScene:
    return panel_scene()


@pytest.fixture
def lead(scene: PanelScene) -> Client:
    return makers.signed_in(scene.lead)


def at(scene: PanelScene, name: str, panel: Panel, *more: object) -> str:
    return reverse(f"scorecards:{name}", args=[scene.program.code, panel.pk, *more])


def score_at(scene: PanelScene, panel: Panel, place: int = 0, key: str = AUTHORITY) -> str:
    return at(scene, "panel-score", panel, key, scene.sites[place].pk)


def test_a_panel_is_drafted_and_opened_by_its_form(scene: PanelScene, lead: Client) -> None:
    address = reverse("scorecards:panel-add", args=[scene.program.code])
    page = lead.get(address)
    entered = {
        "title": "Round one",
        "due_on": (timezone.localdate() + timedelta(days=5)).isoformat(),
        "sites": [site.pk for site in scene.sites],
        "version": "0",
    }
    refused = lead.post(address, entered)
    assert refused.status_code == 422
    assert 'value="Round one"' in refused.content.decode()
    assert AUTHORITY in {row.key for row in page.context["form"].criteria}
    done = lead.post(address, entered | {f"a-{AUTHORITY}": [scene.assessors[0].pk]})
    panel = Panel.objects.get()
    assert done["Location"] == at(scene, "panel", panel)
    step = {"version": panel.version}
    lead.post(at(scene, "panel-open", panel), step)
    panel.refresh_from_db()
    assert panel.is_draft
    lead.post(at(scene, "panel-open", panel), step | {"accept_few": "1"})
    panel.refresh_from_db()
    assert panel.is_open
    assert lead.get(at(scene, "panel-edit", panel)).status_code == 200
    assert lead.post(at(scene, "panel-edit", panel), entered | {"version": "9"}).status_code in (409, 422)


def test_a_panel_is_not_drafted_for_a_day_that_has_passed(scene: PanelScene, lead: Client) -> None:
    entered = {
        "title": "Round one",
        "due_on": (timezone.localdate() - timedelta(days=1)).isoformat(),
        "sites": [site.pk for site in scene.sites],
        f"a-{AUTHORITY}": [scene.assessors[0].pk],
        "version": "0",
    }
    answer = lead.post(reverse("scorecards:panel-add", args=[scene.program.code]), entered)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["due_on"])
    assert not Panel.objects.exists()


def test_a_score_saves_itself_and_says_so(scene: PanelScene) -> None:
    panel = scene.opened()
    client = makers.signed_in(scene.assessors[0])
    address = score_at(scene, panel)
    page = client.get(address).content.decode()
    assert "Quality reports to production" in page
    saved = client.post(
        address, {"level": "4", "comment": "", "version": "0"}, headers={"HX-Request": "true"}
    )
    body = saved.content.decode()
    assert saved.status_code == 200
    assert "Saved at" in body
    assert 'name="version" value="1"' in body
    assert "1 of 6 scored" in body
    again = client.post(
        address, {"level": "2", "comment": "", "version": "0"}, headers={"HX-Request": "true"}
    )
    assert again.status_code == 409
    assert "You saved level 4" in again.content.decode()
    assert PanelScore.objects.get().level == 4


def test_without_scripts_a_button_saves_and_goes_on_to_where_one_left_off(scene: PanelScene) -> None:
    panel = scene.opened(assessors={AUTHORITY: [user.pk for user in scene.assessors]})
    client = makers.signed_in(scene.assessors[0])
    resume = at(scene, "panel-score-resume", panel)
    assert client.get(resume)["Location"] == score_at(scene, panel, 0)
    done = client.post(score_at(scene, panel, 0), {"level": "4", "version": "0", "go": "next"})
    assert done["Location"] == score_at(scene, panel, 1)
    back = client.post(score_at(scene, panel, 1), {"cannot_judge": "1", "version": "0", "go": "previous"})
    assert back["Location"] == score_at(scene, panel, 0)
    assert client.get(resume)["Location"] == score_at(scene, panel, 1)
    last = client.post(score_at(scene, panel, 2), {"level": "0", "version": "0", "go": "next"})
    mine = at(scene, "panel-mine", panel)
    assert last["Location"] == mine
    page = client.get(mine).content.decode()
    assert "why you cannot judge" in page
    assert client.post(mine).status_code == 422
    client.post(
        score_at(scene, panel, 1), {"cannot_judge": "1", "comment": "Never been there.", "version": "1"}
    )
    assert client.post(mine).status_code == 302
    assert seat_of(panel, scene.assessors[0]).submitted_at
    refused = client.post(score_at(scene, panel, 0), {"level": "1", "version": "1", "go": "next"})
    assert refused.status_code == 422
    client.post(at(scene, "panel-take-back", panel), {"reason": "One digit."})
    assert seat_of(panel, scene.assessors[0]).submitted_at is None


def test_what_makes_no_sense_is_said_and_what_was_typed_stays(scene: PanelScene) -> None:
    panel = scene.opened()
    client = makers.signed_in(scene.assessors[0])
    wrong = client.post(score_at(scene, panel), {"level": "7", "comment": "Kept words", "version": "0"})
    assert wrong.status_code == 422
    assert "Kept words" in wrong.content.decode()
    assert not PanelScore.objects.exists()
    assert client.get(score_at(scene, panel, 0, "proven-batch")).status_code == 404


def test_the_home_page_of_each_role_leads_to_its_work(scene: PanelScene, lead: Client) -> None:
    panel = scene.opened(assessors={AUTHORITY: [scene.assessors[0].pk]})
    assessor = makers.signed_in(scene.assessors[0])
    home, work = reverse("workspace:home"), reverse("scoring:work")
    resume = at(scene, "panel-score-resume", panel)
    assert "Panels to score" in assessor.get(home).content.decode()
    assert resume in assessor.get(work).content.decode()
    assert "Panels to score" not in lead.get(home).content.decode()
    early = "Only 0 of 1 assessors have handed in."
    assert early in lead.get(at(scene, "panel", panel)).content.decode()
    offered = 'commandfor="panel-close" command="show-modal"'
    assert offered not in lead.get(at(scene, "panel", panel)).content.decode()
    for site in scene.sites:
        give(panel, scene.assessors[0], AUTHORITY, site, 3)
    assessor.post(at(scene, "panel-mine", panel))
    assert "Panels to score" not in assessor.get(home).content.decode()
    assert "Panels to close" in lead.get(home).content.decode()
    assert early not in lead.get(at(scene, "panel", panel)).content.decode()
    assert offered in lead.get(at(scene, "panel", panel)).content.decode()
    panel.refresh_from_db()
    closed = lead.post(at(scene, "panel-close", panel), {"version": panel.version})
    assert closed["Location"] == at(scene, "panel-consensus", panel)
    assert "Panels to moderate" in lead.get(home).content.decode()
    assert "Panels to moderate" not in assessor.get(home).content.decode()


def test_consensus_is_sorted_by_disagreement_and_reaches_the_scorecard(
    scene: PanelScene, lead: Client
) -> None:
    panel = scene.closed(SCORES)
    found = consensus_of(panel)
    assert [(cell.site, cell.criterion.key) for cell in found.cells[:2]] == [
        ("Gamma Works", AUTHORITY),
        ("Beta Works", AUTHORITY),
    ]
    page = lead.get(at(scene, "panel-consensus", panel))
    assert "Accept 4 within a step" in page.content.decode()
    # A superscript is a digit to Python, and no number; nothing is accepted for it.
    assert lead.post(at(scene, "panel-accept", panel), {"cell": "²-²"}).status_code == 404
    assert not AgreedScore.objects.exists()
    lead.post(at(scene, "panel-accept", panel))
    for place, (low, high) in ((1, ("2,5", "")), (2, ("0", "5"))):
        told = {"low": low.replace(",", "."), "high": high, "reason": "Minutes seen.", "version": "0"}
        done = lead.post(at(scene, "panel-agree", panel, AUTHORITY, scene.sites[place].pk), told)
        assert done.status_code == 302, done.content
    assert "Cannot judge" in lead.get(at(scene, "panel-consensus", panel)).content.decode()
    stale = lead.post(
        at(scene, "panel-agree", panel, AUTHORITY, scene.sites[1].pk),
        {"low": "1", "high": "", "reason": "Mine.", "version": "0"},
    )
    assert stale.status_code == 409
    assert "Minutes seen." in stale.content.decode()
    panel.refresh_from_db()
    lead.post(at(scene, "panel-settle", panel), {"version": panel.version})
    panel.refresh_from_db()
    assert panel.state == Panel.State.SETTLED
    ranking = reverse("scorecards:scorecard", args=[scene.program.code])
    assert f'<a href="{ranking}">See the ranking</a>' in lead.get(at(scene, "panel", panel)).content.decode()
    why = lead.get(reverse("scorecards:candidate", args=[scene.program.code, scene.sites[1].pk]))
    assert "Agreed at level 2.50 of 5 after discussion" in why.content.decode()
    assert "Minutes seen." in why.content.decode()
    lead.post(reverse("scorecards:freeze", args=[scene.program.code]))
    frozen = lead.get(reverse("scorecards:frozen-list", args=[scene.program.code])).content.decode()
    run = panel.work_package.scorecard.runs.get()
    assert run.sha256[:12] in frozen
    shown = lead.get(reverse("scorecards:frozen", args=[scene.program.code, run.sha256])).content.decode()
    assert "Agreed by panels" in shown
    verified = lead.post(reverse("scorecards:frozen-verify", args=[scene.program.code, run.sha256]))
    assert "give the same result again" in verified.content.decode()


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"low": "6", "high": "", "reason": "x"}, "low"),
        ({"low": "3", "high": "2", "reason": "x"}, "high"),
        ({"low": "3", "high": "", "reason": " "}, "reason"),
    ],
)
def test_a_value_off_the_scale_is_said_beside_its_field(
    scene: PanelScene, lead: Client, entered: dict[str, str], field: str
) -> None:
    panel = scene.closed(SCORES)
    address = at(scene, "panel-agree", panel, AUTHORITY, scene.sites[1].pk)
    response = lead.post(address, entered | {"version": "0"})
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert len(response.context["form"].errors[field]) == 1
    assert not AgreedScore.objects.exists()


def test_every_change_of_an_agreed_value_stands_in_its_history(scene: PanelScene, lead: Client) -> None:
    panel = scene.closed(SCORES)
    address = at(scene, "panel-agree", panel, AUTHORITY, scene.sites[1].pk)
    lead.post(address, {"low": "3", "high": "", "reason": "First look.", "version": "0"})
    lead.post(address, {"low": "2", "high": "", "reason": "Second look.", "version": "1"})
    row = AgreedScore.objects.get()
    assert row.low == Decimal(2)
    member = makers.signed_in(scene.assessors[0])
    history = member.get(reverse("records:record-history", args=["scorecards", "agreedscore", row.pk]))
    assert "First look." in history.content.decode()
    assert "Second look." in history.content.decode()


def test_figures_of_agreement_are_those_of_the_literature_with_words() -> None:
    # Shrout & Fleiss 1979, table 2: six targets, four judges; here judge by judge.
    judges = [[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]]
    figures = {each.name: each for each in statistics_of(judges)}
    assert figures["ICC(2,1)"].value == pytest.approx(0.29, abs=0.005)
    assert figures["ICC(2,k)"].value == pytest.approx(0.62, abs=0.005)
    assert "poor" in figures["ICC(2,1)"].words
    assert [each.name for each in statistics_of([[1, 2, 3], [2, None, 3]])] == ["Krippendorff’s α"]
    assert "Weighted κ" in {each.name for each in statistics_of([[1, 2, 3], [1, 2, 4]])}
    assert [each.value for each in statistics_of([[3, 3, 3], [3, 3, 3]])] == [None, None, None, None]


@pytest.mark.parametrize("levels", [[[1, 2, 3]], [[1, 2], [2, 2]], []])
def test_too_few_to_say_is_said(levels: list[list[int | None]]) -> None:
    assert [each.value for each in statistics_of(levels)] == [None]


def test_who_scored_the_weak_candidates_is_not_called_harsh() -> None:
    both = [("a", "x", 4), ("a", "y", 4), ("b", "x", 1), ("c", "y", 5), ("d", "x", 1)]
    found = {row.assessor: row.leniency for row in leanings_of(both, {"x": "X", "y": "Y"}).assessors}
    assert found == {"X": pytest.approx(0), "Y": pytest.approx(0)}
    assert leanings_of([("a", "x", 1), ("b", "y", 1)], {"x": "X", "y": "Y"}).why_not


def test_assessors_are_reminded_and_nobody_else_hears_of_the_program(scene: PanelScene) -> None:
    panel = scene.opened(assessors={AUTHORITY: [user.pk for user in scene.assessors[:2]]})
    for site in scene.sites:
        give(panel, scene.assessors[0], AUTHORITY, site, 3)
    makers.signed_in(scene.assessors[0]).post(at(scene, "panel-mine", panel))
    makers.person(Role.QA)
    reminders_send(today=panel.due_on + timedelta(days=20))
    told = [job.payload["email"] for job in Job.objects.filter(kind="audits.reminder")]
    assert told == [scene.assessors[1].email]
    source = source_of("scorecards.PanelSeat")
    assert source is not None
    thing = source.one(seat_of(panel, scene.assessors[1]).pk)
    assert thing is not None
    assert (thing.url, thing.site) == (at(scene, "panel-score-resume", panel), "")
    assert source.one(seat_of(panel, scene.assessors[0]).pk) is None
    # Who has left the program is told nothing of it, not even the title of the panel.
    member_remove(program=scene.program, user=scene.assessors[1], actor=scene.lead)
    assert source.one(seat_of(panel, scene.assessors[1]).pk) is None
    assert list(source.due(panel.due_on)) == []


def test_another_packages_panel_is_not_found(scene: PanelScene, lead: Client) -> None:
    panel = scene.opened()
    other = makers.program("OTHER", scene.lead, sites=scene.sites)
    for name in ("panel", "panel-edit", "panel-mine", "panel-score-resume"):
        assert lead.get(reverse(f"scorecards:{name}", args=[other.code, panel.pk])).status_code == 404
    assert criterion_of(panel, AUTHORITY).anchors


def test_assessors_who_contradict_each_other_have_no_reliable_average() -> None:
    # Spearman and Brown's step divides by nearly nothing here and would call the average excellent.
    apart = {each.name: each for each in statistics_of([[3, 5, 2, 3, 5, 2, 3], [3, 0, 4, 3, 0, 4, 3]])}
    assert apart["ICC(2,1)"].value is not None
    assert apart["ICC(2,1)"].value < 0
    assert apart["ICC(2,k)"].value is None


def test_the_consensus_sorts_as_every_table_does_and_by_disagreement(scene: PanelScene, lead: Client) -> None:
    panel = scene.closed(SCORES)
    address = at(scene, "panel-consensus", panel)

    def rows(order: str) -> list[tuple[str, int]]:
        return [
            (row.record.site, row.record.width)
            for row in lead.get(f"{address}?sort={order}").context["table"].rows
        ]

    widest = [width for site, width in rows("-width") if site != "Gamma Works"]
    assert widest == sorted(widest, reverse=True)
    assert widest[0] == 4
    assert rows("-width")[0][0] == "Gamma Works"
    assert rows("width")[-1] == rows("-width")[0]
    assert [site for site, _width in rows("site")] == sorted(site for site, _width in rows(""))
    # What is agreed sinks to the end of the list as it opens, and rises where one sorts by it.
    lead.post(at(scene, "panel-accept", panel))
    agreed = [row.record.agreed is not None for row in lead.get(address).context["table"].rows]
    assert agreed == sorted(agreed)
    first = lead.get(f"{address}?sort=-agreed").context["table"].rows[0].record
    assert first.agreed.low == 4
    assert "Accept" not in makers.signed_in(scene.assessors[0]).get(address).text
    sheet = lead.get(f"{address}?export=csv&sort=-width").text
    assert "Anna Assess: 1" in sheet
    assert "1 cannot judge" not in sheet
