"""Which rows are one letter, which letters are open, and what follows for the must-haves."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from scorecards.derivation.facts import day
from scorecards.derivation.kernels import months_before
from scorecards.derivation.letters import letters
from tests.scorecards.derivation.builders import derived, facts_of

AS_OF = "2026-01-01"


def standing(*actions: Mapping[str, Any], as_of: str = AS_OF) -> tuple[str, str]:
    gate = derived(as_of, facts_of(actions=actions)).gates["no-open-gmp-action"].gate(0)
    return gate.status.value, gate.reason.key


def critical(*actions: Mapping[str, Any], inspections: Sequence[Mapping[str, Any]] = ()) -> tuple[str, str]:
    facts = facts_of(actions=actions, inspections=inspections)
    gate = derived(AS_OF, facts).gates["no-critical-outcome"].gate(0)
    return gate.status.value, gate.reason.key


def letter(day: str, **more: Any) -> dict[str, Any]:
    return {"kind": "WARNING_LETTER", "happened_on": day, **more}


def test_a_letter_on_another_subject_does_not_count() -> None:
    assert standing(letter("2025-06-01", gmp="NO")) == ("pass", "standing.other_subject")


def test_a_closeout_after_the_day_asked_about_leaves_the_letter_open() -> None:
    closed = letter("2024-06-01", gmp="YES", closed_on="2025-06-01")
    assert standing(closed, as_of="2025-01-01") == ("fail", "standing.open")
    assert standing(closed) == ("pass", "standing.closed")


def test_the_subject_counts_from_the_day_it_was_known() -> None:
    rows = [
        letter("2024-06-01", source=1),
        letter("2024-06-03", source=2, gmp="YES", known_on="2024-09-01"),
    ]
    assert standing(*rows, as_of="2024-08-01") == ("unknown", "standing.subject_unknown")
    assert standing(*rows, as_of="2024-10-01") == ("fail", "standing.open")


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([letter("2024-06-01", source=1), letter("2024-06-15", source=2)], 1),
        ([letter("2024-06-01", source=1), letter("2024-06-16", source=2)], 2),
        ([letter("2024-06-01", source=1), letter("2024-06-01", source=1)], 2),
        ([letter("2024-06-01", source=1), letter("2024-06-01", source=2, site=1)], 2),
        (
            [
                letter("2024-06-01", source=1),
                {"kind": "IMPORT_ALERT", "happened_on": "2024-06-01", "source": 2},
            ],
            2,
        ),
    ],
)
def test_rows_of_two_sources_within_two_weeks_are_one_letter(rows: Any, count: int) -> None:
    assert len(letters(facts_of(actions=rows, sites=2).actions)) == count


def test_a_closeout_letter_closes_what_it_names_or_else_the_last_letter() -> None:
    two = [letter("2023-01-01", gmp="YES", reference=7), letter("2024-01-01", gmp="YES", reference=8)]
    named = {"kind": "CLOSEOUT", "happened_on": "2025-01-01", "reference": 7}
    assert standing(*two, named) == ("fail", "standing.open")
    assert standing(two[0], named) == ("pass", "standing.closed")
    assert standing(two[0], {"kind": "CLOSEOUT", "happened_on": "2025-01-01"}) == ("pass", "standing.closed")
    assert standing(two[0], {"kind": "CLOSEOUT", "happened_on": "2022-01-01"}) == ("fail", "standing.open")


def test_import_alerts_and_statements_of_non_compliance_are_must_haves_too() -> None:
    alert = {"kind": "IMPORT_ALERT", "happened_on": "2025-01-01"}
    assert standing({**alert, "gmp": "YES"}) == ("fail", "standing.open")
    assert standing(alert) == ("unknown", "standing.subject_unknown")
    assert standing({"kind": "NON_COMPLIANCE", "happened_on": "2025-01-01"}) == ("fail", "standing.open")


def test_the_worst_letter_of_a_site_decides() -> None:
    closed = letter("2025-06-01", gmp="YES", closed_on="2025-12-01")
    assert standing(closed, letter("2022-01-01", gmp="YES")) == ("fail", "standing.open")
    assert standing(closed, letter("2010-01-01")) == ("unknown", "standing.subject_unknown")


def test_a_critical_outcome_may_be_a_letter_or_an_alert() -> None:
    clean = [{"ended_on": "2025-12-01", "outcome": "NAI"}]
    assert critical(letter("2024-01-01", gmp="YES"), inspections=clean) == ("fail", "critical.letter")
    assert critical(letter("2024-01-01"), inspections=clean) == ("unknown", "critical.subject_unknown")
    assert critical(letter("2024-01-01", gmp="NO"), inspections=clean) == ("pass", "critical.none")
    assert critical(letter("2022-12-31", gmp="YES"), inspections=clean) == ("pass", "critical.none")


def test_a_visit_without_outcome_leaves_the_answer_open() -> None:
    clean = {"ended_on": "2025-01-01", "outcome": "NAI"}
    form = {"kind": "FORM_483", "happened_on": "2025-06-01"}
    assert critical(form, inspections=[clean]) == ("unknown", "critical.unsettled")
    pending = {"ended_on": "2025-06-01", "outcome": "PENDING"}
    assert critical(inspections=[clean, pending]) == ("unknown", "critical.unsettled")
    assert critical(form, inspections=[{**clean, "ended_on": "2025-06-01"}]) == ("pass", "critical.none")


def test_only_stringent_authorities_count() -> None:
    elsewhere = {"ended_on": "2025-01-01", "outcome": "NON_COMPLIANT", "authority": "OTHER"}
    assert critical(inspections=[elsewhere]) == ("unknown", "critical.unseen")


def test_an_expired_capability_is_no_capability() -> None:
    rows = [{"modality": "aav", "expires_on": "2025-12-31"}]
    gate = derived(AS_OF, facts_of(capabilities=rows), {"modality": "aav"}).gates["modality"].gate(0)
    assert (gate.status.value, gate.reason.key) == ("unknown", "modality.none")


@pytest.mark.parametrize(
    ("on", "months", "earlier"),
    [
        ("2026-01-01", 36, "2023-01-01"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2025-03-31", 1, "2025-02-28"),
        ("2025-12-31", 60, "2020-12-31"),
    ],
)
def test_months_are_calendar_months(on: str, months: int, earlier: str) -> None:
    assert months_before(day(date.fromisoformat(on)), months) == day(date.fromisoformat(earlier))
