"""The form of a decision: an outcome with its reason for each candidate of a frozen evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scorecards.decisions.rules import CHOSEN, Choice, Problem, RunCandidate
from scorecards.engine import Status
from scorecards.engine.exact import SCORE_UNITS
from scorecards.models import DecisionOutcome
from scorecards.wording import STATUS_TONES, status_word

Outcome = DecisionOutcome.Outcome
TEXT = {"rows": 3, "class": "form-control"}
SHORT = {"rows": 2, "class": "form-control"}


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A candidate in the form, with what the evaluation says of it. Scores from 0 to 100."""

    name: str
    rank: int | None
    score: float
    score_upper: float
    status: str
    tone: str
    is_conditional: bool
    outcome: forms.BoundField
    reason: forms.BoundField
    exception: forms.BoundField | None


class DecisionForm(forms.Form):
    """A decision as a whole."""

    rationale = forms.CharField(
        label=_("Why this choice"),
        max_length=8000,
        widget=forms.Textarea(attrs=TEXT),
        help_text=_("What weighed most, in words that somebody who was not there understands in five years."),
    )
    risks = forms.CharField(
        label=_("Risks and how they are met"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs=TEXT),
    )
    decided_on = forms.DateField(
        label=_("Decided on"),
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, candidates: Sequence[RunCandidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = candidates
        for candidate in candidates:
            self._add(candidate)

    def clean_decided_on(self) -> date:
        """Nobody signs today what is decided tomorrow."""
        day: date = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The date lies ahead. Choose today or an earlier day."))
        return day

    def _add(self, candidate: RunCandidate) -> None:
        """The fields of one candidate; who is excluded can only be declined."""
        key, excluded = candidate.site_id, candidate.status is Status.EXCLUDED
        choices = [choice for choice in Outcome.choices if not excluded or choice[0] not in CHOSEN]
        self.fields[f"o-{key}"] = forms.ChoiceField(
            label=_("Outcome"),
            choices=[("", _("Choose")), *choices],
            required=False,
            initial=Outcome.DECLINED if excluded else "",
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        self.fields[f"r-{key}"] = forms.CharField(
            label=_("Reason"), required=False, max_length=4000, widget=forms.Textarea(attrs=SHORT)
        )
        if candidate.status is Status.CONDITIONAL:
            self.fields[f"e-{key}"] = forms.CharField(
                label=_("Exception: why although a must-have is unknown"),
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs=SHORT),
            )

    def rows(self) -> Iterator[ChoiceRow]:
        """The candidates in the order of the evaluation, each with its fields."""
        for candidate in self.candidates:
            key = candidate.site_id
            yield ChoiceRow(
                name=candidate.name,
                rank=candidate.rank,
                score=candidate.score / SCORE_UNITS,
                score_upper=candidate.score_upper / SCORE_UNITS,
                status=status_word(candidate.status),
                tone=STATUS_TONES[candidate.status],
                is_conditional=candidate.status is Status.CONDITIONAL,
                outcome=self[f"o-{key}"],
                reason=self[f"r-{key}"],
                exception=self[f"e-{key}"] if f"e-{key}" in self.fields else None,
            )

    @property
    def choices(self) -> list[Choice]:
        """What was entered for each candidate, as far as it can be read."""
        entered = self.cleaned_data
        return [
            Choice(
                row.site_id,
                *(entered.get(f"{field}-{row.site_id}", "") for field in ("o", "r", "e")),
            )
            for row in self.candidates
        ]

    def show(self, problems: Sequence[Problem]) -> None:
        """Put each problem beside its field."""
        prefixes = {"outcome": "o", "reason": "r", "exception": "e"}
        for problem in problems:
            name = f"{prefixes.get(problem.field, '')}-{problem.site_id}"
            if name not in self.errors:
                self.add_error(name if name in self.fields else None, problem.message)
        for name in self.errors:
            if name in self.fields:
                attrs = self.fields[name].widget.attrs
                attrs["class"] = f"{attrs.get('class', '')} is-invalid"


def initial_of(choices: Sequence[Choice]) -> dict[str, str]:
    """A decision as the form holds it."""
    found: dict[str, str] = {}
    for choice in choices:
        found |= {
            f"o-{choice.site_id}": choice.outcome,
            f"r-{choice.site_id}": choice.reason,
            f"e-{choice.site_id}": choice.exception,
        }
    return found
