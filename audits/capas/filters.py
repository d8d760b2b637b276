"""Filters over CAPAs. Those that a quality figure links to pick the very records behind it."""

from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.roles import STAFF
from audits.capas.querysets import CapaQuerySet
from audits.capas.selectors import due_within_a_week, late_ones
from audits.figures.facts import Period, capas_as_of
from audits.figures.rates import PICKS, in_days, is_open
from audits.figures.selectors import capa_facts
from audits.models import Capa, Finding
from common.months import months_before
from partners.models import Site

SHOWN = (
    ("open", _("Open")),
    ("late", _("Late")),
    ("on_time", _("Implemented on time")),
    ("missed", _("Not on time")),
    ("effective", _("Closed, effective")),
    ("failed", _("Without effect or reopened")),
    ("closed", pgettext_lazy("CAPAs", "Closed")),
)


DUE = (("late", _("Late")), ("week", _("Within a week")))


def sites_with_capas(request: Any) -> Any:
    """Only sites that have a CAPA are choices."""
    return Site.objects.filter(capas__isnull=False).distinct().order_by("name")


def staff(request: Any) -> Any:
    return User.objects.filter(role__in=STAFF, owned_capas__isnull=False).distinct().order_by("full_name")


class CapaFilter(filters.FilterSet):  # type: ignore[misc]
    q = filters.CharFilter(method="filter_text", label=_("Search"))
    show = filters.ChoiceFilter(choices=SHOWN, method="filter_shown", label=_("Which"), empty_label=_("All"))
    due = filters.ChoiceFilter(
        choices=DUE, method="filter_due", label=_("Something due"), empty_label=_("Any time")
    )
    state = filters.ChoiceFilter(choices=Capa.State, label=_("State"), empty_label=_("Any"))
    severity = filters.ChoiceFilter(choices=Finding.Severity, label=_("Severity"), empty_label=_("Any"))
    site = filters.ModelChoiceFilter(queryset=sites_with_capas, label=_("Site"), empty_label=_("Any"))
    owner = filters.ModelChoiceFilter(queryset=staff, label=_("Owner"), empty_label=_("Any"))
    since = filters.DateFilter(method="ignored", label=_("Since"), widget=forms.HiddenInput)
    until = filters.DateFilter(method="ignored", label=_("As of"), widget=forms.HiddenInput)
    age_from = filters.NumberFilter(method="ignored", label=_("Days old, from"), widget=forms.HiddenInput)
    age_to = filters.NumberFilter(method="ignored", label=_("Days old, to"), widget=forms.HiddenInput)

    class Meta:
        model = Capa
        fields = ()

    @property
    def period(self) -> Period:
        """The period that `show` means; a year up to today where the address says none."""
        told = self.form.cleaned_data if self.form.is_valid() else {}
        until: date = told.get("until") or timezone.localdate()
        return Period(told.get("since") or months_before(until, 12), until)

    def ignored(self, queryset: CapaQuerySet, name: str, value: object) -> CapaQuerySet:
        """Part of what `show` means."""
        return queryset

    def filter_text(self, queryset: CapaQuerySet, name: str, text: str) -> CapaQuerySet:
        """Words of the number, the title, the problem or the site."""
        for word in text.split():
            found = Q()
            for column in ("number", "title", "description", "site__name", "owner_name"):
                found |= Q(**{f"{column}__icontains": word})
            queryset = queryset.filter(found)
        return queryset

    def filter_due(self, queryset: CapaQuerySet, name: str, due: str) -> CapaQuerySet:
        """CAPAs with an implementation, a check or an action that is late or due within a week."""
        chosen = late_ones if due == "late" else due_within_a_week
        return chosen(queryset, timezone.localdate())

    def filter_shown(self, queryset: CapaQuerySet, name: str, shown: str) -> CapaQuerySet:
        """The records behind a figure, picked by the same function as the figure. One more query."""
        period, pick = self.period, PICKS[shown]
        facts = [fact for fact in capas_as_of(capa_facts(), period.until) if pick(fact, period)]
        told = self.form.cleaned_data
        first, last = told.get("age_from"), told.get("age_to")
        if shown in ("open", "late") and (first is not None or last is not None):
            facts = [
                fact
                for fact in facts
                if is_open(fact, period)
                and (first is None or in_days(fact, period) >= first)
                and (last is None or in_days(fact, period) <= last)
            ]
        return queryset.filter(pk__in=[fact.pk for fact in facts])
