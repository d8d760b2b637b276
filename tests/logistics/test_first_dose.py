"""The earliest first dose: computed by hand, and what must hold whatever is entered."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.readiness.first_dose import MONTHS, Onboarding, first_dose, months_later, next_meeting
from logistics.readiness.reason import reason

TODAY = date(2026, 11, 2)
PAST = date(2026, 10, 1)
QUARTERLY = Onboarding(
    frequency="quarterly",
    meeting_on=date(2026, 11, 30),
    lead_days=30,
    decision_days=7,
    contract_days=45,
    training_days=14,
)


def test_the_way_to_the_first_dose_worked_out_by_hand() -> None:
    """Thirty days before 30 November is 31 October: too late for it, so the committee decides in February."""
    found = first_dose(QUARTERLY, on=TODAY, go_live_on=date(2027, 1, 1), turnaround_days=28)
    assert [(step.key, step.on.isoformat()) for step in found.milestones] == [
        ("submission", "2026-11-02"),
        ("meeting", "2027-02-28"),
        ("approval", "2027-03-07"),
        ("contract", "2027-04-21"),
        ("training", "2027-05-05"),
        ("go_live", "2027-01-01"),
        ("active", "2027-05-05"),
        ("first_dose", "2027-06-02"),
    ]
    assert found.on == date(2027, 6, 2)


def test_a_day_earlier_makes_the_meeting_of_this_month() -> None:
    found = first_dose(replace(QUARTERLY, submitted_on=date(2026, 10, 31)), on=TODAY)
    assert found.milestones[1].on == date(2026, 11, 30)
    assert found.on == date(2026, 11, 30) + timedelta(days=7 + 45 + 14)


def test_what_is_done_is_not_computed_again() -> None:
    done = replace(
        QUARTERLY, approved_on=date(2026, 9, 1), signed_on=date(2026, 10, 1), trained_on=date(2026, 10, 20)
    )
    found = first_dose(done, on=TODAY, turnaround_days=21)
    assert found.on == TODAY + timedelta(days=21)
    assert all(step.done for step in found.milestones[:-1])


def test_without_a_committee_the_contract_follows_the_submission() -> None:
    found = first_dose(replace(QUARTERLY, frequency="none", ready_on=date(2026, 12, 1)), on=TODAY)
    assert found.on == date(2026, 12, 1) + timedelta(days=45 + 14)


def test_storage_or_the_product_may_come_last() -> None:
    done = replace(QUARTERLY, approved_on=TODAY, signed_on=TODAY, trained_on=TODAY)
    assert first_dose(done, on=TODAY, storage_on=date(2027, 3, 1)).on == date(2027, 3, 1)
    assert first_dose(done, on=TODAY, go_live_on=date(2027, 4, 1)).on == date(2027, 4, 1)


def test_storage_that_is_late_is_not_called_done() -> None:
    done = replace(QUARTERLY, approved_on=PAST, signed_on=PAST, trained_on=PAST)
    late = {step.key: step for step in first_dose(done, on=TODAY, storage_on=PAST).milestones}
    assert (late["storage"].on, late["storage"].done, late["active"].done) == (TODAY, False, False)
    there = {step.key: step for step in first_dose(done, on=TODAY, storage_on=PAST, stored=True).milestones}
    assert (there["storage"].on, there["storage"].done, there["active"].done) == (PAST, True, True)


@pytest.mark.parametrize(
    ("missing", "key"),
    [
        (None, "onboarding.none"),
        (replace(QUARTERLY, frequency=""), "onboarding.no_frequency"),
        (replace(QUARTERLY, meeting_on=None), "onboarding.no_meeting"),
        (replace(QUARTERLY, contract_days=None), "onboarding.no_contract"),
        (replace(QUARTERLY, training_days=None), "onboarding.no_training"),
    ],
)
def test_what_is_missing_is_said_instead_of_guessed(missing: Onboarding | None, key: str) -> None:
    found = first_dose(missing, on=TODAY)
    assert (found.on, found.missing) == (None, reason(key))


def test_meetings_do_not_drift_over_short_months() -> None:
    """The last of November, then of February, is again the 30th of May."""
    known = date(2026, 11, 30)
    assert next_meeting(known, "quarterly", not_before=date(2027, 3, 1)) == date(2027, 5, 30)
    assert months_later(date(2028, 1, 31), 1) == date(2028, 2, 29)


days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
waits = st.integers(0, 200)


@st.composite
def onboardings(draw: st.DrawFn) -> Onboarding:
    def maybe() -> date | None:
        return draw(st.none() | days)

    return Onboarding(
        frequency=draw(st.sampled_from([*MONTHS, "none"])),
        meeting_on=draw(days),
        lead_days=draw(waits),
        decision_days=draw(waits),
        contract_days=draw(waits),
        training_days=draw(waits),
        ready_on=maybe(),
        approved_on=maybe(),
        signed_on=maybe(),
        trained_on=maybe(),
    )


@given(onboardings(), days, st.integers(1, 300))
def test_a_later_submission_never_makes_an_earlier_dose(site: Onboarding, on: date, later: int) -> None:
    site = replace(site, ready_on=site.ready_on or on)
    assert site.ready_on is not None
    delayed = replace(site, ready_on=site.ready_on + timedelta(days=later))
    before, after = first_dose(site, on=on).on, first_dose(delayed, on=on).on
    assert before is not None
    assert after is not None
    assert after >= before


@given(
    onboardings(),
    days,
    st.sampled_from(["lead_days", "decision_days", "contract_days", "training_days"]),
    waits,
)
def test_a_longer_step_never_makes_an_earlier_dose(
    site: Onboarding, on: date, step: str, longer: int
) -> None:
    slower = replace(site, **{step: getattr(site, step) + longer})
    before, after = first_dose(site, on=on).on, first_dose(slower, on=on).on
    assert before is not None
    assert after is not None
    assert after >= before >= on


@given(onboardings(), days, st.integers(1, 60))
def test_a_day_that_passes_with_nothing_done_never_brings_the_dose_nearer(
    site: Onboarding, on: date, later: int
) -> None:
    before = first_dose(site, on=on).on
    after = first_dose(site, on=on + timedelta(days=later)).on
    assert before is not None
    assert after is not None
    assert after >= before
