"""Filters over people and their access tokens."""

import django_filters as filters
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import AccessToken, User
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


class TokenFilter(filters.FilterSet):  # type: ignore[misc]
    q = filters.CharFilter(method="filter_text", label=_("Search"))
    state = filters.ChoiceFilter(
        label=_("State"),
        choices=[
            ("in_force", pgettext_lazy("access token", "in force")),
            ("ended", pgettext_lazy("access token", "expired or revoked")),
        ],
        method="filter_state",
        empty_label=_("Any state"),
    )

    class Meta:
        model = AccessToken
        fields = ("q", "state")

    def filter_text(
        self, queryset: models.QuerySet[AccessToken], name: str, text: str
    ) -> models.QuerySet[AccessToken]:
        return queryset.filter(Q(name__icontains=text) | Q(user__full_name__icontains=text) | Q(ending=text))

    def filter_state(
        self, queryset: models.QuerySet[AccessToken], name: str, word: str
    ) -> models.QuerySet[AccessToken]:
        ended = Q(revoked_at__isnull=False) | Q(expires_at__lte=timezone.now())
        return queryset.exclude(ended) if word == "in_force" else queryset.filter(ended)
