"""What an official run holds: every intermediate, in exact integers, and the questions one may ask of it."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np

from scorecards.engine.errors import UnknownKeyError, ValueInputError
from scorecards.engine.evidence import OpenCell, fewest_to_reach, settles_lead, widest_cells
from scorecards.engine.exact import (
    HUNDREDTHS,
    SCORE_UNITS,
    WEIGHT_UNITS,
    BoolArray,
    FloatArray,
    IntArray,
)
from scorecards.engine.explain import Waterfall, waterfall
from scorecards.engine.gates import GateStatus
from scorecards.engine.ranking import best_and_worst_ranks, shared_ranks
from scorecards.engine.stability import NodeStability, name_rivals, node_slopes, stability_intervals
from scorecards.engine.tree import CriteriaTree

METHOD_VERSION = 1


class Status(StrEnum):
    """Ranked; conditional (a must-have is unknown: shown, not awardable); excluded (one failed)."""

    RANKED = "ranked"
    CONDITIONAL = "conditional"
    EXCLUDED = "excluded"


@dataclass(frozen=True, eq=False)
class Evaluation:
    """An official run over m candidates and n leaves. Matrices are (m, n), whole hundredths in float64."""

    tree: CriteriaTree
    candidates: tuple[str, ...]
    low: FloatArray
    high: FloatArray
    clipped: BoolArray
    gates: tuple[Mapping[str, GateStatus], ...]
    floors: tuple[Mapping[str, GateStatus], ...]
    floor_units: Mapping[str, int]
    statuses: tuple[Status, ...]

    @property
    def leaves(self) -> tuple[str, ...]:
        return self.tree.leaves

    @cached_property
    def weight_units(self) -> Mapping[str, int]:
        """Global leaf weights k / 2³⁰; the k sum to 2³⁰ exactly."""
        return dict(zip(self.leaves, map(int, self.tree.leaf_units), strict=True))

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """Global leaf weights as floats; exactly the integer weights over 2³⁰."""
        return dict(zip(self.leaves, map(float, self.tree.leaf_weights), strict=True))

    @cached_property
    def exact_low(self) -> FloatArray:
        """V⁻ in units of 1 / (100 · 2³⁰) points, whole numbers below 2⁵³, shape (m,)."""
        return self.low @ self.tree.leaf_units.astype(np.float64)

    @cached_property
    def exact_high(self) -> FloatArray:
        """V⁺ in the same units."""
        return self.high @ self.tree.leaf_units.astype(np.float64)

    @cached_property
    def included(self) -> BoolArray:
        """Which candidates take part in the ranking (all but the excluded), shape (m,)."""
        return np.array([status is not Status.EXCLUDED for status in self.statuses], dtype=bool)

    @cached_property
    def rank_table(self) -> IntArray:
        """Rank, best and worst possible rank, shape (m, 3); zeros for the excluded."""
        table = np.zeros((len(self.candidates), 3), dtype=np.int64)
        low, high = self.exact_low[self.included], self.exact_high[self.included]
        best, worst = best_and_worst_ranks(low, high)
        table[self.included] = np.column_stack([shared_ranks(low), best, worst])
        return table

    @cached_property
    def exact_shares(self) -> FloatArray:
        """Share of the weight that rests on cells known exactly, shape (m,)."""
        exact = (self.low == self.high).astype(np.float64)
        return np.asarray(exact @ self.tree.leaf_units.astype(np.float64) / WEIGHT_UNITS)

    @cached_property
    def row(self) -> Mapping[str, int]:
        return {key: i for i, key in enumerate(self.candidates)}

    def row_of(self, candidate: str) -> int:
        """Row of a candidate; raises UnknownKeyError."""
        if candidate not in self.row:
            raise UnknownKeyError(candidate, "is not a candidate of this evaluation")
        return self.row[candidate]

    @cached_property
    def results(self) -> tuple["CandidateResult", ...]:
        """All candidates in the order of the input; their mappings are made when they are asked for."""
        shares = self.exact_shares.tolist()
        ranks = self.rank_table.tolist()
        return tuple(self._result(i, ranks[i], shares[i]) for i in range(len(self.candidates)))

    def _result(self, i: int, ranks: Sequence[int], share: float) -> "CandidateResult":
        low, high = int(self.exact_low[i]), int(self.exact_high[i])
        return CandidateResult(
            evaluation=self,
            index=i,
            key=self.candidates[i],
            status=self.statuses[i],
            rank=ranks[0] or None,
            best_rank=ranks[1] or None,
            worst_rank=ranks[2] or None,
            exact_score=low,
            exact_score_upper=high,
            score=low / SCORE_UNITS,
            score_upper=high / SCORE_UNITS,
            completeness=1 - (high - low) / (100 * SCORE_UNITS),
            exact_weight_share=share,
        )

    def result(self, candidate: str) -> "CandidateResult":
        """The result of one candidate; raises UnknownKeyError."""
        return self.results[self.row_of(candidate)]

    @cached_property
    def ranking(self) -> tuple[str, ...]:
        """Keys of the included candidates, best first; ties in the order of their keys."""
        rows = sorted(np.flatnonzero(self.included), key=lambda i: (-self.exact_low[i], self.candidates[i]))
        return tuple(self.candidates[i] for i in rows)

    @cached_property
    def leaders(self) -> tuple[str, ...]:
        """All candidates of rank 1, in the order of their keys; empty when everybody is excluded."""
        return tuple(sorted(self.candidates[i] for i in np.flatnonzero(self.rank_table[:, 0] == 1)))

    def necessarily_better(self, a: str, b: str) -> bool:
        """Whether a beats b whatever the open evidence turns out to be: V⁻ of a > V⁺ of b."""
        return bool(self.exact_low[self.row_of(a)] > self.exact_high[self.row_of(b)])

    def necessary_pairs(self) -> Iterator[tuple[str, str]]:
        """All (better, worse) pairs of necessary preference among the included; lazily, up to m² of them."""
        rows = np.flatnonzero(self.included)
        by_high = rows[np.argsort(self.exact_high[rows], kind="stable")]
        highs = self.exact_high[by_high]
        for a in rows:
            beaten = int(np.searchsorted(highs, self.exact_low[a], side="left"))
            for b in by_high[:beaten]:
                yield self.candidates[a], self.candidates[b]

    def open_cells(self, limit: int | None = None, candidate: str | None = None) -> tuple[OpenCell, ...]:
        """Next best evidence: open cells by w (h − l), largest first, of one candidate or of all."""
        rows = self._rows_by_key if candidate is None else np.array([self.row_of(candidate)])
        found = widest_cells(self.low, self.high, self.tree.leaf_units, rows, limit)
        best = self.exact_low[self.included].max(initial=-1.0)
        return tuple(self._open_cell(int(i), int(j), best) for i, j in found)

    def _open_cell(self, i: int, j: int, best: float) -> OpenCell:
        leaf = self.leaves[j]
        units = int(self.tree.leaf_units[j])
        gain = units * (self.high[i, j] - self.low[i, j])
        leads = bool(self.exact_low[i] == best)
        return OpenCell(
            candidate=self.candidates[i],
            criterion=leaf,
            low=float(self.low[i, j]) / HUNDREDTHS,
            high=float(self.high[i, j]) / HUNDREDTHS,
            gain=float(gain) / SCORE_UNITS,
            decisive=bool(self.included[i])
            and settles_lead(
                leads=leads,
                alone=len(self.leaders) == 1,
                reaches=bool(self.exact_low[i] + gain >= best),
                moves=gain > 0,
                may_exclude=self.floors[i].get(leaf) is GateStatus.UNKNOWN,
            ),
        )

    def needed_to_lead(self, candidate: str) -> tuple[OpenCell, ...] | None:
        """The fewest open cells that, all at their upper ends, bring a candidate level with the leader.

        Largest gain first; empty for a leader, None where even all of them fall short. Values and weights
        of the others stay as they are.
        """
        i = self.row_of(candidate)
        best = self.exact_low[self.included].max(initial=-1.0)
        gains = (self.high[i] - self.low[i]) * self.tree.leaf_units
        found = fewest_to_reach(gains, float(best - self.exact_low[i]))
        return None if found is None else tuple(self._open_cell(i, j, best) for j in found)

    def waterfall(self, a: str, b: str) -> Waterfall:
        """Why a stands where it stands against b, on V⁻: contributions that sum to the difference."""
        units = self.tree.leaf_units.astype(np.float64)
        low_a, low_b = self.low[self.row_of(a)], self.low[self.row_of(b)]
        return waterfall(low_a, low_b, units, self.leaves, scale=SCORE_UNITS)

    def stability(self, node: str) -> NodeStability:
        """How far that node's weight among its siblings may move before the leader or the ranking changes."""
        return self.stability_of([node])[0]

    @cached_property
    def stabilities(self) -> tuple[NodeStability, ...]:
        """The same for every node of the tree, in the order of the input."""
        return tuple(self.stability_of([node.key for node in self.tree.nodes]))

    def stability_of(self, nodes: Sequence[str]) -> list[NodeStability]:
        """The same for some nodes at once. The leader is the first of the leaders by key."""
        for node in nodes:
            self.tree.require(node)
        if not self.included.any():
            raise ValueInputError("candidates", "are all excluded: no winner whose lead could be stable")
        rows = self._rows_by_key[self.included[self._rows_by_key]]
        rows = rows[np.argsort(-self.exact_low[rows], kind="stable")]
        slopes, weights = node_slopes(self.tree, nodes, self.low[rows])
        slopes /= HUNDREDTHS
        intervals = stability_intervals(self.exact_low[rows] / SCORE_UNITS, slopes, weights)
        names = [self.candidates[i] for i in rows]
        return name_rivals(self.tree, nodes, intervals, names)

    @cached_property
    def _rows_by_key(self) -> IntArray:
        return np.array(sorted(range(len(self.candidates)), key=self.candidates.__getitem__), dtype=np.int64)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the exact inputs and results: the same on every machine and in any order of input."""
        rows = self._rows_by_key
        columns = sorted(range(len(self.leaves)), key=self.leaves.__getitem__)
        head = {
            "version": METHOD_VERSION,
            "nodes": sorted([n.key, n.parent or "", float(n.weight).hex()] for n in self.tree.nodes),
            "weights": self.weight_units,
            "floors": self.floor_units,
            "candidates": [[self.candidates[i], self.statuses[i], self.gates[i]] for i in rows],
            **self._exceptions(),
        }
        seen = hashlib.sha256(json.dumps(head, sort_keys=True, ensure_ascii=True).encode())
        for cells in (self.low, self.high, self.clipped):
            seen.update(cells[np.ix_(rows, columns)].astype("<i8").tobytes())
        for totals in (self.exact_low, self.exact_high, self.rank_table):
            seen.update(totals[rows].astype("<i8").tobytes())
        return seen.hexdigest()

    def _exceptions(self) -> dict[str, list[list[str]]]:
        """Who is let pass below which floor; nothing without any, so that the digest stays what it was."""
        pairs = [
            [self.candidates[i], leaf]
            for i, states in enumerate(self.floors)
            for leaf, state in states.items()
            if state is GateStatus.EXCEPTED
        ]
        return {"excepted": sorted(pairs)} if pairs else {}


@dataclass(frozen=True, slots=True)
class CandidateResult:
    """One candidate of an evaluation. Points are on [0, 100]; mappings are by leaf, group or gate key."""

    evaluation: Evaluation
    index: int
    key: str
    status: Status
    rank: int | None
    best_rank: int | None
    worst_rank: int | None
    exact_score: int
    exact_score_upper: int
    score: float
    score_upper: float
    completeness: float
    exact_weight_share: float

    @property
    def gates(self) -> Mapping[str, GateStatus]:
        return self.evaluation.gates[self.index]

    @property
    def floors(self) -> Mapping[str, GateStatus]:
        """State of each floor, by leaf."""
        return self.evaluation.floors[self.index]

    @property
    def low(self) -> Mapping[str, float]:
        """Lower value per leaf, in points, as quantised."""
        return self._by_leaf(self.evaluation.low[self.index] / HUNDREDTHS)

    @property
    def high(self) -> Mapping[str, float]:
        return self._by_leaf(self.evaluation.high[self.index] / HUNDREDTHS)

    @property
    def contributions_low(self) -> Mapping[str, float]:
        """Points that each leaf adds to the score: w l."""
        units = self.evaluation.tree.leaf_units
        return self._by_leaf(self.evaluation.low[self.index] * units / SCORE_UNITS)

    @property
    def contributions_high(self) -> Mapping[str, float]:
        units = self.evaluation.tree.leaf_units
        return self._by_leaf(self.evaluation.high[self.index] * units / SCORE_UNITS)

    @property
    def group_scores_low(self) -> Mapping[str, float]:
        """Weighted mean of each inner node at the lower ends."""
        return self._by_group(self.evaluation.low[self.index])

    @property
    def group_scores_high(self) -> Mapping[str, float]:
        return self._by_group(self.evaluation.high[self.index])

    @property
    def clipped(self) -> tuple[str, ...]:
        """Leaves whose value lay outside [0, 100]."""
        flags = self.evaluation.clipped[self.index]
        return tuple(leaf for leaf, flag in zip(self.evaluation.leaves, flags, strict=True) if flag)

    @property
    def open_cells(self) -> tuple[OpenCell, ...]:
        return self.evaluation.open_cells(candidate=self.key)

    def _by_leaf(self, row: FloatArray) -> Mapping[str, float]:
        return dict(zip(self.evaluation.leaves, row.tolist(), strict=True))

    def _by_group(self, row: FloatArray) -> Mapping[str, float]:
        tree = self.evaluation.tree
        return {group: float(row @ tree.within(group)) / HUNDREDTHS for group in tree.groups}
