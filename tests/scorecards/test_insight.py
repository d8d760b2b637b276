"""What questions the ranking: lead, head to head, robustness, evidence gaps, side by side."""

import io
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from accounts.models import User
from accounts.roles import Role
from programs.models import Candidate, WorkPackage
from programs.services import candidate_stage_set
from scorecards.engine import CriterionNode, Evaluation, GateStatus
from scorecards.engine.official import CandidateInput, evaluate
from scorecards.engine.questions import smaa_problem
from scorecards.engine.regimes import dirichlet_per_group
from scorecards.engine.smaa import SmaaPartial, SmaaProblem
from scorecards.engine.smaa_run import smaa, smaa_partial
from scorecards.head_to_head import MOST_STEPS, duel_of, duel_picture
from scorecards.lead import gaps_of, lead_of, open_must_haves_of
from scorecards.ranking import Ranking
from scorecards.selectors import ranking_of
from scorecards.sensitivity import documented_shares, kappa_of, samples_for, shares_of, weight_ranges
from scorecards.side_by_side import WITHOUT_CHOICE, chosen_rows
from tests.conftest import DEMO_DAY

PAGES = ("side-by-side", "head-to-head", "robustness", "opinions", "gaps")


@pytest.fixture
def package(demo_db: None) -> WorkPackage:
    return WorkPackage.objects.select_related("program").get(program__code="AURELIA")


@pytest.fixture
def ranking(package: WorkPackage) -> Ranking:
    return ranking_of(package, DEMO_DAY)


@pytest.fixture
def client(package: WorkPackage) -> Client:
    client = Client()
    client.force_login(User.objects.filter(role=Role.EXECUTIVE, memberships__program=package.program).get())
    return client


def address(name: str, query: str = "") -> str:
    return reverse(f"scorecards:{name}", args=["AURELIA"]) + query


def case(**cells: tuple[float, float]) -> Evaluation:
    """Two candidates on two criteria that weigh three to one: a is settled at 60 and 60, b as given."""
    nodes = [CriterionNode("x", None, 0.75), CriterionNode("y", None, 0.25)]
    settled = CandidateInput("a", {"x": 60, "y": 60}, {"x": 60, "y": 60})
    low, high = ({key: ends[at] for key, ends in cells.items()} for at in (0, 1))
    return evaluate(nodes, [settled, CandidateInput("b", low, high)])


def test_the_fewest_open_cells_that_bring_a_candidate_level() -> None:
    # 60 against 0.75 × 40 + 0.25 × 20 = 35: 25 points short; x could add 15, y could add 20.
    both = case(x=(40, 60), y=(20, 100)).needed_to_lead("b")
    assert both is not None
    assert [(cell.criterion, cell.gain) for cell in both] == [("y", 20), ("x", 15)]
    # 0.75 × 40 + 0.25 × 20 = 35 again: x alone adds 25 at 73.33, less than it could.
    alone = case(x=(40, 90), y=(20, 100)).needed_to_lead("b")
    assert alone is not None
    assert [cell.criterion for cell in alone] == ["x"]
    assert alone[0].decisive
    assert case(x=(40, 50), y=(20, 60)).needed_to_lead("b") is None
    assert case(x=(40, 50), y=(20, 60)).needed_to_lead("a") == ()


def test_the_lead_names_who_could_draw_level_and_what_it_takes(ranking: Ranking) -> None:
    lead = lead_of(ranking)
    assert lead is not None
    assert lead.leader is ranking.candidates[0]
    for one in lead.challengers:
        assert one.row.result.best_rank == 1
        assert sum(gap.gain for gap in one.needs) >= one.behind - 1e-9
        # Without the smallest of them it would not be enough: none is named in vain.
        assert sum(gap.gain for gap in one.needs[:-1]) < one.behind
    named = {one.row.head.key for one in lead.challengers}
    assert named == {
        row.head.key
        for row in ranking.candidates
        if row.result.best_rank == 1 and row.result.rank not in (None, 1)
    }


def test_gaps_are_of_those_ranked_and_the_largest_comes_first(ranking: Ranking) -> None:
    gaps = gaps_of(ranking)
    gains = [gap.gain for gap in gaps]
    assert gains == sorted(gains, reverse=True)
    assert {gap.row.result.rank for gap in gaps}.isdisjoint({None})
    told = {(one.row.head.name, one.title) for one in open_must_haves_of(ranking.candidates)}
    assert ("Marisolde Biotech, Riba Alta", "Stage") in told


def test_head_to_head_adds_up_exactly_and_puts_the_higher_first(ranking: Ranking) -> None:
    low, high = ranking.candidates[4], ranking.candidates[0]
    duel = duel_of(ranking, low, high)
    assert (duel.a, duel.b) == (high, low)
    lines = [line for group in duel.groups for line in group.lines]
    assert len(lines) == len(ranking.plan.leaves)
    assert sum(line.points for line in lines) == pytest.approx(duel.ahead, abs=1e-9)
    assert duel.ahead == pytest.approx(high.result.score - low.result.score, abs=1e-9)
    for line in lines:
        assert line.points == pytest.approx(line.weight * (line.a.low - line.b.low), abs=1e-9)
    # The picture leaves nothing out: what is small is one step, and the last level is the leader's score.
    picture = duel_picture(duel)
    assert len(picture.rows) == MOST_STEPS + 3
    assert picture.rows[-1][2] == f"{high.result.score:.1f}"


def test_shares_sum_to_one_and_repeat(ranking: Ranking) -> None:
    shares = shares_of(ranking)
    for name in ("near", "near_open", "any_open"):
        assert sum(getattr(row, name) for row in shares.rows) == pytest.approx(1, abs=0.001), name
    assert shares == shares_of(ranking)
    assert {row.row.head.key for row in shares.rows} == set(ranking.evaluation.ranking)


def test_shares_are_counted_once_for_all_views_until_the_evaluation_is_another(
    client: Client, ranking: Ranking, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    plainly = smaa_partial

    def counting(problem: SmaaProblem, first: int, samples: int) -> SmaaPartial:
        counted.append(problem.digest)
        return plainly(problem, first, samples)

    monkeypatch.setattr("scorecards.sensitivity.smaa_partial", counting)
    cache.clear()
    shown = [client.get(address("robustness")).content.decode() for _ in range(2)]
    assert len(counted) == len(set(counted)) == 3
    client.get(address("side-by-side"))
    assert len(counted) == 3
    client.get(address("robustness", "?off=10"))
    assert len(counted) == 5, "without any preference the spread does not matter"
    site_id = ranking.candidates[0].head.site_id
    first = Candidate.objects.get(work_package_id=ranking.package_id, site_id=site_id)
    candidate_stage_set(candidate=first, stage="declined", reason="Late", actor=None)
    declined = client.get(address("robustness")).content.decode()
    assert len(counted) == 8
    monkeypatch.setattr(cache, "get", gone := Mock(side_effect=ConnectionError))
    monkeypatch.setattr(cache, "set", gone)
    assert main_of(client.get(address("robustness")).content.decode()) == main_of(declined)
    assert main_of(shown[0]) == main_of(shown[1]) != main_of(declined)


def main_of(page: str) -> str:
    """What differs from request to request stands outside."""
    return page[page.index("<main") : page.index("</main>")]


def test_the_shares_are_those_of_the_full_run_of_the_engine(ranking: Ranking) -> None:
    tree = ranking.evaluation.tree
    near = dirichlet_per_group(tree, kappa_of(ranking, 10))
    full = smaa(smaa_problem([ranking.evaluation], near, seed=1, at_low=True), samples_for(8))
    shown = documented_shares(ranking, 10)
    assert {key: float(full.acceptability[i, 0]) for i, key in enumerate(full.candidates)} == shown
    assert shown == {share.row.head.key: share.near for share in shares_of(ranking, 10).rows}
    assert (samples_for(8), samples_for(100), samples_for(5000)) == (10_000, 5_000, 1_000)


def test_at_the_end_of_its_range_a_weight_gives_the_lead_away(ranking: Ranking) -> None:
    bound = [one for one in weight_ranges(ranking) if one.nearest and not one.group]
    assert bound
    one = min(bound, key=lambda found: found.slack)
    end, rival = one.nearest or (0.0, ranking.candidates[0])
    leader = ranking.candidates[0].head.key

    def gap_at(weight: float) -> float:
        rest = (100 - weight) / (100 - one.weight)
        weights = {group.key: group.weight * type(group.weight)(str(rest)) for group in ranking.plan.groups}
        weights[one.key] = ranking.plan.by_key[one.key].weight * type(weights[one.key])(
            str(weight / one.weight)
        )
        total = sum(weights.values())
        scaled = {key: value * 100 / total for key, value in weights.items()}
        moved = ranking.reweighted(ranking.plan.with_weights(scaled)).evaluation
        return moved.result(leader).score - moved.result(rival.head.key).score

    assert gap_at(end) == pytest.approx(0, abs=0.01)
    assert gap_at((end + one.weight) / 2) > 0.01


def test_the_finalists_are_shown_before_the_first_three(package: WorkPackage) -> None:
    assert len(chosen_rows(ranking_of(package, DEMO_DAY), [])) == WITHOUT_CHOICE
    picked = list(Candidate.objects.filter(work_package=package).order_by("-pk")[:2])
    for candidate in picked:
        candidate_stage_set(
            candidate=candidate,
            stage=Candidate.Stage.FINALIST,
            reason="Visited",
            version=candidate.version,
            actor=None,
        )
    ranking = ranking_of(package, DEMO_DAY)
    assert {row.head.site_id for row in chosen_rows(ranking, [])} == {row.site_id for row in picked}
    asked = [ranking.candidates[0].head.key, "999999", "x", "9" * 5000]
    assert chosen_rows(ranking, asked) == [ranking.candidates[0]]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_executive_reads_every_view(client: Client, name: str, language: str) -> None:
    with translation.override(language):
        page = client.get(address(name), headers={"accept-language": language})
    assert page.status_code == 200
    assert "Alderwick Biologics, Corran Bridge" in page.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_a_view_takes_a_constant_number_of_queries(
    client: Client, name: str, django_assert_max_num_queries: Any
) -> None:
    client.get(address(name))
    with django_assert_max_num_queries(22):
        client.get(address(name))


def test_the_words_say_what_a_share_is_and_is_not(client: Client) -> None:
    page = " ".join(client.get(address("robustness", "?off=10")).content.decode().split())
    assert "shares of 10,000 weightings drawn at random" in page
    assert "not the probability of being the right partner" in page
    assert '<option value="10" selected>' in page
    assert '<option value="5" selected>' in client.get(address("robustness", "?off=-1")).content.decode()


def test_head_to_head_refuses_a_candidate_against_itself_beside_the_field(
    client: Client, ranking: Ranking
) -> None:
    one = ranking.candidates[0].head.site_id
    page = client.get(address("head-to-head", f"?a={one}&b={one}")).content.decode()
    assert "Choose two different candidates." in page
    assert client.get(address("head-to-head", "?a=<b>&b=999999999999999999999")).status_code == 200


def test_a_past_day_is_kept_from_view_to_view(client: Client) -> None:
    day = (DEMO_DAY - timedelta(days=365)).isoformat()
    page = client.get(address("robustness", f"?as_of={day}")).content.decode()
    for name in PAGES:
        assert f'{address(name)}?as_of={day}"' in page
    assert "Only what was known on" in page


def test_the_comparison_is_downloaded_as_shown(client: Client, ranking: Ranking) -> None:
    answer = client.get(address("side-by-side", f"?as_of={DEMO_DAY}&export=xlsx"))
    sheet = load_workbook(io.BytesIO(answer.getvalue())).active
    assert sheet is not None
    head, *lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    rows = {str(line[0]): line[1:] for line in lines}
    assert head[1:] == [row.head.name for row in ranking.candidates[:3]]
    assert rows["Cost"] == [2_900_000, 2_450_000, 2_750_000]


def test_without_candidates_every_view_says_what_to_do_next(client: Client, package: WorkPackage) -> None:
    Candidate.objects.filter(work_package=package).delete()
    for name in PAGES:
        page = client.get(address(name))
        assert page.status_code == 200
        assert "empty" in page.content.decode(), name
    assert client.get(address("scorecard")).status_code == 200


def test_excluded_alone_nobody_leads() -> None:
    nodes = [CriterionNode("x", None, 1.0)]
    out = CandidateInput("a", {"x": 60}, {"x": 60}, {"gate": GateStatus.FAIL})
    assert evaluate(nodes, [out]).leaders == ()
