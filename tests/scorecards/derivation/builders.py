"""Facts of one site from plain words, as docs/criteria.md writes them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from scorecards.derivation.facts import (
    ABSENT,
    ActionKind,
    Actions,
    Authority,
    Capabilities,
    Citations,
    Facts,
    Gmp,
    InspectionOutcome,
    Inspections,
    Need,
    day,
)
from scorecards.derivation.rules import Derivation, derive

type Row = Mapping[str, Any]

STRENGTHS = {"claimed": 1, "documented": 2, "verified": 3}


def facts_of(
    inspections: Sequence[Row] = (),
    citations: Sequence[Row] = (),
    actions: Sequence[Row] = (),
    capabilities: Sequence[Row] = (),
    sites: int = 1,
) -> Facts:
    """Facts; a row's `site` is 0 unless it says otherwise, and it was known on the day it happened."""
    return Facts(
        sites=np.arange(1, sites + 1),
        inspections=Inspections.from_rows(_inspection(i, row) for i, row in enumerate(inspections, 1)),
        citations=Citations.from_rows(_citation(i, row) for i, row in enumerate(citations, 1)),
        actions=Actions.from_rows(_action(i, row) for i, row in enumerate(actions, 1)),
        capabilities=Capabilities.from_rows(_capability(i, row) for i, row in enumerate(capabilities, 1)),
    )


def derived(as_of: str, facts: Facts, need: Mapping[str, Any] | None = None) -> Derivation:
    """All rules applied as of a day."""
    return derive(facts, Need(**(need or {})), days(as_of))


def days(text: str | None) -> int:
    return ABSENT if text is None else day(date.fromisoformat(text))


def _known(row: Row, happened: str) -> int:
    return days(row["known_on"]) if "known_on" in row else days(happened)


def _inspection(number: int, row: Row) -> tuple[Any, ...]:
    return (
        row.get("site", 0),
        number,
        _known(row, row["ended_on"]),
        days(row["ended_on"]),
        InspectionOutcome[row["outcome"]],
        Authority[row.get("authority", "FDA")],
    )


def _citation(number: int, row: Row) -> tuple[Any, ...]:
    return (
        row.get("site", 0),
        number,
        _known(row, row["happened_on"]),
        days(row["happened_on"]),
        row.get("regulation", number),
        row.get("is_data_integrity", 0),
    )


def _action(number: int, row: Row) -> tuple[Any, ...]:
    return (
        row.get("site", 0),
        number,
        _known(row, row["happened_on"]),
        days(row["happened_on"]),
        ActionKind[row["kind"]],
        Gmp[row.get("gmp", "UNKNOWN")],
        row.get("recall_class", 0),
        row.get("event", 0),
        days(row.get("closed_on")),
        row.get("source", 0),
        row.get("reference", 0),
    )


def _capability(number: int, row: Row) -> tuple[Any, ...]:
    return (
        row.get("site", 0),
        number,
        days(row.get("known_on", "2020-01-01")),
        days(row.get("expires_on")),
        row.get("modality", "small_molecule"),
        row.get("dosage_form", "tablet"),
        row.get("route", ""),
        row.get("stages", ""),
        row.get("batch_min", np.nan),
        row.get("batch_max", np.nan),
        row.get("batch_unit", ""),
        row.get("batches_made", np.nan),
        row.get("years", np.nan),
        row.get("has_limits", 0),
        STRENGTHS[row.get("strength", "documented")],
    )
