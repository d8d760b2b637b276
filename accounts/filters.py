"""Filters over people."""

import django_filters as filters
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role


class PeopleFilter(filters.FilterSet):  # type: ignore[misc]
    q = filters.CharFilter(method="filter_text", label=_("Search"))
    role = filters.ChoiceFilter(choices=Role, label=_("Role"), empty_label=_("Any role"))
    is_active = filters.ChoiceFilter(
        label=_("Sign-in"),
        choices=[("yes", _("open")), ("no", _("disabled"))],
        method="filter_active",
        empty_label=_("Open or disabled"),
    )

    class Meta:
        model = User
        fields = ("q", "role", "is_active")

    def filter_text(self, queryset: models.QuerySet[User], name: str, text: str) -> models.QuerySet[User]:
        return queryset.filter(Q(full_name__icontains=text) | Q(email__icontains=text))

    def filter_active(self, queryset: models.QuerySet[User], name: str, word: str) -> models.QuerySet[User]:
        return queryset.filter(is_active=word == "yes")
