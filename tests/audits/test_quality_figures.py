"""The quality figures as pure functions over facts."""

from datetime import date, timedelta

import pytest

from audits.figures.facts import CapaFact, Deficiency, Period, capas_as_of
from audits.figures.rates import (
    PICKS,
    age_bands,
    effectiveness_share,
    median_days_to_close,
    on_time_share,
    picked,
    recurrence_share,
    recurrences_of,
)

TODAY = date(2026, 11, 1)
YEAR = Period(date(2025, 11, 2), TODAY)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def fact(pk: int, opened: int, due: int, **fields: object) -> CapaFact:
    told: dict[str, object] = {"clock_from": ago(opened), "severity": "major", "site_id": 1} | fields
    return CapaFact(pk=pk, opened_on=ago(opened), due_on=ago(due), **told)  # type: ignore[arg-type]


OPEN_AND_LATE = fact(1, 120, 30)
OPEN_IN_TIME = fact(2, 10, -80)
DONE_IN_TIME = fact(3, 200, 110, implemented_on=ago(120), closed_on=ago(20), outcome="effective")
DONE_LATE = fact(4, 300, 210, implemented_on=ago(190), closed_on=ago(100), outcome="ineffective")
REOPENED = fact(5, 400, -30, clock_from=ago(40))
LONG_AGO = fact(6, 900, 800, implemented_on=ago(810), closed_on=ago(700), outcome="effective")
DUE_TODAY = fact(7, 31, 0)
ALL = [OPEN_AND_LATE, OPEN_IN_TIME, DONE_IN_TIME, DONE_LATE, REOPENED, LONG_AGO, DUE_TODAY]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("open", [1, 2, 5, 7]),
        ("late", [1]),
        ("on_time", [3]),
        ("missed", [1, 4]),
        ("effective", [3]),
        ("failed", [4, 5]),
        ("closed", [3, 4]),
    ],
)
def test_each_figure_is_a_set_of_capas(name: str, expected: list[int]) -> None:
    assert [each.pk for each in picked(ALL, name, YEAR)] == expected
    assert set(PICKS) == {"open", "late", "on_time", "missed", "effective", "failed", "closed"}


def test_shares_and_medians() -> None:
    assert (on_time_share(ALL, YEAR).part, on_time_share(ALL, YEAR).whole) == (1, 3)
    assert effectiveness_share(ALL, YEAR).rate == pytest.approx(1 / 3)
    assert median_days_to_close(ALL, YEAR) == 190
    assert on_time_share([], YEAR).rate is None
    assert median_days_to_close([OPEN_AND_LATE], YEAR) is None


def test_ages_run_from_the_clock_and_every_open_capa_is_in_one_band() -> None:
    bands = age_bands(ALL, YEAR)
    assert [(band.first, band.last, band.total, band.late) for band in bands] == [
        (0, 30, 1, 0),
        (31, 60, 2, 0),
        (61, 90, 0, 0),
        (91, 180, 1, 1),
        (181, None, 0, 0),
    ]


def test_a_past_day_knows_nothing_that_came_later() -> None:
    past = ago(150)
    before = capas_as_of(ALL, past)
    assert [each.pk for each in before] == [3, 4, 5, 6]
    period = Period(past - timedelta(days=365), past)
    assert [each.pk for each in picked(before, "open", period)] == [3, 4, 5]
    # Reopened only later: then it was simply open, and nobody had failed.
    assert picked(before, "failed", period) == []
    assert next(each for each in before if each.pk == 5).clock_from == ago(400)


def deficiency(site: int, regulation: str, days_ago: int, source: str = "citation") -> Deficiency:
    return Deficiency(site, regulation, ago(days_ago), source)  # type: ignore[arg-type]


def test_what_comes_back_at_the_same_site_within_36_months_recurs() -> None:
    rows = [
        deficiency(1, "21 CFR 211.192", 900),
        deficiency(1, "21 CFR  211.192(a)", 100, "finding"),
        # One day is one occasion, however often it is named.
        deficiency(2, "21 CFR 211.22", 50),
        deficiency(2, "21 CFR 211.22", 50),
        # More than 36 months apart.
        deficiency(3, "21 CFR 211.100", 2_000),
        deficiency(3, "21 CFR 211.100", 60),
        # The same regulation at another site.
        deficiency(4, "21 CFR 211.192", 10),
        deficiency(4, "", 10),
    ]
    found = recurrences_of(rows, TODAY)
    assert [(each.site_id, each.regulation, each.findings, each.citations) for each in found] == [
        (1, "21 CFR  211.192(a)", 1, 1)
    ]
    assert found[0].days == (ago(100), ago(900))
    share = recurrence_share(rows, found, TODAY)
    assert (share.part, share.whole) == (1, 4)
    # Before it came back it had not.
    assert recurrences_of(rows, ago(101)) == []
