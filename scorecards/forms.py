"""Forms of the scorecard: the day to look back to, and the weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import FigureInput
from records.reasons import reason_field
from scorecards.anchor_words import version_text
from scorecards.models import ScorecardTemplate
from scorecards.partners import Offered
from scorecards.plans import BUDGET, Plan, PlannedCriterion
from scorecards.wording import criterion_title, template_title


class AsOfForm(forms.Form):
    """The day whose knowledge counts; empty for today."""

    as_of = forms.DateField(
        label=_("As of"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_as_of(self) -> Any:
        day = self.cleaned_data["as_of"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day lies in the future: nothing is known as of it."))
        return day


def day_of(params: QueryDict) -> date | None:
    """The day in an address; today (None) where there is none or it makes no sense."""
    form = AsOfForm({"as_of": params.get("as_of", "")})
    return form.cleaned_data["as_of"] if form.is_valid() else None


def day_refused(params: QueryDict) -> str:
    """What is wrong with the day in an address; empty where nothing is."""
    form = AsOfForm({"as_of": params.get("as_of", "")})
    return "" if form.is_valid() else str(form.errors["as_of"][0])


class PairForm(forms.Form):
    """Two candidates to be compared, by site."""

    a = forms.TypedChoiceField(label=_("Candidate"), coerce=int)
    b = forms.TypedChoiceField(label=_("Against"), coerce=int)

    def __init__(self, *args: Any, candidates: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("a", "b"):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = candidates
            field.widget.attrs["class"] = "form-select"

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if "a" in found and found.get("a") == found.get("b"):
            self.add_error("b", _("Choose two different candidates."))
        return found


class ChangesForm(forms.Form):
    """The two evaluations to compare: a frozen one or a past day, and today's ranking or a frozen one."""

    A_DAY, TODAY = "day", "today"

    before = forms.ChoiceField(label=_("Before"), widget=forms.Select(attrs={"class": "form-select"}))
    day = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )
    after = forms.ChoiceField(label=_("After"), widget=forms.Select(attrs={"class": "form-select"}))

    def __init__(self, *args: Any, runs: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ends = {
            "before": [(self.A_DAY, _("What was known on a day")), *runs],
            "after": [(self.TODAY, _("Today's ranking")), *runs],
        }
        for name, choices in ends.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("before") == self.A_DAY and "day" not in self.errors:
            day = found.get("day")
            if day is None:
                self.add_error("day", _("Enter the day whose knowledge counts."))
            elif day > timezone.localdate():
                self.add_error("day", _("This day lies in the future: nothing is known as of it."))
        elif found.get("before") and found.get("before") == found.get("after"):
            self.add_error("after", _("Choose two different evaluations."))
        return found


class OverrideForm(forms.Form):
    """A person's value on one criterion: exact, or from one value to another, and why."""

    low = forms.DecimalField(
        label=_("Value, or its lower end"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        localize=True,
        widget=FigureInput({"class": "form-control num input-narrow"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Enter a number from 0 to 100.")
        ),
        help_text=_("From 0 to 100, on the anchors of the criterion. The lower end is what counts."),
    )
    high = forms.DecimalField(
        label=_("Upper end"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        localize=True,
        widget=FigureInput({"class": "form-control num input-narrow"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Enter a number from 0 to 100.")
        ),
        help_text=_("Only where it is not known exactly."),
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        help_text=_("What you know that the evidence does not show. It stands on every report."),
    )

    def clean(self) -> dict[str, Any]:
        """An exact value has equal ends."""
        entered: dict[str, Any] = super().clean() or {}
        low, high = entered.get("low"), entered.get("high")
        if "high" not in self.errors and high is None:
            entered["high"] = low
        elif low is not None and high is not None and high < low:
            self.add_error("high", _("The upper value is not below the lower one."))
        return entered


class WithdrawForm(forms.Form):
    """Why the derived value counts again."""

    reason = forms.CharField(
        label=_("Why the derived value counts again"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True)
class WeightField:
    """One weight in the form, with its bound field and the template's default."""

    title: str
    criterion: PlannedCriterion
    field: forms.BoundField


@dataclass(frozen=True, slots=True)
class WeightGroup:
    """Siblings that share a budget of 100."""

    key: str
    title: str
    fields: tuple[WeightField, ...]


class WeightsForm(forms.Form):
    """One number per group and leaf, out of 100 among siblings; a reason; the version that was read."""

    reason = forms.CharField(
        label=_("Reason for the change"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, plan: Plan, read_only: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        for row in plan.weighted:
            self.fields[f"w-{row.key}"] = forms.DecimalField(
                label=criterion_title(row.key, row.title),
                min_value=Decimal(0),
                max_value=BUDGET,
                max_digits=7,
                decimal_places=4,
                initial=Decimal(f"{row.weight.normalize():f}"),
                disabled=read_only,
                localize=True,
                widget=FigureInput({"class": "form-control num weight-input"}),
                error_messages=dict.fromkeys(
                    ("invalid", "min_value", "max_value"), _("Enter a number from 0 to 100.")
                ),
            )

    def groups(self) -> Iterator[WeightGroup]:
        """The fields by budget: the groups among themselves first, then each group's criteria."""
        for parent, children in self.plan.siblings():
            yield WeightGroup(
                key=parent.key if parent else "groups",
                title=criterion_title(parent.key, parent.title) if parent else "",
                fields=tuple(
                    WeightField(criterion_title(row.key, row.title), row, self[f"w-{row.key}"])
                    for row in children
                ),
            )

    def mark_errors(self) -> None:
        """Show at each field that something is wrong with it; Django itself names the message by its id."""
        for name in self.errors:
            if name in self.fields:
                attrs = self.fields[name].widget.attrs
                attrs["class"] = f"{attrs.get('class', '')} is-invalid"

    @property
    def weights(self) -> Mapping[str, Decimal]:
        """What was entered, by criterion; fields that are no number are left out."""
        given = {row.key: self.cleaned_data.get(f"w-{row.key}") for row in self.plan.weighted}
        return {key: value for key, value in given.items() if value is not None}


class TemplateChoiceForm(forms.Form):
    """Another template for a scorecard, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    template = forms.ChoiceField(label=_("Template"), widget=forms.RadioSelect)
    reason = reason_field()

    def __init__(self, *args: Any, templates: Sequence[ScorecardTemplate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["template"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (row.key, f"{template_title(row.key, row.title)} · {version_text(row.version)}")
            for row in templates
        ]


class PartnerForm(forms.Form):
    """The work package in which a logistics partner is chosen, and its first candidates."""

    name = forms.CharField(label=_("Name of the work package"), max_length=200)
    sites = forms.MultipleChoiceField(
        label=_("Candidates"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, offered: Sequence[Offered], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sites"]
        assert isinstance(field, forms.MultipleChoiceField)
        if not offered:
            del self.fields["sites"]
            return
        field.choices = [(str(each.site.pk), each.site.name) for each in offered]
        field.initial = [str(each.site.pk) for each in offered if each.in_plan]
        field.help_text = _(
            "Those of the distribution plan are chosen already. Others can be added later, as everywhere."
        )
