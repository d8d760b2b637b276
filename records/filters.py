"""Filters over the audit trail."""

import re
from datetime import date, datetime, time, timedelta

import django_filters as filters
from django import forms
from django.db import models
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from records.display import kind_of
from records.models import Entry
from records.tracking import tracked_models

# Read once the models are there: this module is loaded with the addresses.
KINDS = [
    (label, lazy(capfirst, str)(lazy(kind_of, str)(label)))
    for label in (model._meta.label for model in tracked_models())
]
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


# Signs with a meaning of their own in LIKE.
LIKE_SIGNS = re.compile(r"[\\%_]")


class HasValueLike(models.Func):
    """Whether a value of a JSON object, not one of its names, is like a pattern."""

    template = "EXISTS (SELECT FROM jsonb_each_text(%(expressions)s))"
    arg_joiner = ") AS each WHERE each.value ILIKE ("
    output_field = models.BooleanField()


class EntryFilter(filters.FilterSet):  # type: ignore[misc]
    person = filters.ModelChoiceFilter(
        field_name="actor_id",
        queryset=User.objects.order_by("full_name"),
        method="filter_person",
        label=_("Who"),
        empty_label=_("Anybody"),
    )
    model = filters.ChoiceFilter(choices=KINDS, label=_("Kind of record"), empty_label=_("Any kind"))
    record = filters.CharFilter(label=_("Record number"))
    op = filters.ChoiceFilter(choices=Entry.Operation, label=_("Change"), empty_label=_("Any change"))
    text = filters.CharFilter(method="filter_text", label=_("Text in old or new values"))
    since = filters.DateFilter(method="filter_since", label=_("From"), widget=DATE)
    until = filters.DateFilter(method="filter_until", label=_("To"), widget=DATE)

    class Meta:
        model = Entry
        fields = ("person", "model", "record", "op", "text", "since", "until")

    def filter_person(
        self, queryset: models.QuerySet[Entry], name: str, person: User
    ) -> models.QuerySet[Entry]:
        return queryset.filter(actor_id=person.pk)

    def filter_text(self, queryset: models.QuerySet[Entry], name: str, text: str) -> models.QuerySet[Entry]:
        """Entries with the text in a value before or after, or in the reason. Capitals do not count."""
        pattern = models.Value("%" + LIKE_SIGNS.sub(r"\\\g<0>", text.strip()) + "%")
        return queryset.filter(
            models.Q(HasValueLike("new", pattern))
            | models.Q(HasValueLike("old", pattern))
            | models.Q(reason__icontains=text.strip())
        )

    def filter_since(self, queryset: models.QuerySet[Entry], name: str, day: date) -> models.QuerySet[Entry]:
        return queryset.filter(at__gte=_midnight(day))

    def filter_until(self, queryset: models.QuerySet[Entry], name: str, day: date) -> models.QuerySet[Entry]:
        return queryset.filter(at__lt=_midnight(day + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
