"""Anchors of rules in words, and as text that people read and type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.numbers import number_text
from scorecards.derivation.anchors import AnchorValue

WORDS: Mapping[str, str | Promise] = {
    "level": _("level of the practice"),
    "days_late": _("days late"),
    "time_ratio": _("hours taken ÷ hours planned"),
    "closed_points": _("points for a deviation that was closed"),
    "months_late": _("months late"),
    "batches": _("batches made"),
    "years": _("years of experience"),
    "ratio": _("proven batch ÷ needed batch"),
    "headroom": _("free capacity ÷ need"),
    "reservable": _("reservable ÷ need"),
    "cover": _("cover (1 is all of it)"),
    "factor": _("demand multiplied by"),
    "shifts_worked": _("shifts worked already"),
    "outside_points": _("points for a service through others"),
    "late_gaps": _("share of gaps found in validation"),
    "repeated_points": _("points where it took a repetition"),
    "rejected_points": _("points for a rejected change"),
    "full_points": _("points for full authority"),
    "operational_points": _("points for operational authority"),
    "none_points": _("points for no authority"),
    "months": _("months looked back"),
    "without_minutes_points": _("points for a review without minutes"),
    "grace_days": _("days of grace"),
    "enough": _("qualified suppliers that are enough"),
    "concentration": _("concentration of countries"),
    "recovery_days": _("days to recover"),
    "impact_days": _("days of delayed supply"),
    "told_days": _("days until clients were told"),
    "other_modality_weight": _("weight of work in another modality"),
    "z": _("Altman Z″"),
    "percent": _("percent"),
    "oldest_years": _("oldest accounts that count (years)"),
    "leaving_percent": _("people leaving (%)"),
    "training_hours": _("training (hours per person)"),
    "quality_percent": _("people in quality (%)"),
    "percent_over_target": _("cost from target (0) to limit (100)"),
    "half_life_years": _("half-life (years)"),
    "unseen": _("mass of what nobody has seen"),
    "time_share": _("share: time"),
    "effect_share": _("share: effect"),
    "deviation_share": _("share: deviations"),
    "practice_share": _("share: practice as seen"),
    "batches_share": _("share: batches"),
    "years_share": _("share: years"),
    "stated_share": _("share: limits stated"),
    "now_share": _("share: batch now"),
    "peak_share": _("share: batch at peak"),
    "headroom_share": _("share: free capacity"),
    "reservable_share": _("share: reservable"),
    "path_share": _("share: stated path"),
    "shifts_share": _("share: free shifts"),
    "process_development_share": _("share: process development"),
    "analytical_development_share": _("share: analytical development"),
    "method_validation_share": _("share: method validation"),
    "outcome_share": _("share: outcome"),
    "gaps_share": _("share: gaps"),
    "operations_share": _("share: operations"),
    "concentration_share": _("share: concentration"),
    "watch_share": _("share: watch as seen"),
    "recovery_share": _("share: recovery"),
    "impact_share": _("share: delay"),
    "told_share": _("share: telling"),
    "handling_share": _("share: handling"),
    "leaving_share": _("share: people leaving"),
    "training_share": _("share: training"),
    "quality_share": _("share: quality unit"),
}


def anchor_label(name: str) -> str:
    """What an anchor is called."""
    return str(WORDS.get(name, name))


def anchor_text(value: AnchorValue) -> str:
    """An anchor as it is typed: a number, or "value: points" pairs separated by semicolons."""
    if isinstance(value, Sequence):
        return "; ".join(f"{_plain(at)}: {_plain(points)}" for at, points in value)
    return _plain(value)


def anchor_shown(value: AnchorValue) -> str:
    """An anchor as it is read: a number, or values with the points that they give."""
    if isinstance(value, Sequence):
        return " · ".join(f"{_figure(at)} → {_figure(points)}" for at, points in value)
    return _figure(value)


def anchor_read(text: str, usual: AnchorValue) -> AnchorValue:
    """The anchor that a text says, of the kind of the usual one.

    Raises:
        ValueError: with a sentence for the reader, where the text is no such anchor.
    """
    try:
        if not isinstance(usual, Sequence):
            return float(text.strip().replace(",", "."))
        pairs = [pair for pair in text.replace("\n", ";").split(";") if pair.strip()]
        line = [[float(part.strip().replace(",", ".")) for part in pair.split(":")] for pair in pairs]
        if not line or any(len(pair) != 2 for pair in line):
            raise ValueError
        return line
    except ValueError:
        if isinstance(usual, Sequence):
            raise ValueError(_now("Write pairs of value and points, such as 0: 0; 1: 85; 2: 100.")) from None
        raise ValueError(_now("Write a number.")) from None


def version_text(version: int) -> str:
    """A version as it is printed: the product's own are whole, the organization's have a point."""
    return f"{version // 1000}.{version % 1000}" if version >= 1000 else str(version)


def _figure(value: float) -> str:
    exact = Decimal(f"{value:g}")
    return number_text(exact, max(0, -int(exact.normalize().as_tuple().exponent)))


def _plain(value: float) -> str:
    """A figure as it is typed: no thousands, a hyphen for a minus, the decimal sign of the language."""
    return f"{value:g}".replace(".", str(get_format("DECIMAL_SEPARATOR")))
