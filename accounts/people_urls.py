"""Addresses of the people screens."""

from django.urls import path

from accounts.views.people import (
    PersonListView,
    person_create,
    person_factors_remove,
    person_sessions_end,
    person_update,
)
from accounts.views.policy import sign_in_policy
from accounts.views.tokens import TokenListView

app_name = "people"
urlpatterns = [
    path("", PersonListView.as_view(), name="person-list"),
    path("sign-in/", sign_in_policy, name="sign-in-policy"),
    path("tokens/", TokenListView.as_view(), name="token-list"),
    path("add/", person_create, name="person-create"),
    path("<int:pk>/", person_update, name="person-update"),
    path("<int:pk>/sign-out/", person_sessions_end, name="person-sessions-end"),
    path("<int:pk>/factors/remove/", person_factors_remove, name="person-factors-remove"),
]
