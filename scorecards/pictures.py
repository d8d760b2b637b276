"""Charts of a ranking, made by the one module that draws for screen and paper."""

from __future__ import annotations

from django.utils.translation import gettext as _

from common.charts.chart import Chart
from common.charts.heat import Cell, CriterionRow, heat_map
from scorecards.ranking import Ranking
from scorecards.wording import criterion_title

MOST_COLUMNS = 10


def evaluation_heat_map(ranking: Ranking) -> Chart | None:
    """Criteria by candidates, for the first ten of the list; None without candidates."""
    shown = ranking.candidates[:MOST_COLUMNS]
    if not shown:
        return None
    cells = {row.head.key: (row.result.low, row.result.high) for row in shown}
    weights = ranking.evaluation.weights
    by_key = ranking.plan.by_key
    rows = []
    for leaf in ranking.plan.leaves:
        group = by_key[leaf.parent] if leaf.parent else leaf
        rows.append(
            CriterionRow(
                name=criterion_title(leaf.key, leaf.title),
                group=criterion_title(group.key, group.title),
                weight=weights[leaf.key],
                cells=tuple(
                    Cell(cells[row.head.key][0][leaf.key], cells[row.head.key][1][leaf.key]) for row in shown
                ),
            )
        )
    caption = (
        _("Values on every criterion, candidates in the order of their rank")
        if len(shown) == len(ranking.candidates)
        else _("Values on every criterion, the first ten candidates")
    )
    return heat_map([row.head.name for row in shown], rows, caption=caption)
