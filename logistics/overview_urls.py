"""Addresses over all distribution plans."""

from django.urls import path

from logistics.views.late import LateView, OwnView

app_name = "distribution"
urlpatterns = [
    path("late/", LateView.as_view(), name="late"),
    path("mine/", OwnView.as_view(), name="mine"),
]
