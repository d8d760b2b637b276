"""Addresses of the scorecard, below the program's own."""

from django.urls import path, register_converter

from scorecards.converters import Sha256Converter
from scorecards.decisions.views import (
    decision,
    decision_add,
    decision_discard_view,
    decision_edit,
    decision_restore_view,
    decision_revise_view,
    decisions,
)
from scorecards.exceptions.views import exception, exception_add, exception_end, exceptions
from scorecards.panels.views.anchoring import panel_anchors, panel_anchors_write
from scorecards.panels.views.moderating import (
    ConsensusView,
    accept,
    agree,
    panel_cell,
    settle,
    withdraw,
)
from scorecards.panels.views.running import (
    panel,
    panel_add,
    panel_cancel_view,
    panel_close_view,
    panel_edit,
    panel_list,
    panel_open_view,
)
from scorecards.panels.views.scoring import mine, score, score_resume, take_back
from scorecards.panels.views.staffing import panel_staffing
from scorecards.views.changes import changes
from scorecards.views.choosing import logistics_partner, logistics_partner_begin, template_choose
from scorecards.views.elicit import weights_elicit
from scorecards.views.frozen import freeze, frozen, frozen_download, frozen_list, frozen_verify
from scorecards.views.insight import EvidenceGapsView, head_to_head, opinions, robustness, side_by_side
from scorecards.views.longlist import LonglistView, MustHavesView, longlist_add, longlist_undo
from scorecards.views.overrides import criterion, override, override_back, overrides
from scorecards.views.ranking import ScorecardView, candidate
from scorecards.views.weights import (
    template_follow,
    weights,
    weights_changes,
    weights_preview,
    weights_reset,
    weights_save,
    weights_undo,
)

register_converter(Sha256Converter, "sha256")

app_name = "scorecards"
urlpatterns = [
    path("<str:code>/longlist/", LonglistView.as_view(), name="longlist"),
    path("<str:code>/longlist/add/", longlist_add, name="longlist-add"),
    path("<str:code>/longlist/undo/", longlist_undo, name="longlist-undo"),
    path("<str:code>/must-haves/", MustHavesView.as_view(), name="must-haves"),
    path("<str:code>/scorecard/", ScorecardView.as_view(), name="scorecard"),
    path("<str:code>/scorecard/candidates/<int:site_id>/", candidate, name="candidate"),
    path("<str:code>/scorecard/side-by-side/", side_by_side, name="side-by-side"),
    path("<str:code>/scorecard/head-to-head/", head_to_head, name="head-to-head"),
    path("<str:code>/scorecard/robustness/", robustness, name="robustness"),
    path("<str:code>/scorecard/second-opinions/", opinions, name="opinions"),
    path("<str:code>/scorecard/changes/", changes, name="changes"),
    path("<str:code>/scorecard/evidence/", EvidenceGapsView.as_view(), name="gaps"),
    path("<str:code>/scorecard/overrides/", overrides, name="overrides"),
    path("<str:code>/scorecard/overrides/<int:pk>/withdraw/", override_back, name="override-withdraw"),
    path("<str:code>/scorecard/candidates/<int:site_id>/criteria/<slug:key>/", criterion, name="criterion"),
    path(
        "<str:code>/scorecard/candidates/<int:site_id>/criteria/<slug:key>/override/",
        override,
        name="override",
    ),
    path(
        "<str:code>/scorecard/candidates/<int:site_id>/criteria/<slug:key>/exception/",
        exception_add,
        name="exception-add",
    ),
    path("<str:code>/scorecard/exceptions/", exceptions, name="exceptions"),
    path("<str:code>/scorecard/exceptions/<int:pk>/", exception, name="exception"),
    path("<str:code>/scorecard/exceptions/<int:pk>/withdraw/", exception_end, name="exception-withdraw"),
    path("<str:code>/scorecard/weights/", weights, name="weights"),
    path("<str:code>/scorecard/weights/changes/", weights_changes, name="weights-changes"),
    path("<str:code>/scorecard/weights/elicit/", weights_elicit, name="weights-elicit"),
    path("<str:code>/scorecard/weights/preview/", weights_preview, name="weights-preview"),
    path("<str:code>/scorecard/weights/save/", weights_save, name="weights-save"),
    path("<str:code>/scorecard/weights/reset/", weights_reset, name="weights-reset"),
    path("<str:code>/scorecard/weights/undo/", weights_undo, name="weights-undo"),
    path("<str:code>/panels/", panel_list, name="panels"),
    path("<str:code>/panels/add/", panel_add, name="panel-add"),
    path("<str:code>/panels/<int:pk>/", panel, name="panel"),
    path("<str:code>/panels/<int:pk>/edit/", panel_edit, name="panel-edit"),
    path("<str:code>/panels/<int:pk>/open/", panel_open_view, name="panel-open"),
    path("<str:code>/panels/<int:pk>/assessors/", panel_staffing, name="panel-staffing"),
    path("<str:code>/panels/<int:pk>/anchors/<slug:key>/", panel_anchors, name="panel-anchors"),
    path(
        "<str:code>/panels/<int:pk>/anchors/<slug:key>/write/",
        panel_anchors_write,
        name="panel-anchors-write",
    ),
    path("<str:code>/panels/<int:pk>/close/", panel_close_view, name="panel-close"),
    path("<str:code>/panels/<int:pk>/cancel/", panel_cancel_view, name="panel-cancel"),
    path("<str:code>/panels/<int:pk>/score/", score_resume, name="panel-score-resume"),
    path("<str:code>/panels/<int:pk>/score/<slug:key>/<int:site_id>/", score, name="panel-score"),
    path("<str:code>/panels/<int:pk>/mine/", mine, name="panel-mine"),
    path("<str:code>/panels/<int:pk>/take-back/", take_back, name="panel-take-back"),
    path("<str:code>/panels/<int:pk>/consensus/", ConsensusView.as_view(), name="panel-consensus"),
    path("<str:code>/panels/<int:pk>/consensus/accept/", accept, name="panel-accept"),
    path("<str:code>/panels/<int:pk>/consensus/<slug:key>/<int:site_id>/", panel_cell, name="panel-cell"),
    path("<str:code>/panels/<int:pk>/consensus/<slug:key>/<int:site_id>/agree/", agree, name="panel-agree"),
    path("<str:code>/panels/<int:pk>/settle/", settle, name="panel-settle"),
    path("<str:code>/panels/<int:pk>/withdraw/", withdraw, name="panel-withdraw"),
    path("<str:code>/decision/", decisions, name="decisions"),
    path("<str:code>/decision/add/", decision_add, name="decision-add"),
    path("<str:code>/decision/<int:pk>/", decision, name="decision"),
    path("<str:code>/decision/<int:pk>/edit/", decision_edit, name="decision-edit"),
    path("<str:code>/decision/restore/", decision_restore_view, name="decision-restore"),
    path("<str:code>/decision/<int:pk>/discard/", decision_discard_view, name="decision-discard"),
    path("<str:code>/decision/<int:pk>/revise/", decision_revise_view, name="decision-revise"),
    path("<str:code>/scorecard/template/", template_choose, name="template-choose"),
    path("<str:code>/logistics-partner/", logistics_partner, name="logistics-partner"),
    path("<str:code>/logistics-partner/begin/", logistics_partner_begin, name="logistics-partner-begin"),
    path("<str:code>/scorecard/template/follow/", template_follow, name="template-follow"),
    path("<str:code>/scorecard/freeze/", freeze, name="freeze"),
    path("<str:code>/scorecard/frozen/", frozen_list, name="frozen-list"),
    path("<str:code>/scorecard/frozen/<sha256:sha256>/", frozen, name="frozen"),
    path("<str:code>/scorecard/frozen/<sha256:sha256>/verify/", frozen_verify, name="frozen-verify"),
    path("<str:code>/scorecard/frozen/<sha256:sha256>/download/", frozen_download, name="frozen-download"),
]
