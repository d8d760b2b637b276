"""Filters over audits."""

import django_filters as filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audits.models import Audit
from audits.querysets import AuditQuerySet
from audits.waiting import with_late_answers


class AuditFilter(filters.FilterSet):  # type: ignore[misc]
    q = filters.CharFilter(method="filter_text", label=_("Search"))
    state = filters.ChoiceFilter(choices=Audit.State, label=_("State"), empty_label=_("Any"))
    type = filters.ChoiceFilter(choices=Audit.Type, label=_("Type"), empty_label=_("Any"))
    rating = filters.ChoiceFilter(choices=Audit.Rating, label=_("Rating"), empty_label=_("Any"))
    answers = filters.ChoiceFilter(
        choices=[("late", pgettext_lazy("answers", "late"))],
        method="filter_answers",
        label=_("Answers of the site"),
        empty_label=_("Any"),
    )

    class Meta:
        model = Audit
        fields = ()

    def filter_text(self, queryset: AuditQuerySet, name: str, text: str) -> AuditQuerySet:
        return queryset.filter(
            Q(number__icontains=text) | Q(site__name__icontains=text) | Q(purpose__icontains=text)
        )

    def filter_answers(self, queryset: AuditQuerySet, name: str, value: str) -> AuditQuerySet:
        return queryset.filter(with_late_answers(timezone.localdate()))
