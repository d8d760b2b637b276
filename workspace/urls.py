"""Addresses of the pages that combine rooms."""

from django.urls import path, register_converter

from workspace.converters import RecordKindConverter
from workspace.views.directory import DirectoryView
from workspace.views.home import home
from workspace.views.regulatory import SiteRegulatoryView
from workspace.views.regulatory_records import site_record_add, site_record_edit, site_record_remove
from workspace.views.site_history import site_history
from workspace.views.sites import site_capabilities, site_classify, site_edit, site_overview

register_converter(RecordKindConverter, "record_kind")

app_name = "workspace"
urlpatterns = [
    path("", home, name="home"),
    path("directory/", DirectoryView.as_view(), name="directory"),
    path("sites/<int:pk>/", site_overview, name="site"),
    path("sites/<int:pk>/regulatory/", SiteRegulatoryView.as_view(), name="site-regulatory"),
    path("sites/<int:pk>/regulatory/add/<record_kind:kind>/", site_record_add, name="site-record-add"),
    path(
        "sites/<int:pk>/regulatory/<record_kind:kind>/<int:record_pk>/",
        site_record_edit,
        name="site-record-edit",
    ),
    path(
        "sites/<int:pk>/regulatory/<record_kind:kind>/<int:record_pk>/remove/",
        site_record_remove,
        name="site-record-remove",
    ),
    path("sites/<int:pk>/capabilities/", site_capabilities, name="site-capabilities"),
    path("sites/<int:pk>/history/", site_history, name="site-history"),
    path("sites/<int:pk>/edit/", site_edit, name="site-edit"),
    path("sites/<int:pk>/classify/", site_classify, name="site-classify"),
]
