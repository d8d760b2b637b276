"""Addresses of CAPAs, below /capas/."""

from django.urls import path

from audits.capas.views.comments import capa_comment
from audits.capas.views.editing import capa_add, capa_edit, capa_reopen, capa_step
from audits.capas.views.pages import CapaListView, capa_board, capa_calendar, capa_detail
from audits.capas.views.planning import (
    capa_action_add,
    capa_action_edit,
    capa_action_remove,
    capa_extension_ask,
    capa_extension_decide,
)

app_name = "capas"
urlpatterns = [
    path("", capa_board, name="board"),
    path("list/", CapaListView.as_view(), name="list"),
    path("calendar/", capa_calendar, name="calendar"),
    path("add/", capa_add, name="add"),
    path("<int:pk>/", capa_detail, name="capa"),
    path("<int:pk>/edit/<slug:part>/", capa_edit, name="edit"),
    path("<int:pk>/move/", capa_step, name="move"),
    path("<int:pk>/comment/", capa_comment, name="comment"),
    path("<int:pk>/reopen/", capa_reopen, name="reopen"),
    path("<int:pk>/actions/add/", capa_action_add, name="action-add"),
    path("<int:pk>/actions/<int:action>/", capa_action_edit, name="action"),
    path("<int:pk>/actions/<int:action>/remove/", capa_action_remove, name="action-remove"),
    path("<int:pk>/extensions/ask/", capa_extension_ask, name="extension-ask"),
    path("<int:pk>/extensions/<int:extension>/", capa_extension_decide, name="extension"),
]
