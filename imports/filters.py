"""Filters of the imports room."""

import django_filters as filters
from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.sources import SOURCES
from imports.models import ImportRun


class ImportFilter(filters.FilterSet):  # type: ignore[misc]
    q = filters.CharFilter(method="filter_text", label=_("File name"))
    source = filters.ChoiceFilter(
        choices=list(SOURCES.items()), label=_("Source"), empty_label=_("Any source")
    )
    state = filters.ChoiceFilter(choices=ImportRun.State, label=_("State"), empty_label=_("Any state"))

    class Meta:
        model = ImportRun
        fields = ("q", "source", "state")

    def filter_text(
        self, queryset: models.QuerySet[ImportRun], name: str, text: str
    ) -> models.QuerySet[ImportRun]:
        return queryset.filter(file__name__icontains=text)
