"""Addresses of the pages that combine rooms."""

from django.urls import path, register_converter

from workspace.converters import RecordKindConverter
from workspace.views.agreements import (
    agreement_add_view,
    agreement_edit,
    agreement_view,
    duty_add,
    duty_edit,
    duty_remove_view,
)
from workspace.views.compare import compare, compare_pick
from workspace.views.directory import DirectoryView
from workspace.views.entering import organization_add, organization_edit, site_add
from workspace.views.health import system_health, system_verify, system_workers
from workspace.views.home import home
from workspace.views.news import NewsView, WatchedSitesView, news_mail, unwatch, watch
from workspace.views.profile.erasing import contact_erase_view
from workspace.views.profile.lists import SectionView, section_file, site_capabilities, site_documents
from workspace.views.profile.many import records_bulk, undo_view
from workspace.views.profile.records import record_add_view, record_detail, record_edit, record_remove
from workspace.views.qualification import decision_add, decision_edit, decision_view, site_qualification
from workspace.views.regulatory import SiteRegulatoryView
from workspace.views.regulatory_records import site_record_add, site_record_edit, site_record_remove
from workspace.views.saved_views import saved_view_add, saved_view_delete, saved_view_restore
from workspace.views.search import search_all
from workspace.views.site_history import site_history
from workspace.views.sites import site_classify, site_edit, site_overview

register_converter(RecordKindConverter, "record_kind")

app_name = "workspace"
urlpatterns = [
    path("", home, name="home"),
    path("news/", NewsView.as_view(), name="news"),
    path("news/sites/", WatchedSitesView.as_view(), name="watched"),
    path("account/news/", news_mail, name="news-mail"),
    path("search/", search_all, name="search"),
    path("directory/", DirectoryView.as_view(), name="directory"),
    path("directory/compare/", compare, name="compare"),
    path("directory/compare/pick/", compare_pick, name="compare-pick"),
    path("directory/views/", saved_view_add, name="saved-view-add"),
    path("directory/views/restore/", saved_view_restore, name="saved-view-restore"),
    path("directory/views/<int:pk>/delete/", saved_view_delete, name="saved-view-delete"),
    path("organizations/new/", organization_add, name="organization-add"),
    path("organizations/<int:pk>/edit/", organization_edit, name="organization-edit"),
    path("sites/new/", site_add, name="site-add"),
    path("sites/<int:pk>/", site_overview, name="site"),
    path("sites/<int:pk>/watch/", watch, name="site-watch"),
    path("sites/<int:pk>/unwatch/", unwatch, name="site-unwatch"),
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
    path("sites/<int:pk>/documents/", site_documents, name="site-documents"),
    path("sites/<int:pk>/profile/<slug:section>/", SectionView.as_view(), name="section"),
    path("sites/<int:pk>/profile/<slug:section>/file.<slug:kind>", section_file, name="section-file"),
    path("sites/<int:pk>/profile/<slug:section>/add/", record_add_view, name="record-add"),
    path("sites/<int:pk>/profile/<slug:section>/many/", records_bulk, name="records-bulk"),
    path("sites/<int:pk>/profile/<slug:section>/<int:record>/", record_detail, name="record"),
    path("sites/<int:pk>/profile/contacts/<int:record>/erase/", contact_erase_view, name="contact-erase"),
    path("sites/<int:pk>/profile/<slug:section>/<int:record>/edit/", record_edit, name="record-edit"),
    path("sites/<int:pk>/profile/<slug:section>/<int:record>/remove/", record_remove, name="record-remove"),
    path("system/", system_health, name="system-health"),
    path("system/workers/", system_workers, name="system-workers"),
    path("system/verify/", system_verify, name="system-verify"),
    path("changes/undo/", undo_view, name="undo"),
    path("sites/<int:pk>/qualification/", site_qualification, name="site-qualification"),
    path("sites/<int:pk>/qualification/decide/", decision_add, name="decision-add"),
    path("sites/<int:pk>/qualification/agreement/", agreement_add_view, name="agreement-add"),
    path("decisions/<int:pk>/", decision_view, name="decision"),
    path("decisions/<int:pk>/edit/", decision_edit, name="decision-edit"),
    path("agreements/<int:pk>/", agreement_view, name="agreement"),
    path("agreements/<int:pk>/edit/", agreement_edit, name="agreement-edit"),
    path("agreements/<int:pk>/duties/", duty_add, name="duty-add"),
    path("duties/<int:pk>/", duty_edit, name="duty-edit"),
    path("duties/<int:pk>/remove/", duty_remove_view, name="duty-remove"),
    path("sites/<int:pk>/classify/", site_classify, name="site-classify"),
]
