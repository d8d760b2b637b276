"""The official run of the engine on the columns of a derivation, and the cells that it reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scorecards.agreed import Agreed
from scorecards.derivation.batch import OUTCOMES
from scorecards.derivation.rules import Derivation
from scorecards.engine import Evaluation, GateStatus, conjunction
from scorecards.engine.exact import HUNDREDTHS, FloatArray, IntArray, values_to_hundredths
from scorecards.engine.official import STATUS_OF_GATES, floor_states_of, floors_to_hundredths
from scorecards.engine.tree import build_tree
from scorecards.floors import Excepted, excepted_by_row
from scorecards.heads import CandidateHead
from scorecards.overrides import Overridden
from scorecards.plans import Plan
from scorecards.requirements import GateColumn

GATE_STATES = tuple(GateStatus(outcome.value) for outcome in OUTCOMES)


def official_run(
    plan: Plan,
    heads: Sequence[CandidateHead],
    derivation: Derivation,
    overrides: Sequence[Overridden],
    must_haves: Sequence[GateColumn],
    agreed: Sequence[Agreed] = (),
    exceptions: Sequence[Excepted] = (),
) -> Evaluation:
    """The engine's `evaluate` on columns: the same evaluation, bit for bit, without a mapping per candidate.

    Derived values are finite, ordered and on the scale by construction, which is what `evaluate` checks.
    """
    tree = build_tree(plan.nodes())
    at = np.array([head.position for head in heads], dtype=np.int64)
    sites = [head.site_id for head in heads]
    low, high = cells_of(plan, tree.leaves, sites, at, derivation, overrides, agreed)
    states = [(row.criterion.key, row.batch.status[at].tolist()) for row in must_haves]
    keys = [key for key, _ in states]
    per_candidate = list(zip(*(column for _, column in states), strict=True)) or [()] * len(heads)
    # Few combinations of states occur, so each is made once and shared.
    gates = {
        row: dict(zip(keys, (GATE_STATES[state] for state in row), strict=True)) for row in set(per_candidate)
    }
    floor_units = floors_to_hundredths(plan.floors, tree)
    excepted = excepted_by_row(plan, tree.leaves, sites, at, low, derivation, exceptions)
    floors = floor_states_of(low, high, floor_units, tree, excepted)
    statuses = {row: conjunction(found.values()) for row, found in gates.items()}
    return Evaluation(
        tree=tree,
        candidates=tuple(head.key for head in heads),
        low=low,
        high=high,
        clipped=np.zeros(low.shape, dtype=np.bool_),
        gates=tuple(gates[row] for row in per_candidate),
        floors=floors,
        floor_units=floor_units,
        statuses=tuple(
            STATUS_OF_GATES[conjunction((statuses[row], *own.values())) if own else statuses[row]]
            for row, own in zip(per_candidate, floors, strict=True)
        ),
    )


def cells_of(
    plan: Plan,
    leaves: Sequence[str],
    sites: Sequence[int],
    at: IntArray,
    derivation: Derivation,
    overrides: Sequence[Overridden],
    agreed: Sequence[Agreed],
) -> tuple[FloatArray, FloatArray]:
    """Both ends of every cell in hundredths of a point, shape (sites, leaves): derived, or put in its place.

    ``at`` is the position of each site in the derivation.
    """
    batches = [derivation.scores[plan.by_key[leaf].rule] for leaf in leaves]
    low = np.column_stack([values_to_hundredths(batch.low[at]) for batch in batches])
    high = np.column_stack([values_to_hundredths(batch.high[at]) for batch in batches])
    rows = {site_id: row for row, site_id in enumerate(sites)}
    columns = {leaf: column for column, leaf in enumerate(leaves)}
    for said in agreed:
        if said.site_id in rows and said.criterion in columns:
            cell = rows[said.site_id], columns[said.criterion]
            # A rule's bounds in whole hundredths, so that nothing is settled between the two.
            derived = float(low[cell]) / HUNDREDTHS, float(high[cell]) / HUNDREDTHS
            bounds = said.points(plan.by_key[said.criterion].anchors, derived)
            low[cell], high[cell] = (round(points * HUNDREDTHS) for points in bounds)
    for value in overrides:
        # A candidate that left, or a criterion of another template, has no cell any more.
        if value.site_id in rows and value.criterion in columns:
            cell = rows[value.site_id], columns[value.criterion]
            low[cell], high[cell] = round(value.low * 100), round(value.high * 100)
    return low, high
