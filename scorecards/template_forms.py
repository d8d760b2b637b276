"""The form of a new version of a template: one field for each weight and each anchor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import FigureInput
from scorecards.anchor_words import anchor_label, anchor_read, anchor_text
from scorecards.derivation.rules import RULES
from scorecards.models import Criterion
from scorecards.template_services import Floor
from scorecards.wording import criterion_title

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FIGURE = "form-control"
# Pairs of value and points are read as a whole line.
PAIRS = "form-control is-pairs"
FROM_0_TO_100 = _("Enter a number from 0 to 100.")


@dataclass(frozen=True, slots=True)
class CriterionFields:
    """A criterion or group with its fields."""

    key: str
    title: str
    rule: str
    is_group: bool
    weight: forms.BoundField
    anchors: tuple[forms.BoundField, ...]
    floor: forms.BoundField | None
    by_exception: forms.BoundField | None


def _points(
    label: str | _StrPromise,
    given: Decimal | None,
    *,
    wrong: str | _StrPromise,
    required: bool = True,
    decimals: int = 2,
) -> forms.DecimalField:
    """A field for 0 to 100 points with so many decimals, showing `given` without zeros at its end."""
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=3 + decimals,
        decimal_places=decimals,
        initial=None if given is None else Decimal(f"{given.normalize():f}"),
        localize=True,
        widget=FigureInput({"class": "form-control num input-narrow"}),
        error_messages={"invalid": wrong, "min_value": wrong, "max_value": wrong},
    )


class TemplateForm(forms.Form):
    """Weights and anchors of every criterion, and why they change."""

    reason = forms.CharField(
        label=_("Reason for the new version"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )

    def __init__(
        self, *args: Any, criteria: Sequence[Criterion], claimed_margin: Decimal = Decimal(0), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["claimed_margin"] = _points(
            _("Margin on claimed values, in points"), claimed_margin, wrong=FROM_0_TO_100
        )
        self.criteria = [row for row in criteria if not row.is_must_have]
        for row in self.criteria:
            self.fields[f"w-{row.key}"] = _points(_("Weight"), row.weight, wrong=FROM_0_TO_100, decimals=4)
            self._add_floor(row)
            for name, usual in self._anchors(row).items():
                held = row.anchors.get(name, usual)
                self.fields[f"a-{row.key}-{name}"] = forms.CharField(
                    label=anchor_label(name),
                    initial=anchor_text(held),
                    widget=forms.TextInput({"class": FIGURE if isinstance(usual, int | float) else PAIRS}),
                )

    def _add_floor(self, row: Criterion) -> None:
        """Only a criterion with a value of its own has a floor."""
        if not row.rule:
            return
        self.fields[f"floor-{row.key}"] = _points(
            _("Floor"),
            row.floor,
            wrong=_("Enter a number above 0, up to 100, or nothing."),
            required=False,
        )
        self.fields[f"below-{row.key}"] = forms.ChoiceField(
            label=_("Who stays below it"),
            required=False,
            choices=[("", _("is excluded")), ("exception", _("is ranked only by a signed exception"))],
            initial="exception" if row.floor_by_exception else "",
            widget=forms.Select(attrs={"class": "form-select"}),
        )

    def _anchors(self, row: Criterion) -> dict[str, Any]:
        rule = RULES.get(row.rule)
        return dict(rule.anchors) if rule else {}

    def clean(self) -> dict[str, Any]:
        """Each anchor as a number or a line; what is neither is said beside its field."""
        entered: dict[str, Any] = super().clean() or {}
        for row in self.criteria:
            for name, usual in self._anchors(row).items():
                field = f"a-{row.key}-{name}"
                if field not in entered:
                    continue
                try:
                    entered[field] = anchor_read(entered[field], usual)
                except ValueError as error:
                    self.add_error(field, str(error))
        return entered

    @property
    def weights(self) -> dict[str, Decimal]:
        """Entered weights by criterion."""
        return {row.key: self.cleaned_data[f"w-{row.key}"] for row in self.criteria}

    @property
    def floors(self) -> dict[str, Floor]:
        """Entered floors by criterion; without one, nothing is excepted."""
        entered = self.cleaned_data
        return {
            row.key: Floor(
                points := entered[f"floor-{row.key}"],
                points is not None and entered[f"below-{row.key}"] == "exception",
            )
            for row in self.criteria
            if row.rule
        }

    @property
    def anchors(self) -> dict[str, dict[str, Any]]:
        """Entered anchors by criterion, whole sets."""
        return {
            row.key: {name: self.cleaned_data[f"a-{row.key}-{name}"] for name in self._anchors(row)}
            for row in self.criteria
        }

    def rows(self) -> Iterator[CriterionFields]:
        """The fields in the order of the template."""
        for row in self.criteria:
            yield CriterionFields(
                row.key,
                criterion_title(row.key, row.title),
                row.rule,
                row.parent_id is None,
                self[f"w-{row.key}"],
                tuple(self[f"a-{row.key}-{name}"] for name in self._anchors(row)),
                self[f"floor-{row.key}"] if row.rule else None,
                self[f"below-{row.key}"] if row.rule else None,
            )

    def place(self, key: str) -> str | None:
        """The field beside which a problem of a criterion or group is said."""
        return next((name for name in (key, f"w-{key}") if name in self.fields), None)
