"""Addresses of the templates."""

from django.urls import path

from scorecards.views.templates import template, template_edit, template_list

app_name = "templates"
urlpatterns = [
    path("", template_list, name="template-list"),
    path("<int:pk>/", template, name="template"),
    path("<int:pk>/edit/", template_edit, name="template-edit"),
]
