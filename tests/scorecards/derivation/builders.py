"""Facts of one site from plain words, as docs/criteria.md writes them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from enum import IntEnum
from typing import Any

import numpy as np

from scorecards.derivation import profile as p
from scorecards.derivation.columns import ABSENT, Evidence, Table, day
from scorecards.derivation.facts import (
    ActionKind,
    Authority,
    DemandYear,
    Facts,
    Gmp,
    InspectionOutcome,
    Need,
)
from scorecards.derivation.rules import Derivation, derive

type Row = Mapping[str, Any]

STRENGTHS = {"claimed": 1, "documented": 2, "verified": 3}
# Columns whose numbers are written as the names of an enumeration, by table.
CODES: Mapping[str, Mapping[str, type[IntEnum]]] = {
    "inspections": {"outcome": InspectionOutcome, "authority": Authority},
    "actions": {"kind": ActionKind, "gmp": Gmp},
    "capacities": {"shifts": p.ShiftModel},
    "services": {"kind": p.ServiceKind},
    "contacts": {"function": p.ContactFunction, "authority": p.DecisionAuthority},
    "suppliers": {"status": p.SupplierStatus},
    "transfers": {"outcome": p.TransferOutcome},
    "ppqs": {"outcome": p.PpqOutcome},
    "changes": {"outcome": p.ChangeOutcome},
    "ratings": {"practice": p.Practice},
    "capas": {"end": p.CapaEnd},
}
# What a row says unless it says otherwise.
USUAL: Mapping[str, Row] = {
    "inspections": {"authority": "FDA"},
    "capabilities": {
        "known_on": "2020-01-01",
        "modality": "small_molecule",
        "dosage_form": "tablet",
        "operation": "drug_product",
    },
    "capacities": {"line": 1, "operation": "drug_product"},
    "services": {"in_house": 1},
    "contacts": {"function": "PROJECT_MANAGER"},
    "materials": {"is_critical": 1},
    "suppliers": {"status": "QUALIFIED"},
}


def facts_of(sites: int = 1, **tables: Sequence[Row]) -> Facts:
    """Facts; a row's `site` is 0 unless it says otherwise, and it was known on the day it happened."""
    kinds = {name: type(table) for name, table in Facts(np.arange(0)).tables().items()}
    assert not tables.keys() - kinds.keys(), f"no table is called {sorted(tables.keys() - kinds.keys())}"
    made: dict[str, Any] = {name: _table(name, kinds[name], rows) for name, rows in tables.items()}
    return Facts(sites=np.arange(1, sites + 1), **made)


def need_of(said: Mapping[str, Any] | None) -> Need:
    """A need; days as ISO texts, demand as rows of year, unit and base, which is low and high as well."""
    words = dict(said or {})
    if "first_batch_on" in words:
        words["first_batch_on"] = days(words["first_batch_on"])
    demand = (
        DemandYear(**{"low": row["base"], "high": row["base"], **row}) for row in words.get("demand", ())
    )
    return Need(
        **words | {"operations": tuple(words.get("operations", ())), "demand": tuple(demand)},
    )


def derived(
    as_of: str,
    facts: Facts,
    need: Mapping[str, Any] | None = None,
    anchors: Mapping[str, Mapping[str, Any]] | None = None,
) -> Derivation:
    """All rules applied as of a day."""
    return derive(facts, need_of(need), days(as_of), anchors or {})


def days(text: str | None) -> int:
    return ABSENT if text is None else day(date.fromisoformat(text))


def _table(name: str, kind: type[Table], rows: Sequence[Row]) -> Table:
    columns: dict[str, list[Any]] = {f.name: [] for f in fields(kind)}
    kinds = {f.name: str(f.type) for f in fields(kind)}
    for number, row in enumerate(rows, 1):
        said: dict[str, Any] = {"site": 0, "id": number, **USUAL.get(name, {}), **row}
        if issubclass(kind, Evidence):
            said["strength"] = STRENGTHS[said.get("strength", "documented")]
        if name == "citations":
            said.setdefault("regulation", number)
        if "known_on" not in said:
            said["known_on"] = said.get(kind.HAPPENED or "") or "2020-01-01"
        assert not said.keys() - columns.keys(), f"{name} has no {sorted(said.keys() - columns.keys())}"
        for column, cells in columns.items():
            cells.append(_cell(said, column, kinds[column], CODES.get(name, {}).get(column)))
    return kind.from_columns(columns)


def _cell(said: Row, column: str, kind: str, code: type[IntEnum] | None) -> Any:
    value = said.get(column)
    if column.endswith("_on"):
        return days(value)
    if value is None:
        return {"IntArray": 0, "FloatArray": np.nan, "TextArray": ""}[kind]
    convert: Callable[[Any], Any] = (lambda word: code[word]) if code else (lambda same: same)
    return convert(value)
