"""Reason for change: whether a record asks for one, and the form that asks."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from records.declarations import GmpRelevant, relevance_of

LONGEST = 500


def needs_reason(record: Model) -> bool:
    """Whether changing or deleting this record asks for a reason now. One query at most.

    What is in the database counts, not what the instance says.
    """
    return beyond_draft(record).exists()


def beyond_draft(record: Model) -> QuerySet[Model]:
    """The record itself where changing it asks for a reason, none where not; to be counted with others."""
    rows = type(record)._default_manager.filter(pk=record.pk)
    declared = relevance_of(record._meta.label)
    if declared is None or record.pk is None:
        return rows.none()
    draft = _draft(declared)
    return rows if draft is None else rows.exclude(draft)


def _draft(declared: GmpRelevant, prefix: str = "") -> Q | None:
    """The condition of a draft, followed up to the parent that has one."""
    if not declared.parent:
        return None if declared.draft is None else _prefixed(declared.draft, prefix)
    parent = declared.model._meta.get_field(declared.parent).related_model
    assert isinstance(parent, type)
    above = relevance_of(parent._meta.label)
    return None if above is None else _draft(above, f"{prefix}{declared.parent}__")


def _prefixed(condition: Q, prefix: str) -> Q:
    if not prefix:
        return condition
    moved = Q(_connector=condition.connector, _negated=condition.negated)
    for part in condition.children:
        if isinstance(part, Q):
            moved.children.append(_prefixed(part, prefix))
        elif isinstance(part, tuple):
            moved.children.append((f"{prefix}{part[0]}", part[1]))
        else:
            raise TypeError("The condition of a draft compares the model's own columns.")
    return moved


def reason_field() -> forms.CharField:
    """The field that asks for the reason."""
    return forms.CharField(
        label=_("Reason for the change"),
        help_text=_("It is kept in the history of the record."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Say why: this record has left draft, and the reason is kept with it.")
        },
    )


class ReasonForm(forms.Form):
    """Mixin, placed before the form's own base: asks for the reason where the record needs one.

    The record is `instance` of a model form, or the keyword `record`. `reason` gives what was entered, empty
    for a draft. The field stands last; a crispy layout names it "reason" and skips it when it is not there.
    """

    def __init__(self, *args: Any, record: Model | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = record if record is not None else getattr(self, "instance", None)
        if found is not None and needs_reason(found):
            self.fields["reason"] = reason_field()

    @property
    def reason(self) -> str:
        """The reason that was entered."""
        return str(self.cleaned_data.get("reason", "")).strip()

    def clean_reason(self) -> str:
        """Blanks are no reason."""
        entered = str(self.cleaned_data.get("reason", "")).strip()
        if not entered:
            raise ValidationError(self.fields["reason"].error_messages["required"], code="required")
        return entered
