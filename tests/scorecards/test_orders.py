"""Rank acceptabilities under an order of importance, for who will not state weights."""

import io
import json
from fractions import Fraction

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.roles import Role
from programs.models import Program
from programs.packages import package_add
from scorecards.engine import CandidateInput, CriterionNode, Evaluation, evaluate
from scorecards.engine.questions import smaa_problem
from scorecards.engine.regimes import OrderRule
from scorecards.engine.smaa_run import SmaaResult, smaa
from scorecards.engine.tree import build_tree
from scorecards.orders import Comparison, OrderError, order_read, order_text, order_weights
from scorecards.plans import plan_of
from scorecards.services import evaluation_freeze
from tests import makers
from tests.conftest import DEMO_DAY

TWO = (CriterionNode("quality", None, 0.5), CriterionNode("cost", None, 0.5))
TREE = build_tree(
    [
        *(CriterionNode(key, None, 0.25) for key in "abcd"),
        *(CriterionNode(f"a{number}", "a", 0.5) for number in (1, 2)),
    ]
)


def of_two() -> Evaluation:
    """One is best on quality and worst on cost, the other middling on both: ahead below 70 % on quality."""
    values = {"sharp": (100.0, 0.0), "even": (70.0, 70.0)}
    points = {key: dict(zip(("quality", "cost"), row, strict=True)) for key, row in values.items()}
    return evaluate(TWO, [CandidateInput(key, row, row) for key, row in points.items()])


def asked(run: Evaluation, order: str, samples: int = 20_000) -> SmaaResult:
    return smaa(smaa_problem([run], order_weights(run.tree, order_read(order)), seed=1), samples)


@pytest.mark.parametrize(
    ("order", "first"),
    [
        # The weight of quality is uniform from 1/2, 2/3 and 0 to 1, and its lower bound here.
        ("quality > cost", Fraction(3, 5)),
        ("quality > 2*cost", Fraction(9, 10)),
        ("quality > 1*cost; cost > 0.25*quality", Fraction(1, 3)),
        ("cost > quality", Fraction(0)),
        ("quality = cost", Fraction(0)),
        ("quality = 3*cost", Fraction(1)),
    ],
)
def test_shares_are_those_worked_out_by_hand(order: str, first: Fraction) -> None:
    result = asked(of_two(), order)
    found = dict(zip(result.candidates, result.acceptability[:, 0], strict=True))
    assert found["sharp"] == pytest.approx(float(first), abs=0.015)
    again = asked(of_two(), order)
    assert (again.problem_digest, again.weights_digest) == (result.problem_digest, result.weights_digest)


@given(st.permutations("abcd"), st.sampled_from([1.0, 1.5, 3.0]), st.integers(0, 10_000))
def test_every_draw_keeps_to_what_was_said(order: list[str], times: float, first: int) -> None:
    said = (
        Comparison(order[0], times, order[1]),
        Comparison(order[1], 1.0, order[2]),
        Comparison("a2", 1.0, "a1"),
    )
    regime = order_weights(TREE, said)
    drawn = dict(zip(regime.leaves, regime.draw(3, first, 40), strict=True))
    weights = drawn | {"a": drawn["a1"] + drawn["a2"]}
    for one in said:
        assert (weights[one.more] >= one.times * weights[one.less] - 1e-9).all()
    assert sum(drawn.values()) == pytest.approx(1)
    assert order_read(order_text(said)) == said
    # What is drawn of a sample does not depend on where a range begins.
    assert (regime.draw(3, first + 7, 5) == regime.draw(3, first, 40)[:, 7:12]).all()


def test_a_whole_order_is_drawn_exactly_and_groups_not_named_stay_open() -> None:
    whole = order_weights(TREE, order_read("b > a > d, d > c"))
    rule = whole.rules[None]
    assert isinstance(rule, OrderRule)
    assert rule.order == ("b", "a", "d", "c")
    assert not isinstance(order_weights(TREE, order_read("b > a, d > c")).rules[None], OrderRule)
    assert (
        order_weights(TREE, order_read("a1 > a2")).rules[None]
        == order_weights(TREE, order_read("a2 > a1")).rules[None]
    )


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("", "at least one"),
        ("quality", "compares nothing"),
        ("quality >> cost", "no criterion"),
        ("quality > price", "price"),
        ("quality > 2*cost, cost > 2*quality", "contradicts"),
        ("quality > quality", "two criteria"),
        ("quality > 0*cost", "no criterion"),
    ],
)
def test_what_makes_no_sense_is_said(order: str, said: str) -> None:
    with pytest.raises(OrderError, match=said):
        order_weights(of_two().tree, order_read(order))


@pytest.mark.usefixtures("demo_db")
def test_the_command_answers_under_an_order() -> None:
    package = Program.objects.get(code="AURELIA").packages.get()
    run, _new = evaluation_freeze(package=package, as_of=DEMO_DAY, actor=None)

    def answer(*more: str, address: str = "AURELIA") -> dict[str, object]:
        said = io.StringIO()
        call_command("robustness", address, "--samples", "1000", "--json", *more, stdout=said)
        found: dict[str, object] = json.loads(said.getvalue())
        return found

    order = ("--order", "regulatory > fit > 2*commercial")
    told = answer(*order)
    assert told["order"] == "regulatory > fit, fit > 2*commercial"
    assert told == answer(*order)
    assert told["problem_sha256"] != answer()["problem_sha256"]
    lead = User.objects.get(role=Role.SOURCING, is_demo=True)
    other = package_add(program=package.program, name="Vector", actor=lead)
    other.candidates.create(site=package.candidates.earliest("pk").site)
    later, _new = evaluation_freeze(package=other, as_of=None, actor=None)
    by_code, by_address = answer(), answer(address=f"AURELIA~{other.pk}")
    assert (by_code["evaluation"], by_address["evaluation"]) == (run.sha256, later.sha256)
    page = makers.signed_in(lead).get(
        reverse("scorecards:robustness", args=[f"AURELIA~{other.pk}"]),
        {"order": "1", "more-1": "regulatory", "times-1": "3", "less-1": "commercial"},
    )
    assert f"manage.py robustness AURELIA~{other.pk} --order" in page.content.decode()
    with pytest.raises(CommandError, match="no frozen evaluation"):
        answer(address="AURELIA~x")
    with pytest.raises(CommandError, match="not both"):
        answer(*order, "--kappa", "40")
    with pytest.raises(CommandError, match="nothing"):
        answer("--order", "regulatory > nothing")


def test_the_page_shows_ranks_under_an_order_beside_the_others(demo_db: None) -> None:
    client = makers.signed_in(User.objects.get(role=Role.SOURCING, is_demo=True))
    address = reverse("scorecards:robustness", args=["AURELIA"])
    assert client.get(address).context["ordered"] is None
    plan = plan_of(Program.objects.get(code="AURELIA").packages.get())
    places = {f"o-{row.key}": str(at) for at, row in enumerate(plan.groups, start=1)}
    page = client.get(address, {"order": "1", **places})
    ordered = page.context["ordered"]
    for row in ordered.rows:
        assert sum(row.ranks) + row.later == pytest.approx(1)
    assert sum(row.ranks[0] for row in ordered.rows) == pytest.approx(1, abs=0.01)
    assert ordered.text.startswith("regulatory > fit, ")
    assert ordered.digest[:12] in page.content.decode()
    assert [row.ranks for row in client.get(address, {"order": "1", **places}).context["ordered"].rows] == [
        row.ranks for row in ordered.rows
    ]
    ratio = {"order": "1", "more-1": "regulatory", "times-1": "3", "less-1": "commercial"}
    assert client.get(address, ratio).context["ordered"].text == "regulatory > 3*commercial"
    for wrong, field in (
        ({"o-fit": "0"}, "o-fit"),
        ({"more-1": "fit"}, "more-1"),
        ({"more-1": "fit", "less-1": "fit", "times-1": "2"}, "less-1"),
        ({}, "__all__"),
        (ratio | {"more-2": "commercial", "times-2": "1", "less-2": "regulatory"}, "__all__"),
    ):
        refused = client.get(address, {"order": "1", **wrong})
        assert refused.context["ordered"] is None
        assert list(refused.context["order_form"].errors) == [field]
