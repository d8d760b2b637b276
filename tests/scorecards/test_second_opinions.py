"""Second opinions question the ranking: what they say, who would reorder whom, how far the data spread."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from accounts.roles import Role
from programs.models import WorkPackage
from scorecards.engine import CriterionNode, Evaluation, GateStatus
from scorecards.engine.official import CandidateInput, evaluate
from scorecards.second_opinions import Method, SecondOpinions, second_opinions
from scorecards.selectors import ranking_of
from tests.conftest import DEMO_DAY

# The example of docs/method.md: D is worse than C on everything, and all the same decides between C and B.
VALUES = {"A": (30, 30, 10), "B": (30, 60, 90), "C": (90, 20, 60), "D": (70, 10, 10)}


def run_of(names: str, **out: GateStatus) -> Evaluation:
    nodes = [CriterionNode(key, None, weight) for key, weight in (("x", 0.4), ("y", 0.35), ("z", 0.25))]
    given = [(name, dict(zip("xyz", VALUES[name], strict=True))) for name in names]
    return evaluate(
        nodes,
        [
            CandidateInput(name, row, row, {"gate": out[name]} if name in out else {"gate": GateStatus.PASS})
            for name, row in given
        ],
    )


def opinions(names: str, **out: GateStatus) -> SecondOpinions:
    found = second_opinions(run_of(names, **out))
    assert found is not None
    return found


def leader(found: SecondOpinions, method: Method) -> set[str]:
    (one,) = (one for one in found.opinions if one.method == method)
    return {key for key, rank in one.ranks.items() if rank == 1}


def test_a_dominated_candidate_decides_between_two_others() -> None:
    with_d, without = opinions("ABCD"), opinions("ABC")
    assert leader(with_d, Method.PROMETHEE) == {"C"}
    assert leader(without, Method.PROMETHEE) == {"B"}
    assert not without.agree_on_leader
    told = {one.method: one.reordered_by for one in with_d.opinions}
    assert told[Method.PROMETHEE] == ("D",)
    assert told[Method.SPOTIS] == ()
    # The official ranking of those who stay is the same.
    assert [with_d.official[key] for key in "CBA"] == [1, 2, 4]
    assert [without.official[key] for key in "CBA"] == [1, 2, 3]


def test_spotis_is_the_official_ranking_and_agrees_fully() -> None:
    found = opinions("ABCD")
    (spotis,) = (one for one in found.opinions if one.method == Method.SPOTIS)
    assert dict(spotis.ranks) == dict(found.official)
    assert spotis.tau == 1
    (promethee,) = (one for one in opinions("ABC").opinions if one.method == Method.PROMETHEE)
    # B before C instead of C before B: two pairs of three alike, one not.
    assert promethee.tau == pytest.approx(1 / 3)


def test_the_excluded_are_not_asked_about() -> None:
    found = opinions("ABCD", D=GateStatus.FAIL)
    assert set(found.official) == set("ABC")
    assert leader(found, Method.PROMETHEE) == {"B"}
    assert second_opinions(run_of("ABC", C=GateStatus.FAIL)) is None


def test_a_group_on_which_nobody_differs_weighs_nothing_by_spread_alone() -> None:
    nodes = [CriterionNode("same", None, 0.9), CriterionNode("x", None, 0.05), CriterionNode("y", None, 0.05)]
    rows = [("a", 0, 100), ("b", 50, 0), ("c", 100, 30)]
    inputs = [{"same": 80, "x": x, "y": y} for _key, x, y in rows]
    run = evaluate(nodes, [CandidateInput(row[0], v, v) for row, v in zip(rows, inputs, strict=True)])
    found = second_opinions(run)
    assert found is not None
    same, *others = found.spread
    assert same.weight == pytest.approx(0.9, abs=1e-6)
    assert (same.entropy, same.critic, same.merec) == (0, 0, 0)
    for name in ("entropy", "critic", "merec"):
        assert sum(getattr(one, name) for one in others) == pytest.approx(1), name


def test_when_all_are_alike_nothing_is_invented() -> None:
    nodes = [CriterionNode("x", None, 1.0)]
    run = evaluate(nodes, [CandidateInput(key, {"x": 50}, {"x": 50}) for key in "abc"])
    found = second_opinions(run)
    assert found is not None
    assert {one.tau for one in found.opinions} == {None}
    assert found.agree_on_leader
    assert found.spread[0].critic is None


def test_the_page_says_that_they_never_replace_the_ranking(demo_db: None) -> None:
    package = WorkPackage.objects.select_related("program").get(program__code="AURELIA")
    client = Client()
    client.force_login(User.objects.filter(role=Role.EXECUTIVE, memberships__program=package.program).get())
    address = reverse("scorecards:opinions", args=["AURELIA"])
    page = " ".join(client.get(address).content.decode().split())
    assert "never replace it" in page
    assert "Alderwick Biologics, Corran Bridge" in page
    ranked = [row for row in ranking_of(package, DEMO_DAY).candidates if row.result.rank]
    ahead = client.get(f"{address}?export=xlsx&as_of=2999-01-01")
    assert ahead["Content-Type"].startswith("text/html")
    sheet: Any = load_workbook(io.BytesIO(client.get(f"{address}?export=xlsx").getvalue())).active
    head, *lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert head[2:] == ["TOPSIS", "VIKOR", "PROMETHEE II", "SPOTIS"]
    assert [line[:2] for line in lines[:-1]] == [[row.head.name, row.result.rank] for row in ranked]
    assert lines[-1][-1] == 1
