"""Candidates as intervals on one scale: who leads, who could still overtake, who is out."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from common.charts import palette
from common.charts.chart import WIDTH, Chart, picture
from common.charts.labels import label
from common.charts.marks import OUTLINES
from common.charts.scale import Scale
from common.charts.svg import coordinate, hatch, joined, line, path, rect, text
from common.numbers import MISSING, number_text, rank_text, score_text

ROW = 28
TOP = 30
RANK_WIDTH = 76
FIGURES_WIDTH = 128


class Standing(StrEnum):
    """Whether a candidate may be chosen: by the outcome of its must-haves."""

    RANKED = "ranked"
    CONDITIONAL = "conditional"
    EXCLUDED = "excluded"


@dataclass(frozen=True)
class CandidateBar:
    """One candidate: official score (the lower bound), upper bound, rank with best and worst."""

    name: str
    lower: float
    upper: float
    rank: int | None
    best_rank: int | None = None
    worst_rank: int | None = None
    standing: Standing = Standing.RANKED


def standing_word(standing: Standing) -> str:
    """The word for a standing in the reader's language."""
    return {
        Standing.RANKED: gettext("ranked"),
        Standing.CONDITIONAL: gettext("conditional"),
        Standing.EXCLUDED: gettext("excluded"),
    }[standing]


def rank_chart(bars: Sequence[CandidateBar], *, caption: str, width: float = WIDTH) -> Chart:
    """Bars from official score to upper bound, in the order given; the dashed line is the leader's score.

    A bar that crosses the line belongs to a candidate that could still overtake. Excluded candidates keep
    their bar, hatched, and have no rank.
    """
    names = min(280.0, width * 0.34)
    scale = Scale(0, 100, RANK_WIDTH + names, width - FIGURES_WIDTH)
    bottom = TOP + ROW * len(bars)
    parts = [_axis(scale, bottom), *(_row(bar, TOP + ROW * i, scale, names) for i, bar in enumerate(bars))]
    leader = max((bar.lower for bar in bars if bar.standing is not Standing.EXCLUDED), default=None)
    if leader is not None:
        parts.append(_leader_line(scale(leader), bottom))
    return Chart(
        svg=picture(
            parts,
            width=width,
            height=bottom + 6,
            caption=caption,
            description=gettext("Each bar runs from the official score to what open evidence could add."),
        ),
        caption=caption,
        columns=(
            gettext("Candidate"),
            gettext("Rank (best–worst)"),
            gettext("Score"),
            gettext("Upper bound"),
            gettext("Status"),
        ),
        rows=tuple(
            (
                bar.name,
                rank_text(bar.rank, bar.best_rank, bar.worst_rank),
                score_text(bar.lower),
                score_text(bar.upper),
                standing_word(bar.standing),
            )
            for bar in bars
        ),
        numeric=frozenset({1, 2, 3}),
    )


def _axis(scale: Scale, bottom: float) -> SafeString:
    ticks = (0, 25, 50, 75, 100)
    return joined(
        part
        for tick in ticks
        for part in (
            line(scale(tick), TOP - 6, scale(tick), bottom, palette.stroke("c-line")),
            text(scale(tick), TOP - 11, number_text(tick), size=11, anchor="middle", ink="c-text-2"),
        )
    )


def _leader_line(x: float, bottom: float) -> SafeString:
    return format_html(
        '<path d="M{x} {top}V{bottom}" stroke-width="1" stroke-dasharray="3 3" {paint}/>',
        x=coordinate(x),
        top=coordinate(TOP - 6),
        bottom=coordinate(bottom),
        paint=palette.stroke("c-bar-line"),
    )


def _row(bar: CandidateBar, top: float, scale: Scale, names: float) -> SafeString:
    excluded = bar.standing is Standing.EXCLUDED
    base, middle = top + 19, top + ROW / 2
    low, high = scale(bar.lower), scale(max(bar.lower, bar.upper))
    ink = "c-text-2" if excluded else "c-text"
    parts = [
        _rank(bar, base),
        label(RANK_WIDTH, middle, bar.name, names - 12, ink=ink, bold=bar.rank == 1),
        hatch(low, middle - 5, high - low, 10)
        if excluded
        else rect(low, middle - 5, high - low, 10, palette.fill("c-bar-soft")),
        rect(low - 1.5, middle - 8, 3, 16, palette.fill("c-mark")),
        *_figures(bar, scale.end + 12, base, ink),
    ]
    return joined(parts)


def _rank(bar: CandidateBar, base: float) -> SafeString:
    """The rank with its span; a triangle and an octagon set apart who is conditional or out."""
    tone = {Standing.CONDITIONAL: "caution", Standing.EXCLUDED: "bad"}.get(bar.standing)
    mark = (
        format_html(
            '<g transform="translate(0 {})">{}</g>',
            coordinate(base - 10),
            path(OUTLINES[tone].d, palette.fill(f"c-{tone}"), 0),
        )
        if tone
        else SafeString()
    )
    if bar.rank is None:
        return joined([mark, text(17, base, standing_word(bar.standing), size=12, ink="c-text-2")])
    settled = bar.best_rank is None or bar.best_rank == bar.worst_rank
    span = "" if settled else f"({bar.best_rank}–{bar.worst_rank})"
    return joined(
        [
            mark,
            text(30, base, str(bar.rank), anchor="end", bold=True),
            text(35, base, span, size=11, ink="c-text-2"),
        ]
    )


def _figures(bar: CandidateBar, x: float, base: float, ink: str) -> list[SafeString]:
    official, upper = score_text(bar.lower), score_text(bar.upper)
    figures = [text(x + 30, base, official, anchor="end", ink=ink, bold=True)]
    if upper not in (official, MISSING):
        figures.append(
            text(x + 36, base, gettext("up to %(upper)s") % {"upper": upper}, size=12, ink="c-text-2")
        )
    return figures
