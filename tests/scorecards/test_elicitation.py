"""Weights worked out from an order, swings or pairs, and their way into the form of weights."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from programs.models import WorkPackage
from scorecards.elicitation import by_order, by_pairs, by_swings
from scorecards.models import WeightChange
from scorecards.plans import PlannedCriterion, plan_of
from tests.makers import signed_in
from tests.scorecards.evidence import package, person, site


def rows(keys: str) -> list[PlannedCriterion]:
    return [
        PlannedCriterion(key, None, key, Decimal(1), Decimal(1), "", (), is_must_have=False, position=at)
        for at, key in enumerate(keys)
    ]


def test_an_order_gives_the_centroid_and_adds_up_to_100() -> None:
    # Barron & Barrett 1996, three attributes: 0.6111, 0.2778, 0.1111.
    found = by_order(rows("abc"), {"b": 1, "a": 2, "c": 3}).weights
    assert found == {"b": Decimal("61.11"), "a": Decimal("27.78"), "c": Decimal("11.11")}
    alike = by_order(rows("abc"), {"a": 1, "b": 1, "c": 1}).weights
    assert sorted(alike.values()) == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]


def test_swings_are_shares_of_their_sum() -> None:
    found = by_swings(rows("abc"), {"a": 100, "b": 60, "c": 40}).weights
    assert list(found.values()) == [50, 30, 20]


def test_consistent_pairs_give_the_weights_that_they_came_from() -> None:
    found = by_pairs(rows("abc"), {("a", "b"): 2, ("a", "c"): 4, ("b", "c"): 2})
    assert found.weights == {"a": Decimal("57.14"), "b": Decimal("28.57"), "c": Decimal("14.29")}
    assert found.ratio == pytest.approx(0, abs=1e-9)
    assert found.table == "saaty"
    assert not found.contradicts


def test_a_contradiction_is_found_and_the_answer_that_makes_it_named() -> None:
    said = {("a", "b"): 2.0, ("a", "c"): 4.0, ("b", "c"): 2.0, ("b", "d"): 4.0, ("c", "d"): 2.0}
    assert not by_pairs(rows("abcd"), said | {("a", "d"): 8.0}).contradicts
    found = by_pairs(rows("abcd"), said | {("a", "d"): 1 / 9})
    assert found.contradicts
    assert found.worst is not None
    assert (found.worst.first.key, found.worst.second.key) == ("a", "d")
    assert sum(found.weights.values()) == 100


@pytest.fixture
def chosen(db: None) -> WorkPackage:
    return package(site("Able"), site("Baker"))


@pytest.fixture
def lead(chosen: WorkPackage) -> User:
    return person(Role.SOURCING, program=chosen.program)


def ask(client: Client, chosen: WorkPackage, query: str) -> str:
    address = reverse("scorecards:weights-elicit", args=[chosen.program.code])
    answer = client.get(f"{address}?{query}")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def group(chosen: WorkPackage, key: str) -> list[str]:
    return [row.key for row in plan_of(chosen).weighted if row.parent == key]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_proposal_comes_into_the_form_with_its_reason_and_is_saved_there(
    chosen: WorkPackage, lead: User, language: str
) -> None:
    client = signed_in(lead, language)
    keys = group(chosen, "commercial")
    assert len(keys) == 2
    answers = "&".join(f"a-{key}={points}" for key, points in zip(keys, (100, 60), strict=True))
    page = ask(client, chosen, f"group=commercial&way=swing&{answers}")
    found = re.search(r'href="([^"]*/weights/\?[^"]*)"', page)
    assert found
    assert not WeightChange.objects.exists()
    form = client.get(found[1]).context["form"]
    shown = [form[f"w-{key}"].value() for key in keys]
    assert shown == (["62.5", "37.5"] if language == "en" else ["62,5", "37,5"])
    data = {name: form[name].value() for name in form.fields}
    client.post(reverse("scorecards:weights-save", args=[chosen.program.code]), data)
    weights = plan_of(chosen).weights
    assert [weights[key] for key in keys] == [Decimal("62.5"), Decimal("37.5")]
    assert "100; " in WeightChange.objects.get().reason


def test_pairs_say_how_far_they_fit_together(chosen: WorkPackage, lead: User) -> None:
    client = signed_in(lead)
    keys = group(chosen, "communication")
    assert len(keys) == 3
    page = ask(client, chosen, "group=communication&way=pairs&a-0=9&a-1=-9&a-2=9")
    assert "the answers contradict one another" in page
    assert "The answer that fits least" in page
    page = ask(client, chosen, "group=communication&way=pairs&a-0=2&a-1=4&a-2=2")
    assert "the answers fit together" in page
    assert "57.14" in page
    assert "Saaty+1980" in page


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("group=communication&way=order&{0}=0&{1}=2&{2}=3", "Enter a whole number from 1 to 3."),
        ("group=communication&way=order&{0}=1&{1}=💊", "Enter a whole number from 1 to 3."),
        ("group=communication&way=swing&{0}=90&{1}=50&{2}=10", "Give 100 to the criterion"),
        ("group=communication&way=swing&{0}=100&{1}=NaN&{2}=10", "Enter a number from 0 to 100."),
        ("group=communication&way=pairs&a-0=0", "Select a valid choice."),
        ("group=%00&way=order", "Select a valid choice."),
        ("group=fit&way=guess", "Select a valid choice."),
    ],
)
def test_what_makes_no_sense_is_told_beside_its_field(
    chosen: WorkPackage, lead: User, query: str, message: str
) -> None:
    names = [f"a-{key}" for key in group(chosen, "communication")]
    page = ask(signed_in(lead), chosen, query.format(*names))
    assert message in page
    assert "Put into the form of weights" not in page


def test_a_weight_in_the_address_that_is_none_stays_and_is_told(chosen: WorkPackage, lead: User) -> None:
    client = signed_in(lead)
    address = reverse("scorecards:weights", args=[chosen.program.code])
    for text in ("NaN", "x", "-1", "1e999"):
        page = client.get(f"{address}?w-fit={text}")
        assert page.status_code == 200
        assert "Enter a number from 0 to 100." in page.content.decode(), text
    # Who may not change weights is not shown others' figures in their place.
    reader = signed_in(person(Role.EXECUTIVE, program=chosen.program))
    assert (
        reader.get(f"{address}?w-fit=99.125").context["form"]["w-fit"].value()
        == plan_of(chosen).weights["fit"]
    )
