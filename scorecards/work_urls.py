"""The address of what waits for a person on panels and decisions, over all their programs."""

from django.urls import path

from scorecards.panels.views.scoring import work

app_name = "scoring"
urlpatterns = [path("", work, name="work")]
