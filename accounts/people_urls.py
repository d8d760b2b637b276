"""Addresses of the people screens."""

from django.urls import path

from accounts.views.people import PersonListView, person_create, person_sessions_end, person_update

app_name = "people"
urlpatterns = [
    path("", PersonListView.as_view(), name="person-list"),
    path("add/", person_create, name="person-create"),
    path("<int:pk>/", person_update, name="person-update"),
    path("<int:pk>/sign-out/", person_sessions_end, name="person-sessions-end"),
]
