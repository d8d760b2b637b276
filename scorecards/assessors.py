"""What each assessor of the panels said on their own, as cells of a ranking, for questions of robustness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scorecards.agreed import Agreed
from scorecards.derivation.rules import Derivation
from scorecards.engine.exact import HUNDREDTHS
from scorecards.engine.questions import AssessedCells
from scorecards.plans import PlannedCriterion


def assessed_cells(
    agreed: Sequence[Agreed],
    rows: Mapping[int, tuple[int, int]],
    columns: Mapping[str, tuple[int, PlannedCriterion]],
    derivation: Derivation,
    overridden: frozenset[tuple[int, str]],
) -> tuple[AssessedCells, ...]:
    """The cells of every assessor who gave a level that counts, by the id of the person.

    Args:
        rows: by site, its row in the evaluation and its position in the derivation.
        columns: by criterion, its column in the evaluation and what the plan says of it.
        overridden: site and criterion of cells that a person valued, where no panel counts.
    """
    found: dict[int, list[tuple[int, int, int]]] = {}
    for said in agreed:
        if said.site_id not in rows or said.criterion not in columns:
            continue
        if (said.site_id, said.criterion) in overridden:
            continue
        (row, position), (column, leaf) = rows[said.site_id], columns[said.criterion]
        batch = derivation.scores[leaf.rule]
        derived = (
            round(float(batch.low[position]) * HUNDREDTHS) / HUNDREDTHS,
            round(float(batch.high[position]) * HUNDREDTHS) / HUNDREDTHS,
        )
        for person, level in said.scores:
            points = said.points_of(level, leaf.anchors, derived)
            found.setdefault(person, []).append((row, column, round(points * HUNDREDTHS)))
    return tuple(tuple(found[person]) for person in sorted(found))
