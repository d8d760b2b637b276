"""Harsh and lenient raters in unbalanced panels: y = μ + α_cell + β_rater by least squares.

A rater can only be compared with raters they are connected to through cells both have rated, directly or
through others: disconnected parts of the design are flagged and centred each on its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scorecards.engine.checks import vector
from scorecards.engine.errors import PanelError, ValueInputError
from scorecards.engine.exact import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Rating:
    """One rater's score of one cell (a candidate on a criterion)."""

    cell: str
    rater: str
    score: float


@dataclass(frozen=True, slots=True)
class RaterSeverity:
    """`leniency` β in points: positive is lenient, negative harsh; mean zero within the component."""

    rater: str
    leniency: float
    ratings: int
    component: int


@dataclass(frozen=True, slots=True)
class SeverityFit:
    """Raters and adjusted cell values (by key), both in the order of first appearance.

    `connected` is false when the design falls into parts: leniencies of different components do not compare.
    """

    raters: tuple[RaterSeverity, ...]
    adjusted: dict[str, float]
    residual_sd: float | None
    components: int

    @property
    def connected(self) -> bool:
        return self.components == 1


def rater_severity(ratings: Sequence[Rating]) -> SeverityFit:
    """Fit the two-way additive model. Raises PanelError for no ratings, ValueInputError for repeated ones."""
    if not ratings:
        raise PanelError("ratings", "is an empty panel")
    cells = list(dict.fromkeys(rating.cell for rating in ratings))
    raters = list(dict.fromkeys(rating.rater for rating in ratings))
    _refuse_repeated(ratings)
    scores = vector("scores", [rating.score for rating in ratings])
    row = np.array([cells.index(rating.cell) for rating in ratings])
    column = np.array([raters.index(rating.rater) for rating in ratings])
    parts = _components(row, column, len(cells), len(raters))
    design = _design(row, column, len(cells), parts)
    solution, _, rank, _ = np.linalg.lstsq(design, np.append(scores, np.zeros(parts.max() + 1)), rcond=None)
    leniency = solution[len(cells) :]
    residuals = scores - design[: len(scores)] @ solution
    free = len(scores) - (int(rank) - int(parts.max()) - 1)
    counts = np.bincount(column, minlength=len(raters))
    return SeverityFit(
        raters=tuple(
            RaterSeverity(rater, float(leniency[i]), int(counts[i]), int(parts[i]))
            for i, rater in enumerate(raters)
        ),
        adjusted={cell: float(solution[i]) for i, cell in enumerate(cells)},
        residual_sd=float(np.sqrt((residuals**2).sum() / free)) if free > 0 else None,
        components=int(parts.max()) + 1,
    )


def _refuse_repeated(ratings: Sequence[Rating]) -> None:
    seen: set[tuple[str, str]] = set()
    for rating in ratings:
        pair = (rating.cell, rating.rater)
        if pair in seen:
            raise ValueInputError(f"{rating.rater} / {rating.cell}", "is rated twice")
        seen.add(pair)


def _components(row: IntArray, column: IntArray, cells: int, raters: int) -> IntArray:
    """Component of each rater in the bipartite graph of cells and raters, numbered from 0."""
    label = np.arange(raters)
    changed = True
    while changed:
        lowest = np.full(cells, raters)
        np.minimum.at(lowest, row, label[column])
        updated = label.copy()
        np.minimum.at(updated, column, lowest[row])
        changed = bool((updated != label).any())
        label = updated
    return np.unique(label, return_inverse=True)[1].astype(np.int64)


def _design(row: IntArray, column: IntArray, cells: int, parts: IntArray) -> FloatArray:
    """Indicator columns of cells and raters, and one row per component that centres its raters."""
    count = len(row)
    design = np.zeros((count + int(parts.max()) + 1, cells + len(parts)))
    design[np.arange(count), row] = 1
    design[np.arange(count), cells + column] = 1
    for component in range(int(parts.max()) + 1):
        design[count + component, cells:] = parts == component
    return design
