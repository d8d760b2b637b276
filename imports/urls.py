"""Addresses of the imports room."""

from django.urls import path

from imports.views.firms import DecisionListView, FirmListView, firm_decide, firm_review, firm_undo_view
from imports.views.profiles import (
    profile_commit,
    profile_detail,
    profile_import,
    profile_problems,
    profile_template,
    profile_undo,
)
from imports.views.runs import (
    ChangeListView,
    ImportListView,
    MissingListView,
    ProblemListView,
    import_commit_view,
    import_create,
    import_detail,
    import_retry,
)
from imports.views.source import SourceRowView
from imports.views.undoing import import_undo

app_name = "imports"
urlpatterns = [
    path("", ImportListView.as_view(), name="import-list"),
    path("new/", import_create, name="import-create"),
    path("<int:pk>/", import_detail, name="import-detail"),
    path("<int:pk>/problems/", ProblemListView.as_view(), name="import-problems"),
    path("<int:pk>/gone/", MissingListView.as_view(), name="import-missing"),
    path("<int:pk>/changes/", ChangeListView.as_view(), name="import-changes"),
    path("<int:pk>/save/", import_commit_view, name="import-commit"),
    path("<int:pk>/retry/", import_retry, name="import-retry"),
    path("<int:pk>/undo/", import_undo, name="import-undo"),
    path("rows/<slug:kind>/<int:pk>/", SourceRowView.as_view(), name="source-row"),
    path("profiles/<slug:section>/", profile_import, name="profile-import"),
    path("profiles/<slug:section>/template.<slug:kind>", profile_template, name="profile-template"),
    path("profiles/runs/<int:pk>/", profile_detail, name="profile-detail"),
    path("profiles/runs/<int:pk>/problems.<slug:kind>", profile_problems, name="profile-problems"),
    path("profiles/runs/<int:pk>/save/", profile_commit, name="profile-commit"),
    path("profiles/runs/<int:pk>/undo/", profile_undo, name="profile-undo"),
    path("firms/", FirmListView.as_view(), name="firm-list"),
    path("firms/decided/", DecisionListView.as_view(), name="firm-decisions"),
    path("firms/review/", firm_review, name="firm-review"),
    path("firms/decide/", firm_decide, name="firm-decide"),
    path("firms/<int:pk>/undo/", firm_undo_view, name="firm-undo"),
]
