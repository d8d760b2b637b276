"""Addresses of the scorecard, below the program's own."""

from django.urls import path, register_converter

from scorecards.converters import Sha256Converter
from scorecards.views.frozen import freeze, frozen, frozen_download, frozen_list, frozen_verify
from scorecards.views.insight import EvidenceGapsView, head_to_head, robustness, side_by_side
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
    path("<str:code>/scorecard/evidence/", EvidenceGapsView.as_view(), name="gaps"),
    path("<str:code>/scorecard/overrides/", overrides, name="overrides"),
    path("<str:code>/scorecard/overrides/<int:pk>/withdraw/", override_back, name="override-withdraw"),
    path("<str:code>/scorecard/candidates/<int:site_id>/criteria/<slug:key>/", criterion, name="criterion"),
    path(
        "<str:code>/scorecard/candidates/<int:site_id>/criteria/<slug:key>/override/",
        override,
        name="override",
    ),
    path("<str:code>/scorecard/weights/", weights, name="weights"),
    path("<str:code>/scorecard/weights/changes/", weights_changes, name="weights-changes"),
    path("<str:code>/scorecard/weights/preview/", weights_preview, name="weights-preview"),
    path("<str:code>/scorecard/weights/save/", weights_save, name="weights-save"),
    path("<str:code>/scorecard/weights/reset/", weights_reset, name="weights-reset"),
    path("<str:code>/scorecard/weights/undo/", weights_undo, name="weights-undo"),
    path("<str:code>/scorecard/template/follow/", template_follow, name="template-follow"),
    path("<str:code>/scorecard/freeze/", freeze, name="freeze"),
    path("<str:code>/scorecard/frozen/", frozen_list, name="frozen-list"),
    path("<str:code>/scorecard/frozen/<sha256:sha256>/", frozen, name="frozen"),
    path("<str:code>/scorecard/frozen/<sha256:sha256>/verify/", frozen_verify, name="frozen-verify"),
    path("<str:code>/scorecard/frozen/<sha256:sha256>/download/", frozen_download, name="frozen-download"),
]
