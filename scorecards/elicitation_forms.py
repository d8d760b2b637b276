"""The questions by which weights are worked out: ranks, swings, comparisons in pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.forms import FigureInput
from common.numbers import number_text
from scorecards.elicitation import STRONGEST, Proposal, Way, by_order, by_pairs, by_swings, pairs_of
from scorecards.plans import PlannedCriterion
from scorecards.wording import criterion_title


class WayForm(forms.Form):
    """Which group is asked about, and how."""

    WAYS = ((Way.ORDER, _("Order")), (Way.SWING, _("Swings")), (Way.PAIRS, _("Pairs")))

    group = forms.ChoiceField(label=_("Group"), widget=forms.Select(attrs={"class": "form-select"}))
    way = forms.ChoiceField(
        label=_("How"), choices=WAYS, widget=forms.Select(attrs={"class": "form-select"}), required=False
    )

    def __init__(self, *args: Any, groups: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["group"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = groups


class Questions(forms.Form):
    """The questions of one way about the siblings of a group; they begin with what the weights say now."""

    def __init__(self, *args: Any, rows: Sequence[PlannedCriterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = tuple(rows)
        for name, field in self.questions():
            self.fields[name] = field

    def questions(self) -> Iterator[tuple[str, forms.Field]]:
        """Name and field of each question."""
        raise NotImplementedError

    def proposal(self) -> Proposal:
        """The weights that follow from the answers."""
        raise NotImplementedError

    def mark_errors(self) -> None:
        """Show at each field that something is wrong with it."""
        for name in self.errors:
            if name in self.fields:
                attrs = self.fields[name].widget.attrs
                attrs["class"] = f"{attrs.get('class', '')} is-invalid"


class OrderQuestions(Questions):
    """The place of each sibling; equal places are allowed."""

    def questions(self) -> Iterator[tuple[str, forms.Field]]:
        places = sorted((row.weight for row in self.rows), reverse=True)
        wrong = _("Enter a whole number from 1 to %(most)s.") % {"most": len(self.rows)}
        for row in self.rows:
            yield (
                f"a-{row.key}",
                forms.IntegerField(
                    label=criterion_title(row.key, row.title),
                    min_value=1,
                    max_value=len(self.rows),
                    initial=places.index(row.weight) + 1,
                    widget=FigureInput({"class": "form-control num"}),
                    error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
                ),
            )

    def proposal(self) -> Proposal:
        return by_order(self.rows, {row.key: self.cleaned_data[f"a-{row.key}"] for row in self.rows})


class SwingQuestions(Questions):
    """What going from worst to best is worth on each sibling, the most worthwhile being 100."""

    def questions(self) -> Iterator[tuple[str, forms.Field]]:
        most = max((row.weight for row in self.rows), default=Decimal(0)) or Decimal(1)
        for row in self.rows:
            yield (
                f"a-{row.key}",
                forms.DecimalField(
                    label=criterion_title(row.key, row.title),
                    min_value=Decimal(0),
                    max_value=Decimal(100),
                    max_digits=5,
                    decimal_places=2,
                    initial=(row.weight / most * 100).quantize(Decimal(1)),
                    localize=True,
                    widget=FigureInput({"class": "form-control num"}),
                    error_messages=dict.fromkeys(
                        ("invalid", "min_value", "max_value"), _("Enter a number from 0 to 100.")
                    ),
                ),
            )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and max(given.values(), default=0) != 100:
            raise forms.ValidationError(_("Give 100 to the criterion whose swing is worth most."))
        return given

    def proposal(self) -> Proposal:
        return by_swings(self.rows, {row.key: float(self.cleaned_data[f"a-{row.key}"]) for row in self.rows})


class PairQuestions(Questions):
    """Every pair of siblings: which matters more, and how many times."""

    def questions(self) -> Iterator[tuple[str, forms.Field]]:
        for at, (first, second) in enumerate(pairs_of(self.rows)):
            names = (criterion_title(first.key, first.title), criterion_title(second.key, second.title))
            yield (
                f"a-{at}",
                forms.TypedChoiceField(
                    label=_now("%(first)s, against %(second)s") % {"first": names[0], "second": names[1]},
                    choices=_scale(*names),
                    coerce=int,
                    initial=_nearest(first.weight, second.weight),
                    widget=forms.Select(attrs={"class": "form-select"}),
                ),
            )

    def proposal(self) -> Proposal:
        answers = (self.cleaned_data[f"a-{at}"] for at in range(len(self.fields)))
        said = {
            (first.key, second.key): float(answer) if answer > 0 else -1.0 / answer
            for (first, second), answer in zip(pairs_of(self.rows), answers, strict=True)
        }
        return by_pairs(self.rows, said)


QUESTIONS: dict[Way, type[Questions]] = {
    Way.ORDER: OrderQuestions,
    Way.SWING: SwingQuestions,
    Way.PAIRS: PairQuestions,
}


def _scale(first: str, second: str) -> list[tuple[int, str]]:
    """From "the first, 9 times" by "equally" to "the second, 9 times"; the second's times are negative."""

    def times(name: str, how_many: int) -> str:
        return _now("%(name)s: %(times)s times as much") % {"name": name, "times": number_text(how_many)}

    return [
        *((n, times(first, n)) for n in range(STRONGEST, 1, -1)),
        (1, _now("equally")),
        *((-n, times(second, n)) for n in range(2, STRONGEST + 1)),
    ]


def _nearest(first: Decimal, second: Decimal) -> int:
    """The answer of the scale that comes nearest to two weights."""
    if not first or not second:
        return STRONGEST if first else -STRONGEST if second else 1
    ratio = first / second
    times = min(STRONGEST, round(max(ratio, 1 / ratio)))
    return 1 if times == 1 else times if ratio > 1 else -times
