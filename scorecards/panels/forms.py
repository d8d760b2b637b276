"""Forms of a panel: what it asks of whom, one score, one agreed value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.forms import FigureInput
from scorecards.models.panel import HIGHEST
from scorecards.panels.scorable import Scorable
from scorecards.panels.scoring import MOST_LETTERS
from scorecards.panels.services import PanelPlan

TEXT = {"rows": 3, "class": "form-control"}
BOX = {"class": "form-check-input"}


@dataclass(frozen=True, slots=True)
class AssessorRow:
    """A criterion in the matrix with a box for each member."""

    criterion: Scorable
    boxes: forms.BoundField

    @property
    def title(self) -> str:
        return self.criterion.title


class PanelForm(forms.Form):
    """A panel as a whole: a criterion that nobody is ticked for is no part of it."""

    title = forms.CharField(
        label=_("Title"), max_length=120, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    due_on = forms.DateField(
        label=_("Scores due on"),
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        help_text=_("Assessors are reminded a week, three days and one day before."),
    )
    guidance = forms.CharField(
        label=_("Note to the assessors"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs=TEXT),
        help_text=_("What to look at, which documents count. It stands above every criterion."),
    )
    sites = forms.TypedMultipleChoiceField(
        label=_("Candidates"), coerce=int, widget=forms.CheckboxSelectMultiple(BOX), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        criteria: Sequence[Scorable],
        members: Sequence[User],
        candidates: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria, self.members = criteria, members
        self.fields["sites"].choices = candidates  # type: ignore[attr-defined]
        people = [(member.pk, member.full_name) for member in members]
        for row in criteria:
            self.fields[f"a-{row.key}"] = forms.TypedMultipleChoiceField(
                label=row.title,
                choices=people,
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple(BOX),
            )

    def rows(self) -> Iterator[AssessorRow]:
        """The matrix: criteria by members."""
        for row in self.criteria:
            yield AssessorRow(row, self[f"a-{row.key}"])

    def clean_due_on(self) -> date:
        """A day to come: what opens today must not be late already."""
        day: date = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("The day has passed. Give the assessors time."))
        return day

    @property
    def plan(self) -> PanelPlan:
        """What was entered."""
        entered = self.cleaned_data
        return PanelPlan(
            title=entered["title"],
            due_on=entered["due_on"],
            guidance=entered["guidance"],
            sites=entered["sites"],
            assessors={row.key: entered[f"a-{row.key}"] for row in self.criteria},
        )


class ScoreForm(forms.Form):
    """One score: a level, or "cannot judge"; half an answer is saved as well."""

    level = forms.TypedChoiceField(
        label=_("Level"),
        choices=[(str(level), str(level)) for level in range(HIGHEST + 1)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    cannot_judge = forms.BooleanField(label=_("Cannot judge"), required=False)
    comment = forms.CharField(label=_("Comment"), required=False, max_length=MOST_LETTERS)
    version = forms.IntegerField(min_value=0, required=False)

    def clean(self) -> dict[str, Any]:
        """Who ticks "cannot judge" takes the level back."""
        entered: dict[str, Any] = super().clean() or {}
        if entered.get("cannot_judge"):
            entered["level"] = None
        return entered


class LevelField(forms.DecimalField):
    """A level from 0 to 5, in tenths."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=Decimal(0),
            max_value=Decimal(HIGHEST),
            max_digits=2,
            decimal_places=1,
            localize=True,
            widget=FigureInput({"class": "form-control num input-narrow"}),
            error_messages=dict.fromkeys(
                ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places"),
                _("Enter a level from 0 to 5, with one decimal at most."),
            ),
            **kwargs,
        )

    def run_validators(self, value: Any) -> None:
        """All its limits are said in one sentence, so once is enough."""
        try:
            super().run_validators(value)
        except forms.ValidationError as error:
            raise forms.ValidationError(error.messages[0]) from error


class AgreedForm(forms.Form):
    """What the panel agreed on: a level, or from one level to another, and why."""

    low = LevelField(label=_("Agreed level, or its lower end"))
    high = LevelField(
        label=_("Upper end"),
        required=False,
        help_text=_("Only where the panel leaves it open. Clear it where you agreed on one level."),
    )
    replaces = forms.BooleanField(
        label=_("Count it in place of the evidence"),
        required=False,
        help_text=_(
            "On the whole scale, level 0 as 0 points and level 5 as 100, whatever the evidence says. Say in "
            "the reason what is wrong with the evidence."
        ),
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs=TEXT),
        help_text=_("What the discussion showed. It stands on the scorecard, beside the raw scores."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, within: bool, **kwargs: Any) -> None:
        """``within``: the criterion counts within what its evidence leaves open, which it can replace."""
        super().__init__(*args, **kwargs)
        if not within:
            del self.fields["replaces"]

    def clean(self) -> dict[str, Any]:
        """An exact value has equal ends."""
        entered: dict[str, Any] = super().clean() or {}
        low, high = entered.get("low"), entered.get("high")
        if "high" not in self.errors and high is None:
            entered["high"] = low
        elif low is not None and high is not None and high < low:
            self.add_error("high", _("The upper end must not be below the lower one."))
        return entered


class ReasonedForm(forms.Form):
    """A step of a panel, from the version that was read, with a reason where one is asked for."""

    version = forms.IntegerField()
    reason = forms.CharField(required=False, max_length=500)
    accept_few = forms.BooleanField(required=False)
