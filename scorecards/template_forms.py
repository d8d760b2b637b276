"""The form of a new version of a template: one field for each weight and each anchor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import FigureInput
from scorecards.anchor_words import anchor_label, anchor_read, anchor_text
from scorecards.derivation.rules import RULES
from scorecards.models import Criterion
from scorecards.wording import criterion_title

FIGURE = "form-control"
# Pairs of value and points are read as a whole line.
PAIRS = "form-control is-pairs"


FIGURE = "form-control"
# Pairs of value and points are read as a whole line.
PAIRS = "form-control is-pairs"


@dataclass(frozen=True, slots=True)
class CriterionFields:
    """A criterion or group with its fields."""

    key: str
    title: str
    rule: str
    is_group: bool
    weight: forms.BoundField
    anchors: tuple[forms.BoundField, ...]


class TemplateForm(forms.Form):
    """Weights and anchors of every criterion, and why they change."""

    reason = forms.CharField(
        label=_("Reason for the new version"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = [row for row in criteria if not row.is_must_have]
        for row in self.criteria:
            self.fields[f"w-{row.key}"] = forms.DecimalField(
                label=_("Weight"),
                min_value=Decimal(0),
                max_value=Decimal(100),
                max_digits=7,
                decimal_places=4,
                initial=Decimal(f"{row.weight.normalize():f}"),
                localize=True,
                widget=FigureInput({"class": "form-control num input-narrow"}),
                error_messages=dict.fromkeys(
                    ("invalid", "min_value", "max_value"), _("Enter a number from 0 to 100.")
                ),
            )
            for name, usual in self._anchors(row).items():
                held = row.anchors.get(name, usual)
                self.fields[f"a-{row.key}-{name}"] = forms.CharField(
                    label=anchor_label(name),
                    initial=anchor_text(held),
                    widget=forms.TextInput({"class": FIGURE if isinstance(usual, int | float) else PAIRS}),
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
            )

    def place(self, key: str) -> str | None:
        """The field beside which a problem of a criterion or group is said."""
        return f"w-{key}" if f"w-{key}" in self.fields else None
