"""The form by which assessors leave an open panel and come to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from scorecards.models import PanelSeat
from scorecards.panels.selectors import PanelDetail
from scorecards.panels.staffing import Again, Staffing

BOX = {"class": "form-check-input"}
CHOICE = {"class": "form-select"}


def _called(member: User, gone: PanelSeat | None) -> str:
    """A member by name; of who was an assessor of the panel, that they come back."""
    if gone is None:
        return member.full_name
    told = _now("%(name)s (back; had handed in)") if gone.submitted_at else _now("%(name)s (back)")
    return told % {"name": member.full_name}


class StaffingForm(forms.Form):
    """Who leaves, who comes, what they score, and a later day."""

    leaves = forms.TypedChoiceField(
        label=_("Who leaves"), coerce=int, empty_value=None, required=False, widget=forms.Select(CHOICE)
    )
    left_out = forms.BooleanField(
        label=_("Leave out what they handed in"),
        required=False,
        widget=forms.CheckboxInput(BOX),
        help_text=_(
            "For a conflict of interests, say. It then stays with them and is read by nobody else; what was "
            "not handed in does so anyway."
        ),
    )
    comes = forms.TypedChoiceField(
        label=_("Who comes"), coerce=int, empty_value=None, required=False, widget=forms.Select(CHOICE)
    )
    criteria = forms.MultipleChoiceField(
        label=_("What they score"),
        required=False,
        widget=forms.CheckboxSelectMultiple(BOX),
        help_text=_("Nothing ticked: what they were asked before, and what the one who leaves was asked."),
    )
    again = forms.TypedChoiceField(
        label=_("What they had handed in"),
        coerce=Again,
        empty_value=None,
        required=False,
        choices=[
            (Again.KEPT.value, _("stands as it was handed in")),
            (Again.REOPENED.value, _("is open to them again, to be changed and handed in anew")),
        ],
        widget=forms.RadioSelect(BOX),
        help_text=_("Only for somebody who left after handing in. Scores that were left out count again."),
    )
    due_on = forms.DateField(
        label=_("Scores due on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        help_text=_("Only where it becomes later. Reminders follow it."),
    )
    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=500,
        widget=forms.Textarea({"rows": 2, "class": "form-control"}),
        help_text=_("It is kept in the history of the record."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: object, detail: PanelDetail, members: Sequence[User], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        sitting = [seat for seat in detail.seats if seat.left_at is None]
        # Who has handed in is asked for nothing more.
        done = {seat.assessor_id for seat in sitting if seat.submitted_at is not None}
        self._choose("leaves", _("Nobody"), [(seat.pk, seat.assessor.full_name) for seat in sitting])
        gone = {seat.assessor_id: seat for seat in detail.seats if seat.left_at is not None}
        free = [
            (member.pk, _called(member, gone.get(member.pk))) for member in members if member.pk not in done
        ]
        self._choose("comes", _("Nobody"), free)
        here = {member.pk for member in members}
        if not any(seat.submitted_at for seat in gone.values() if seat.assessor_id in here):
            del self.fields["again"]
        self.fields["criteria"].choices = [(each.key, each.title) for each in detail.criteria]  # type: ignore[attr-defined]

    def _choose(self, name: str, nothing: object, choices: Sequence[tuple[int, str]]) -> None:
        self.fields[name].choices = [("", nothing), *choices]  # type: ignore[attr-defined]

    @property
    def change(self) -> Staffing:
        """What was entered."""
        entered = self.cleaned_data
        due_on: date | None = entered["due_on"]
        return Staffing(
            reason=entered["reason"],
            leaves=entered["leaves"],
            left_out=entered["left_out"],
            comes=entered["comes"],
            criteria=entered["criteria"],
            again=entered.get("again"),
            due_on=due_on,
        )
