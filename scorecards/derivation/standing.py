"""The two regulatory must-haves: no open GMP action, no critical outcome within 36 months."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scorecards.derivation.batch import FAIL, PASS, UNKNOWN, GateBatch, Sources, Why
from scorecards.derivation.facts import (
    ABSENT,
    ActionKind,
    BoolArray,
    Facts,
    Gmp,
    InspectionOutcome,
    Inspections,
    IntArray,
)
from scorecards.derivation.kernels import latest_per_site, months_before
from scorecards.derivation.letters import Letter, Standing
from scorecards.derivation.regulatory import letter_sources
from scorecards.derivation.score import RuleRef

OPEN_MONTHS = 60
CRITICAL_MONTHS = 36

STANDING_MESSAGES = (
    "standing.none",
    "standing.other_subject",
    "standing.closed",
    "standing.subject_unknown",
    "standing.open_long",
    "standing.open",
)
STANDING_STATUS = np.array([PASS, PASS, PASS, UNKNOWN, UNKNOWN, FAIL])
KIND_CODES = {
    ActionKind.WARNING_LETTER: "warning_letter",
    ActionKind.IMPORT_ALERT: "import_alert",
    ActionKind.NON_COMPLIANCE: "non_compliance",
}


def open_actions(rule: RuleRef, facts: Facts, found: Sequence[Letter], as_of: int) -> GateBatch:
    """Must-have: no open warning letter, import alert or statement of non-compliance about GMP.

    The worst letter of a site decides. Without known closeout a letter about GMP fails for 60 months and is
    unknown afterwards; a letter on another subject does not count; an unknown subject is unknown.
    """
    n = facts.count
    message = np.zeros(n, dtype=np.int64)
    issued = np.full(n, ABSENT, dtype=np.int64)
    closed = np.full(n, ABSENT, dtype=np.int64)
    kind = np.full(n, "", dtype="U20")
    open_after = months_before(as_of, OPEN_MONTHS)
    for row in found:
        state = 1 + row.standing(as_of, open_after)
        if (state, row.issued_on) >= (message[row.site], issued[row.site]):
            message[row.site], issued[row.site] = state, row.issued_on
            closed[row.site] = row.closed_on if state == 1 + Standing.CLOSED else ABSENT
            kind[row.site] = KIND_CODES[row.kind]
    return GateBatch(
        rule=rule,
        status=STANDING_STATUS[message],
        why=Why(
            STANDING_MESSAGES,
            message,
            {"issued_on": issued, "closed_on": closed, "kind_code": kind},
            {"open_years": OPEN_MONTHS // 12},
        ),
        sources=(letter_sources(found),),
    )


CRITICAL_MESSAGES = (
    "critical.none",
    "critical.unseen",
    "critical.long_ago",
    "critical.unsettled",
    "critical.subject_unknown",
    "critical.letter",
    "critical.outcome",
)
CRITICAL_STATUS = np.array([PASS, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, FAIL, FAIL])


def critical_outcomes(
    rule: RuleRef, facts: Facts, visits: Inspections, found: Sequence[Letter], as_of: int
) -> GateBatch:
    """Must-have S1-REG-1: no OAI, GMP letter or import alert within 36 months.

    A pass needs an inspection with a final outcome in that time: a site no stringent authority has seen is
    unknown, and so is one whose last visit has no outcome yet.
    """
    n = facts.count
    since = months_before(as_of, CRITICAL_MONTHS)
    final = visits.where(visits.outcome != InspectionOutcome.PENDING)
    last_final = latest_per_site(final.site, final.ended_on, n)
    last_any = latest_per_site(*_visit_dates(facts, visits), n)
    decided = last_final.copy()
    message = np.where(last_final > since, 0, np.where(last_final == ABSENT, 1, 2))
    unsettled = (last_any > since) & (last_any > last_final)
    message, decided = _put(message, decided, unsettled, 3, last_any)
    for row in found:
        if row.issued_on <= since or row.gmp is Gmp.NO:
            continue
        state = 4 if row.gmp is Gmp.UNKNOWN else 5
        if (state, row.issued_on) >= (message[row.site], decided[row.site]):
            message[row.site], decided[row.site] = state, row.issued_on
    bad = visits.where(visits.outcome >= InspectionOutcome.OAI)
    worst_on = latest_per_site(bad.site, bad.ended_on, n)
    message, decided = _put(message, decided, worst_on > since, 6, worst_on)
    return GateBatch(
        rule=rule,
        status=CRITICAL_STATUS[message],
        why=Why(CRITICAL_MESSAGES, message, {"decided_on": decided}, {"months": CRITICAL_MONTHS}),
        sources=(
            Sources("inspection", visits.site, visits.id),
            letter_sources([row for row in found if row.gmp is not Gmp.NO]),
        ),
    )


def _visit_dates(facts: Facts, visits: Inspections) -> tuple[IntArray, IntArray]:
    """Dates on which an authority was there: inspections, and the Form 483s it left."""
    forms = facts.actions.where(facts.actions.kind == ActionKind.FORM_483)
    return (
        np.concatenate([visits.site, forms.site]),
        np.concatenate([visits.ended_on, forms.happened_on]),
    )


def _put(
    message: IntArray, decided: IntArray, mask: BoolArray, value: int, dates: IntArray
) -> tuple[IntArray, IntArray]:
    return np.where(mask, value, message), np.where(mask, dates, decided)
