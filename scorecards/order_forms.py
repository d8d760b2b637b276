"""The form in which an order of the groups is stated, beside ratios between two of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.forms import FigureInput
from scorecards.orders import Comparison
from scorecards.plans import Plan, PlannedCriterion
from scorecards.wording import criterion_title

RATIOS = 2
SELECT = {"class": "form-select"}


class OrderForm(forms.Form):
    """A place for each group, 1 for the most important; what has none, or the same place, is left open."""

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = plan.groups
        weights = sorted((row.weight for row in self.groups), reverse=True)
        wrong = _now("Enter a whole number from 1 to %(most)s, or nothing.") % {"most": len(self.groups)}
        for row in self.groups:
            self.fields[f"o-{row.key}"] = forms.IntegerField(
                label=criterion_title(row.key, row.title),
                required=False,
                min_value=1,
                max_value=len(self.groups),
                initial=weights.index(row.weight) + 1,
                widget=FigureInput({"class": "form-control num input-narrow"}),
                error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
            )
        choices = [("", "–"), *((row.key, criterion_title(row.key, row.title)) for row in self.groups)]
        for number in range(1, RATIOS + 1):
            self.fields[f"more-{number}"] = forms.ChoiceField(
                label=_("Group"), required=False, choices=choices, widget=forms.Select(attrs=SELECT)
            )
            self.fields[f"times-{number}"] = forms.DecimalField(
                label=_("weighs at least so many times as much as"),
                required=False,
                min_value=0,
                max_value=100,
                max_digits=6,
                decimal_places=3,
                localize=True,
                widget=FigureInput({"class": "form-control num input-narrow"}),
                error_messages=dict.fromkeys(
                    ("invalid", "min_value", "max_value"), _("Enter a number above 0, up to 100.")
                ),
            )
            self.fields[f"less-{number}"] = forms.ChoiceField(
                label=_("Other group"), required=False, choices=choices, widget=forms.Select(attrs=SELECT)
            )

    def clean(self) -> dict[str, Any]:
        """Each ratio is whole or empty, between two groups; something is said."""
        entered: dict[str, Any] = super().clean() or {}
        for number in range(1, RATIOS + 1):
            more, times, less = (entered.get(f"{name}-{number}") for name in ("more", "times", "less"))
            if f"times-{number}" in self.errors or not any((more, times, less)):
                continue
            if not (more and less):
                self.add_error(f"more-{number}", _now("Name both groups, or leave all three empty."))
            elif more == less:
                self.add_error(f"less-{number}", _now("Name two different groups."))
            elif not times:
                self.add_error(f"times-{number}", _now("Enter a number above 0, up to 100."))
        if not self.errors and not self.comparisons:
            self.add_error(None, _now("Give at least two groups a place, or one ratio."))
        return entered

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """What was said: each place weighs at least as much as the next, and the ratios."""
        return (*self._of_places(), *self._of_ratios())

    def _of_places(self) -> Iterator[Comparison]:
        levels: dict[int, list[str]] = {}
        for row in self.groups:
            if place := self.cleaned_data.get(f"o-{row.key}"):
                levels.setdefault(place, []).append(row.key)
        ranked = [levels[place] for place in sorted(levels)]
        for above, below in pairwise(ranked):
            for more in above:
                for less in below:
                    yield Comparison(more, 1.0, less)

    def _of_ratios(self) -> Iterator[Comparison]:
        for number in range(1, RATIOS + 1):
            more, times, less = (
                self.cleaned_data.get(f"{name}-{number}") for name in ("more", "times", "less")
            )
            if more and times and less:
                yield Comparison(more, float(times), less)

    def place_rows(self) -> Sequence[tuple[PlannedCriterion, forms.BoundField]]:
        """The groups with their fields."""
        return [(row, self[f"o-{row.key}"]) for row in self.groups]

    def ratio_rows(self) -> Sequence[tuple[forms.BoundField, ...]]:
        """The fields of each ratio."""
        return [
            tuple(self[f"{name}-{number}"] for name in ("more", "times", "less"))
            for number in range(1, RATIOS + 1)
        ]
