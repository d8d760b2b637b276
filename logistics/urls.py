"""Addresses of distribution plans, under those of their program."""

from django.urls import path

from logistics.views.lane import lane
from logistics.views.pages import care_site, dry_run
from logistics.views.plan import PlanView, plan_begin_view, plan_edit, plan_enforce_view
from logistics.views.quick import checks_ask_view, legs_copy_view
from logistics.views.rows import RowListView, row_add_view, row_edit_view, row_remove_view, undo_view

app_name = "logistics"
HERE = "<str:code>/distribution/"
urlpatterns = [
    path(HERE, PlanView.as_view(), name="plan"),
    path(f"{HERE}begin/", plan_begin_view, name="plan-begin"),
    path(f"{HERE}edit/", plan_edit, name="plan-edit"),
    path(f"{HERE}enforce/", plan_enforce_view, name="plan-enforce"),
    path(f"{HERE}undo/", undo_view, name="undo"),
    path(f"{HERE}care-sites/<int:pk>/", care_site, name="care-site"),
    path(f"{HERE}care-sites/<int:pk>/checks/", checks_ask_view, name="checks-ask"),
    path(f"{HERE}lanes/<int:pk>/", lane, name="lane"),
    path(f"{HERE}lanes/<int:pk>/copy/", legs_copy_view, name="legs-copy"),
    path(f"{HERE}dry-runs/<int:pk>/", dry_run, name="dry-run"),
    path(f"{HERE}<slug:kind>/", RowListView.as_view(), name="rows"),
    path(f"{HERE}<slug:kind>/add/", row_add_view, name="row-add"),
    path(f"{HERE}<slug:kind>/<int:pk>/edit/", row_edit_view, name="row-edit"),
    path(f"{HERE}<slug:kind>/<int:pk>/remove/", row_remove_view, name="row-remove"),
]
