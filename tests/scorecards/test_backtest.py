"""The back-test: areas and intervals worked by hand, nothing seen of later, refusals in one line."""

import json
import math
from collections.abc import Sequence
from datetime import date
from io import StringIO
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scorecards.backtest.auc import areas
from scorecards.backtest.calibration import by_tenth, fit_rates
from scorecards.backtest.naive import naive_risks
from scorecards.backtesting import Record, derived_weights, whole_record
from scorecards.derivation.rules import RULES
from scorecards.plans import plan_with
from tests.scorecards.derivation.builders import Row, days, facts_of
from tests.scorecards.evidence import action, site

AS_OF = date(2020, 1, 1)
WEIGHTS = {"inspection-outcomes": 30.0, "public-signals": 30.0, "documentation-practice": 15.0}


def area(risk: Sequence[float], event: Sequence[int]) -> tuple[float, float, float]:
    found = areas([np.array(risk, dtype=float)], np.array(event, dtype=bool))
    assert found is not None
    one = found.area(0)
    return one.value, one.low, one.high


def test_an_area_counts_ties_half() -> None:
    # Cases 3 and 2 against controls 2, 1, 1: 3 wins three times, 2 wins twice and ties once: 5.5 of 6.
    assert area([3, 2, 2, 1, 1], [1, 1, 0, 0, 0])[0] == pytest.approx(5.5 / 6)
    assert area([1, 1, 1, 1], [1, 0, 1, 0])[0] == 0.5
    assert area([1, 2], [1, 0])[0] == 0.0


def test_an_interval_follows_delong_1988() -> None:
    # Placements of the cases: 1, 5/6; of the controls: 3/4, 1, 1. Their variances: 1/72 and 1/48.
    # Variance of the area: 1/72 / 2 + 1/48 / 3 = 1/72, deviation 0.11785.
    value, low, high = area([3, 2, 2, 1, 1], [1, 1, 0, 0, 0])
    assert low == pytest.approx(value - 1.959964 * (1 / 72) ** 0.5, abs=1e-6)
    assert high == 1.0


def test_the_covariance_is_that_of_the_definition() -> None:
    random = np.random.default_rng(7)
    event = random.random(60) < 0.3
    risks = [random.integers(0, 6, 60).astype(float) + event * 2, random.normal(size=60) + event]
    found = areas(risks, event)
    assert found is not None
    of_cases, of_controls = [], []
    for risk in risks:
        wins = [[(x > y) + 0.5 * (x == y) for y in risk[~event]] for x in risk[event]]
        of_cases.append(np.mean(wins, axis=1))
        of_controls.append(np.mean(wins, axis=0))
    expected = np.cov(of_cases) / event.sum() + np.cov(of_controls) / (~event).sum()
    assert found.covariance == pytest.approx(expected)
    lead = found.difference(0, 1)
    spread = expected[0, 0] + expected[1, 1] - 2 * expected[0, 1]
    assert lead.high - lead.low == pytest.approx(2 * 1.959964 * spread**0.5, rel=1e-6)


def test_without_an_event_there_is_no_area() -> None:
    assert areas([np.array([1.0, 2.0])], np.array([False, False])) is None
    assert areas([np.array([1.0, 2.0])], np.array([True, True])) is None


def test_the_rate_map_never_rises_and_keeps_the_number_of_events() -> None:
    scores = np.repeat([10.0, 20.0, 30.0, 40.0], 10)
    event = np.zeros(40, dtype=bool)
    event[[0, 1, 2, 3, 10, 11, 20, 21, 22, 23]] = True  # 4, 2, 4 and 0 of ten
    rates = fit_rates(scores, event)
    assert rates is not None
    assert rates.at(np.array([0, 10, 20, 30, 40, 99.0])) == pytest.approx([0.4, 0.4, 0.3, 0.3, 0.0, 0.0])
    assert rates.at(scores).sum() == pytest.approx(10)
    assert fit_rates(scores, event & (scores > 10)) is None, "nine events are too few"


def test_tenths_keep_equal_scores_together() -> None:
    scores = np.array([1.0] * 5 + [2.0] * 15)
    rows = by_tenth(scores, np.arange(20) < 2, None)
    assert [(row.tenth, row.sites, row.events, row.mean_score) for row in rows] == [
        (2, 5, 2, 1.0),
        (7, 15, 0, 2.0),
    ]
    assert (rows[0].observed_rate, rows[0].predicted_rate) == (0.4, None)


def letter(at: int, on: str, **more: Any) -> dict[str, Any]:
    return {"site": at, "kind": "WARNING_LETTER", "happened_on": on, **more}


def form(at: int, on: str, **more: Any) -> dict[str, Any]:
    return {"site": at, "kind": "FORM_483", "happened_on": on, **more}


SMALL: tuple[Row, ...] = (
    form(0, "2019-12-31"),
    letter(0, "2021-06-01"),
    form(1, "2018-01-01"),
    letter(1, "2022-12-31"),
    {"site": 2, "kind": "RECALL", "happened_on": "2019-06-01", "recall_class": 2},
    letter(3, "2015-01-01"),
    letter(3, "2023-01-02"),
    form(4, "2019-12-31", known_on="2024-01-17"),
    letter(4, "2021-01-01"),
)


def small_backtest(rows: Sequence[Row], **more: Any) -> Any:
    return Record(facts_of(actions=rows, sites=6), WEIGHTS).test(AS_OF, 36, **more)


def test_a_small_record_worked_by_hand() -> None:
    found = small_backtest(SMALL)
    # Site 4 had no record in public yet, site 5 has none at all; site 3 was warned a day too late.
    assert (found.sites, found.events, found.until) == (4, 2, date(2023, 1, 1))
    # Signals: 1 (warned), 0.25 (warned), 0.44 and 0.0006: the first wins twice, the second once.
    assert found.auc.value == 0.75
    assert {key: one.value for key, one in found.naive.items()} == {
        "had_warning_letter": 0.25,
        "form_483s": 1.0,
        "recalls_by_class": 0.25,
        "form_483s_and_recalls": 0.75,
    }
    assert (found.lead.over, found.lead.difference.value) == ("form_483s", -0.25)
    assert sum(row.sites for row in found.calibration) == 4
    assert found.known == {
        "form_483s": 2, "warning_letters": 1, "recall_events": 1, "inspections": 0, "citations": 0,
    }  # fmt: skip
    assert found.rules == {key: RULES[key].version for key in WEIGHTS}


def test_a_site_known_by_an_injunction_alone_is_in_the_population() -> None:
    court = {"site": 5, "kind": "INJUNCTION", "happened_on": "2019-01-01"}
    assert small_backtest([*SMALL, court]).sites == 5


def test_what_became_known_later_changes_nothing_but_the_outcome() -> None:
    late = [
        form(2, "2019-11-01", known_on="2020-01-02"),
        form(3, "2020-02-01"),
        {"site": 5, "kind": "RECALL", "happened_on": "2020-01-02", "recall_class": 1},
    ]
    assert small_backtest([*SMALL, *late]) == small_backtest(SMALL)
    warned = small_backtest([*SMALL, letter(2, "2020-01-02")])
    assert warned.events == 3
    assert [row.mean_score for row in warned.calibration] == [
        row.mean_score for row in small_backtest(SMALL).calibration
    ]


def test_the_foretold_rates_rest_on_outcomes_of_the_day_before() -> None:
    # Of twenty sites seen before 2017 the ten with a fresh Form 483 were warned before 2020.
    seen = [form(at, "2016-12-01") for at in range(10)]
    quiet = [letter(at, "2012-01-01", gmp="NO") for at in range(10, 20)]
    warned = [letter(at, "2018-05-01") for at in range(10)]
    after = [letter(0, "2023-06-01")]
    record = Record(facts_of(actions=[*seen, *quiet, *warned, *after], sites=20), WEIGHTS)
    found = record.test(AS_OF, 36)
    assert found.fitted_on == date(2017, 1, 1)
    assert found.calibration[-1].predicted_rate == 0.0
    # A letter that was not yet public on the day does not teach.
    hidden = [{**row, "known_on": "2020-01-02"} for row in warned]
    blind = Record(facts_of(actions=[*seen, *quiet, *hidden, *after], sites=20), WEIGHTS).test(AS_OF, 36)
    assert (blind.fitted_on, blind.calibration[-1].predicted_rate) == (None, None)


def test_the_simple_formulas_are_those_of_the_page() -> None:
    recall = {"site": 0, "kind": "RECALL", "happened_on": "2020-01-01"}
    rows = [
        form(0, "2020-01-01"),
        form(0, "2016-01-01"),
        {**recall, "recall_class": 2, "event": 1},
        {**recall, "recall_class": 1, "event": 1, "happened_on": "2016-01-01"},
        {**recall, "recall_class": 3, "event": 2, "happened_on": "2016-01-01"},
        letter(1, "2016-01-01"),
        letter(1, "2017-01-01", gmp="NO"),
    ]
    found = naive_risks(facts_of(actions=rows, sites=2).actions, 2, days("2020-01-01"))
    assert {key: risk.tolist() for key, risk in found.items() if key != "form_483s_and_recalls"} == {
        "had_warning_letter": [0, 1],
        "form_483s": [2, 0],
        "recalls_by_class": [4, 0],  # class I and III: an event has the most serious class of its rows
    }
    # Four years are four half-lives: 1 + 1/16 and, of class I today and III then, ½ ln(1 + 3 + 1/16).
    assert found["form_483s_and_recalls"] == pytest.approx([1.0625 + 0.5 * math.log(4.0625), 0], abs=1e-3)


def ran(*options: str) -> str:
    out = StringIO()
    call_command("backtest", *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def small(db: None) -> None:
    """The same record in the database."""
    sites = [site(f"Site {n}") for n in range(6)]
    for row in SMALL:
        known = {"known_on": date.fromisoformat(row["known_on"])} if "known_on" in row else {}
        recall_class = str(row.get("recall_class", ""))
        action(
            sites[row["site"]], row["happened_on"], row["kind"].lower(), recall_class=recall_class, **known
        )


@pytest.mark.usefixtures("small")
def test_the_command_answers_with_one_object() -> None:
    answer = json.loads(ran("--as-of", "2020-01-01", "--horizon-months", "36", "--json"))
    assert (answer["as_of"], answer["horizon_months"], answer["complete"]) == ("2020-01-01", 36, True)
    assert (answer["sites"], answer["events"], answer["auc"]) == (4, 2, 0.75)
    assert answer["auc_low"] <= answer["auc"] <= answer["auc_high"]
    assert answer["naive"]["form_483s"]["auc"] == 1.0
    assert {row["tenth"] for row in answer["calibration"]} <= set(range(1, 11))
    assert answer["weights"] == derived_weights()


@pytest.mark.usefixtures("small")
def test_the_command_prints_a_table() -> None:
    told = ran("--as-of", "2020-01-01")
    assert "4 sites with a record, 2 of them warned" in told
    assert "Regulatory score" in told
    assert "0.750" in told


@pytest.mark.usefixtures("small")
def test_the_record_is_gathered_in_three_queries() -> None:
    with CaptureQueriesContext(connection) as queries:
        whole_record()
    assert len(queries) == 3


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--as-of", "soon"), "soon is not a date"),
        ((), "Name a day"),
        (("--as-of", "2020-01-01", "--horizon-months", "none"), "none is not a number of months"),
        (("--as-of", "2020-01-01", "--horizon-months", "0"), "0 is not a number of months"),
        (("--as-of", "2022-01-01", "--whole-horizon"), "12 of 36 months are covered"),
        (("--as-of", "2024-01-01"), "no outcome to test"),
        (("--as-of", "2010-01-01"), "No site had a public record on 2010-01-01"),
    ],
)
def test_the_command_refuses_in_one_line(options: tuple[str, ...], told: str) -> None:
    with pytest.raises(CommandError, match=told) as refusal:
        ran(*options)
    assert "\n" not in str(refusal.value)


@pytest.mark.django_db
def test_an_empty_database_is_refused() -> None:
    with pytest.raises(CommandError, match="import the authority's files first"):
        ran("--as-of", "2020-01-01")


@pytest.mark.usefixtures("small")
def test_an_open_horizon_is_tested_and_says_that_it_is_open() -> None:
    answer = json.loads(ran("--as-of", "2022-01-01", "--json"))
    assert (answer["complete"], answer["covered_until"], answer["events"]) == (False, "2023-01-02", 2)
    assert (answer["covered_months"], answer["horizon_months"]) == (12, 36)
    assert "INCOMPLETE: letters are recorded until 2023-01-02 only, 12 of 36 months" in ran(
        "--as-of", "2022-01-01"
    )


@pytest.mark.django_db
def test_the_weights_are_those_of_the_default_template() -> None:
    plan = {leaf.rule: float(leaf.weight) for leaf in plan_with(None).leaves if leaf.parent == "regulatory"}
    assert derived_weights() == {rule: plan[rule] for rule in WEIGHTS}
