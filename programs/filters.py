"""Filters over programs."""

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.vocabulary import Modality, Stage
from programs.models import Program
from programs.querysets import ProgramQuerySet


class ProgramFilter(filters.FilterSet):  # type: ignore[misc]
    q = filters.CharFilter(method="filter_text", label=_("Search"))
    modality = filters.ChoiceFilter(choices=Modality, label=_("Modality"), empty_label=_("Any"))
    stage = filters.ChoiceFilter(choices=Stage, label=_("Stage"), empty_label=_("Any"))

    class Meta:
        model = Program
        fields = ()

    def filter_text(self, queryset: ProgramQuerySet, name: str, text: str) -> ProgramQuerySet:
        return queryset.filter(Q(code__icontains=text) | Q(name__icontains=text) | Q(product__icontains=text))
