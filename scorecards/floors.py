"""Floors on criteria: how each candidate stands to them, as must-haves beside those of the template.

A template says below how many points a criterion excludes, and whether a signed exception may rank a
candidate all the same. An exception was given for what was documented then: it does not hold once less is,
or what is documented is less well supported, or the floor is higher, and not beyond its last day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from scorecards.derivation.batch import EXCEPTED, FAIL, OUTCOMES, PASS, STRENGTHS, UNKNOWN, GateBatch, Why
from scorecards.derivation.facts import ABSENT, day
from scorecards.derivation.rules import Derivation
from scorecards.derivation.score import Outcome, RuleRef, Strength
from scorecards.engine import Evaluation
from scorecards.engine.exact import HUNDREDTHS, FloatArray, IntArray
from scorecards.heads import CandidateHead
from scorecards.plans import Plan, PlannedCriterion
from scorecards.requirements import GateColumn

RULE = RuleRef("floor", 1)
# Before the key of the criterion: no key of a template has a colon.
PREFIX = "floor:"
MESSAGES = (
    "floor.pass",
    "floor.fail",
    "floor.unknown",
    "floor.excepted",
    "floor.fail_open",
    "floor.unknown_open",
    "floor.excepted_until",
    "floor.void",
)
ANY_STRENGTH = Strength.NONE.value


@dataclass(frozen=True, slots=True)
class Excepted:
    """A signed exception: one candidate may stand below the floor of one criterion. Points from 0 to 100.

    ``low`` and ``strength``: what was documented when it was signed, and how well.
    """

    id: int
    site_id: int
    criterion: str
    floor: float
    low: float
    strength: str
    reason: str
    author: str
    approver: str
    approved_on: date
    until: date | None = None

    def holds(self, floor: float, low: float, strength: int) -> bool:
        """Whether what is documented now is no worse than what was accepted, below a floor no higher.

        ``strength`` indexes `STRENGTHS`.
        """
        accepted = STRENGTHS.index(Strength(self.strength))
        return floor <= self.floor and low >= self.low and strength >= accepted

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data."""
        until = self.until.isoformat() if self.until else None
        return {**asdict(self), "approved_on": self.approved_on.isoformat(), "until": until}


def excepted_from(data: Mapping[str, Any]) -> Excepted:
    """An exception from what an evaluation froze of it."""
    until = date.fromisoformat(data["until"]) if data["until"] else None
    return Excepted(**{**data, "approved_on": date.fromisoformat(data["approved_on"]), "until": until})


def excepted_by_row(
    plan: Plan,
    leaves: Sequence[str],
    sites: Sequence[int],
    at: IntArray,
    low: FloatArray,
    derivation: Derivation,
    exceptions: Sequence[Excepted],
) -> list[frozenset[str]]:
    """For each site the criteria whose floor an exception lets it stand below.

    Args:
        at: position of each site in the derivation.
        low: lower ends in hundredths of a point, shape (sites, leaves).
    """
    rows = {site_id: row for row, site_id in enumerate(sites)}
    columns = {leaf: column for column, leaf in enumerate(leaves)}
    found: list[set[str]] = [set() for _ in sites]
    for one in exceptions:
        leaf = plan.by_key.get(one.criterion)
        if one.site_id not in rows or leaf is None or leaf.floor is None:
            continue
        row = rows[one.site_id]
        strength = int(derivation.scores[leaf.rule].strength[at[row]])
        documented = float(low[row, columns[one.criterion]]) / HUNDREDTHS
        if one.holds(float(leaf.floor), documented, strength):
            found[row].add(one.criterion)
    return [frozenset(each) for each in found]


def floor_columns(
    plan: Plan,
    evaluation: Evaluation,
    heads: Sequence[CandidateHead],
    derivation: Derivation,
    exceptions: Sequence[Excepted] = (),
) -> tuple[GateColumn, ...]:
    """Each floor of the plan as a must-have, by position of the sites in the derivation."""
    given = {(one.criterion, one.site_id): one for one in exceptions}
    return tuple(
        GateColumn(_criterion(leaf), _batch(leaf, leaf.floor, evaluation, heads, derivation, given))
        for leaf in plan.leaves
        if leaf.floor is not None
    )


def is_floor(column: GateColumn) -> bool:
    """Whether a must-have is the floor of a criterion."""
    return column.criterion.key.startswith(PREFIX)


def _criterion(leaf: PlannedCriterion) -> PlannedCriterion:
    return PlannedCriterion(
        key=f"{PREFIX}{leaf.key}",
        parent=None,
        title=leaf.title,
        weight=Decimal(0),
        default=Decimal(0),
        rule=RULE.key,
        coverage=leaf.coverage,
        is_must_have=True,
        position=0,
    )


def _batch(
    leaf: PlannedCriterion,
    floor: Decimal,
    evaluation: Evaluation,
    heads: Sequence[CandidateHead],
    derivation: Derivation,
    given: Mapping[tuple[str, int], Excepted],
) -> GateBatch:
    scores = derivation.scores[leaf.rule]
    column = evaluation.tree.leaf_index[leaf.key]
    size = len(scores.low)
    status = np.full(size, UNKNOWN, dtype=np.int64)
    message = status.copy()
    ends = {name: np.full(size, np.nan) for name in ("low", "high")}
    signed: dict[int, Excepted] = {}
    for row, head in enumerate(heads):
        code = OUTCOMES.index(Outcome(evaluation.floors[row][leaf.key].value))
        place = head.position
        status[place] = code
        ends["low"][place] = evaluation.low[row, column] / HUNDREDTHS
        ends["high"][place] = evaluation.high[row, column] / HUNDREDTHS
        exception = given.get((leaf.key, head.site_id))
        if exception is not None and code != PASS:
            signed[place] = exception
        message[place] = _message(code, exception, by_exception=leaf.floor_by_exception)
    return GateBatch(
        rule=RULE,
        status=status,
        why=Why(MESSAGES, message, {**ends, **_signed_columns(size, signed)}, {"floor": float(floor)}),
        sources=scores.sources,
    )


def _message(code: int, exception: Excepted | None, *, by_exception: bool) -> int:
    """Which of `MESSAGES` says why."""
    if code == PASS:
        key = "floor.pass"
    elif code == EXCEPTED:
        key = "floor.excepted_until" if exception and exception.until else "floor.excepted"
    elif exception is not None and by_exception:
        key = "floor.void"
    else:
        key = "floor.fail" if code == FAIL else "floor.unknown"
        key += "_open" if by_exception else ""
    return MESSAGES.index(key)


def _signed_columns(size: int, signed: Mapping[int, Excepted]) -> dict[str, Any]:
    """Who signed what by position; nothing where nobody has."""
    if not signed:
        return {}

    def texts(name: str) -> Any:
        return np.array([getattr(signed[at], name) if at in signed else "" for at in range(size)], np.str_)

    def days(name: str) -> IntArray:
        told = [getattr(signed[at], name) if at in signed else None for at in range(size)]
        return np.array([ABSENT if each is None else day(each) for each in told], dtype=np.int64)

    return {
        "author": texts("author"),
        "approver": texts("approver"),
        "reason": texts("reason"),
        "approved_on": days("approved_on"),
        "until_on": days("until"),
    }
