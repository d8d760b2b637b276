"""The requirements of a work package as must-haves of its ranking, beside those of the template."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from programs.conditions import NOTHING, Known, Outcome, settle
from programs.facts import FactContext
from programs.models import Requirement, WorkPackage
from programs.requirements import Asked, AskedColumn, columns_of, condition_text, known_text, requirements_of
from scorecards.derivation.batch import FAIL, PASS, UNKNOWN, GateBatch, Why
from scorecards.derivation.columns import IntArray
from scorecards.derivation.score import Rationale, RuleRef
from scorecards.plans import PlannedCriterion

RULE = RuleRef("requirement", 1)
FAMILY = "requirement."
MESSAGES = ("requirement.pass", "requirement.fail", "requirement.unknown")
CODES: Mapping[Outcome, int] = {Outcome.PASS: PASS, Outcome.FAIL: FAIL, Outcome.UNKNOWN: UNKNOWN}


@dataclass(frozen=True, slots=True)
class GateColumn:
    """One must-have with its outcome at every site; `criterion` says what it is called."""

    criterion: PlannedCriterion
    batch: GateBatch


def requirement_columns(package: WorkPackage, sites: Sequence[int], as_of: date) -> tuple[AskedColumn, ...]:
    """What the package asks for with what is known at the sites.

    One query for the requirements, and one for each kind of record that they ask about.
    """
    rows = requirements_of(package.pk)
    context = FactContext(modality=package.program.modality, as_of=as_of)
    return tuple(columns_of(rows, sites, context)) if rows else ()


def gate_columns(columns: Iterable[AskedColumn], sites: IntArray) -> tuple[GateColumn, ...]:
    """The must-haves among the requirements, by position of the sites; wants are no gates."""
    musts = [column for column in columns if column.asked.kind == Requirement.Kind.MUST]
    return tuple(GateColumn(_criterion(column.asked), _batch(column, sites.tolist())) for column in musts)


def _criterion(asked: Asked) -> PlannedCriterion:
    return PlannedCriterion(
        key=asked.key,
        parent=None,
        title=asked.words,
        weight=Decimal(0),
        default=Decimal(0),
        rule=RULE.key,
        coverage=(),
        is_must_have=True,
        position=0,
    )


def _batch(column: AskedColumn, sites: Sequence[int]) -> GateBatch:
    asked, condition = column.asked, column.asked.condition
    known = [column.known.get(site, NOTHING) for site in sites]
    # Many sites have the same on record, so each answer is worked out once.
    answers = {row: (CODES[settle(condition, row)], json.dumps(row.as_data())) for row in set(known)}
    status = np.array([answers[row][0] for row in known], dtype=np.int64)
    found = np.array([answers[row][1] for row in known], dtype=np.str_)
    return GateBatch(
        rule=RULE,
        status=status,
        why=Why(
            MESSAGES,
            status,
            {"found": found},
            {
                "fact": asked.fact,
                "operator": asked.operator,
                "value": json.dumps(asked.value),
                "unit": asked.unit,
                "explanation": asked.explanation,
            },
        ),
    )


def requirement_sentence(rationale: Rationale) -> str:
    """Why a requirement passes, fails or is unknown, in the reader's language."""
    told = {name: str(value) for name, value in rationale.params.items()}
    found = known_text(told["fact"], Known.from_data(json.loads(told["found"])))
    words = {
        "asked": condition_text(told["fact"], told["operator"], json.loads(told["value"]), told["unit"]),
        "explanation": told["explanation"],
        "found": found or _("nothing"),
    }
    if rationale.key == MESSAGES[FAIL]:
        return _("%(explanation)s On record: %(found)s.") % words
    if rationale.key == MESSAGES[PASS]:
        return _("On record: %(found)s.") % words
    if found:
        return _("On record: %(found)s. That does not settle it.") % words
    return _("Nothing is on record about it: unknown.")


def requirement_sentence_of(column: AskedColumn, site: int) -> str:
    """The same for one site of a column, a want included."""
    batch = _batch(column, [site])
    return requirement_sentence(batch.why.of(0))


def columns_data(columns: Iterable[AskedColumn], sites: Sequence[int]) -> list[dict[str, Any]]:
    """The requirements and what was known of them, as a frozen evaluation keeps them."""
    return [
        {
            **asdict(column.asked),
            "known": {str(site): column.known[site].as_data() for site in sites if site in column.known},
        }
        for column in columns
    ]


def columns_of_data(data: Iterable[Mapping[str, Any]]) -> tuple[AskedColumn, ...]:
    """The same, read from a frozen evaluation."""
    return tuple(
        AskedColumn(
            Asked(**{name: value for name, value in row.items() if name != "known"}),
            {int(site): Known.from_data(known) for site, known in row["known"].items()},
        )
        for row in data
    )
