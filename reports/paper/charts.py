"""The charts of a due-diligence report, drawn with the shared parts so that paper and screen agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.charts import palette
from common.charts.chart import picture
from common.charts.ranking import CandidateBar, Standing, rank_chart
from common.charts.scale import Scale
from common.charts.svg import joined, line, rect, text
from common.charts.widths import clipped_words
from common.numbers import number_text
from reports.figures.standing import GroupFigures, StandingFigures

# The width of the type area in CSS pixels, so that a chart's letters keep their size on paper.
WIDTH = 642
ROW = 24
TOP = 24
NAMES = 236
FIGURES = 132


@dataclass(frozen=True)
class Figure:
    """A chart with the finding as its title."""

    title: str
    svg: SafeString


def field_chart(rows: Sequence[StandingFigures], own: StandingFigures, title: str) -> SafeString:
    """All candidates as intervals; the site of the report is marked by an arrow before its name."""
    bars = [
        CandidateBar(
            name=f"→ {row.name}" if row.site_id == own.site_id else row.name,
            lower=row.score,
            upper=row.score_upper,
            rank=row.rank,
            best_rank=row.best_rank,
            worst_rank=row.worst_rank,
            standing=Standing(row.status),
        )
        for row in rows
    ]
    return rank_chart(bars, caption=title, width=WIDTH).svg


def groups_chart(groups: Sequence[GroupFigures], names: Mapping[str, str], title: str) -> SafeString:
    """One bar per group on a common scale of points: earned, still open, and the most it could give."""
    most = max((100 * group.weight for group in groups), default=0.0) or 1.0
    scale = Scale(0, most, NAMES, WIDTH - FIGURES)
    bottom = TOP + ROW * len(groups)
    parts = [
        text(scale.start, TOP - 9, _("points"), size=11, ink="c-text-2"),
        line(scale.start, TOP - 4, scale.start, bottom, palette.stroke("c-axis")),
        *(_group(group, names[group.key], TOP + ROW * i, scale) for i, group in enumerate(groups)),
    ]
    description = _("Points earned, points still open and the most possible, for each group of criteria.")
    return picture(parts, width=WIDTH, height=bottom + 4, caption=title, description=description)


def _group(group: GroupFigures, name: str, top: float, scale: Scale) -> SafeString:
    earned, possible, most = (group.weight * end for end in (group.low, group.high, 100.0))
    base, bar, height = top + 16, top + 5, 13
    right = scale(most)
    figures = _("%(earned)s of %(most)s") % {
        "earned": number_text(earned, 1),
        "most": number_text(most, 1),
    }
    return joined(
        [
            text(0, base, clipped_words(name, NAMES - 12)),
            rect(scale.start, bar, right - scale.start, height, palette.edged("c-paper", "c-edge")),
            rect(scale(earned), bar, scale(possible) - scale(earned), height, palette.fill("c-bar-soft")),
            rect(scale.start, bar, scale(earned) - scale.start, height, palette.fill("c-bar")),
            text(right + 8, base, figures, size=12, ink="c-text-2"),
        ]
    )
