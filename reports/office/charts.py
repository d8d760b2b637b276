"""Native charts of the slides: whoever presents can edit them and open their numbers."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.util import Inches, Pt

from common.charts import palette
from common.exports import visible
from common.numbers import number_text, signed_text
from reports.compared.view import Compared
from reports.office.deck import Deck
from reports.office.theme import FONT, FULL, LEFT, color


def rank_chart(deck: Deck, slide: Any, view: Compared) -> None:
    """Score and what open evidence could add, one bar for each candidate."""
    data = CategoryChartData(number_format="0.0")
    data.categories = [visible(row.name) for row in view.chosen]
    data.add_series(_("Score, documented"), [row.score for row in view.chosen])
    data.add_series(
        _("Could be added by open evidence"), [row.score_upper - row.score for row in view.chosen]
    )
    chart = _chart(
        slide,
        XL_CHART_TYPE.BAR_STACKED,
        data,
        top=1.35,
        height=3.1,
        about=_("Official score, and what it could become"),
    )
    chart.category_axis.reverse_order = True
    # Reversed categories would put the scale on top.
    chart.category_axis.tick_labels.font.size = Pt(12)
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, 100
    chart.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 55, 100
    for series, name, ink in zip(
        plot.series, (palette.BAR, palette.BAR_SOFT), ("#ffffff", "#ffffff"), strict=True
    ):
        _paint(series, name)
        _label(series, ink, "0.0", XL_LABEL_POSITION.CENTER)


def shares_chart(deck: Deck, slide: Any, view: Compared) -> None:
    """How often each comes first, in three settings."""
    rows = [(row.name, view.share[row.site_id]) for row in view.ranked]
    data = CategoryChartData(number_format="0.0%")
    data.categories = [visible(name) for name, _share in rows]
    data.add_series(_("Near the weights chosen, what is documented"), [share.near for _name, share in rows])
    data.add_series(
        _("Near the weights chosen, open evidence drawn too"), [share.near_open for _name, share in rows]
    )
    data.add_series(
        _("Any weights at all, open evidence drawn too"), [share.any_open for _name, share in rows]
    )
    chart = _chart(
        slide,
        XL_CHART_TYPE.COLUMN_CLUSTERED,
        data,
        top=1.9,
        height=4.2,
        about=_("How often each candidate comes first"),
    )
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, 1
    chart.value_axis.tick_labels.number_format = "0%"
    chart.value_axis.tick_labels.number_format_is_linked = False
    chart.plots[0].gap_width = 70
    for series, name in zip(
        chart.plots[0].series, (palette.BAR, palette.BAR_SOFT, palette.LINE_2), strict=True
    ):
        _paint(series, name)
        _label(series, palette.INK, "0.0%", XL_LABEL_POSITION.OUTSIDE_END)


def waterfall_chart(deck: Deck, slide: Any, view: Compared, most: int) -> None:
    """From the second to the first: bars that stand on an invisible one."""
    duel = view.figures.outcome.duel
    assert duel is not None
    second, first = view.standing[duel.b], view.standing[duel.a]
    parts = sorted((part for part in duel.points if part.points), key=lambda part: -abs(part.points))
    steps = [(view.labels[part.key], part.points) for part in parts[:most]]
    if rest := parts[most:]:
        name = ngettext("%(count)s more criterion", "%(count)s more criteria", len(rest))
        steps.append((name % {"count": number_text(len(rest))}, sum(part.points for part in rest)))
    rows = _Columns()
    rows.whole(second.name, second.score)
    level = second.score
    for name, points in steps:
        rows.step(f"{name}  {signed_text(points, 1)}", level, points)
        level += points
    rows.whole(first.name, first.score)
    data = CategoryChartData(number_format="0.0")
    data.categories = [visible(name) for name in rows.names]
    for title, values in (
        ("", rows.base),
        (_("Score"), rows.total),
        (_("Gains"), rows.gained),
        (_("Loses"), rows.lost),
    ):
        data.add_series(title, values)
    about = _("The steps add up exactly to the difference.")
    chart = _chart(slide, XL_CHART_TYPE.BAR_STACKED, data, top=1.4, height=5.4, about=about)
    chart.has_legend = False
    chart.category_axis.reverse_order = True
    chart.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    # Cut well below all that happens, so that the steps can be seen.
    chart.value_axis.minimum_scale = max(0, int((min(rows.ends) - 10) / 10) * 10)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 40, 100
    hidden, *shown = plot.series
    hidden.format.fill.background()
    for series, name in zip(shown, (palette.BAR, palette.GOOD, palette.BAD), strict=True):
        _paint(series, name)
    _label(shown[0], "#ffffff", "0.0;;", XL_LABEL_POSITION.INSIDE_END)


@dataclass
class _Columns:
    """A waterfall as stacked bars: an invisible one below each step."""

    names: list[str] = field(default_factory=list)
    base: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)
    gained: list[float] = field(default_factory=list)
    lost: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)

    def whole(self, name: str, score: float) -> None:
        """A bar of its own, from zero."""
        self._add(name, 0.0, score, 0.0, 0.0, score)

    def step(self, name: str, level: float, points: float) -> None:
        """What one criterion adds to the level or takes from it."""
        lower = min(level, level + points)
        self._add(name, lower, 0.0, max(0.0, points), max(0.0, -points), lower)

    def _add(self, name: str, base: float, total: float, gained: float, lost: float, end: float) -> None:
        columns = (self.base, self.total, self.gained, self.lost, self.ends)
        for column, value in zip(columns, (base, total, gained, lost, end), strict=True):
            column.append(value)
        self.names.append(name)


def _chart(slide: Any, kind: Any, data: CategoryChartData, *, top: float, height: float, about: str) -> Any:
    frame = slide.shapes.add_chart(kind, LEFT, Inches(top), FULL, Inches(height), data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", about)
    chart = frame.chart
    chart.font.size, chart.font.name = Pt(12), FONT
    chart.font.color.rgb = color(palette.INK)
    chart.has_title = False
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.value_axis.major_gridlines.format.line.color.rgb = color(palette.LINE)
    chart.value_axis.format.line.fill.background()
    chart.category_axis.format.line.color.rgb = color(palette.LINE_3)
    return chart


def _paint(series: Any, name: str) -> None:
    series.format.fill.solid()
    series.format.fill.fore_color.rgb = color(name)
    series.invert_if_negative = False


def _label(series: Any, ink: str, pattern: str, position: Any) -> None:
    labels = series.data_labels
    labels.show_value = True
    labels.number_format, labels.number_format_is_linked = pattern, False
    labels.position = position
    labels.font.size, labels.font.name = Pt(11), FONT
    labels.font.color.rgb = color(ink)
