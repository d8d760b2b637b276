"""Addresses of programs, by their code."""

from django.urls import path

from programs.views.candidates import (
    candidate_add,
    candidate_remove_view,
    candidate_restore_view,
    candidate_stage,
    candidates_pick,
)
from programs.views.members import member_add_view, member_remove_view, program_members
from programs.views.programs import (
    ProgramListView,
    ProgramView,
    program_create_view,
    program_update_view,
)

app_name = "programs"
urlpatterns = [
    path("", ProgramListView.as_view(), name="program-list"),
    path("add/", program_create_view, name="program-create"),
    path("pick/", candidates_pick, name="candidates-pick"),
    path("<str:code>/", ProgramView.as_view(), name="program"),
    path("<str:code>/edit/", program_update_view, name="program-update"),
    path("<str:code>/members/", program_members, name="program-members"),
    path("<str:code>/members/add/", member_add_view, name="member-add"),
    path("<str:code>/members/<int:pk>/remove/", member_remove_view, name="member-remove"),
    path("<str:code>/candidates/add/", candidate_add, name="candidate-add"),
    path("<str:code>/candidates/restore/", candidate_restore_view, name="candidate-restore"),
    path("<str:code>/candidates/<int:pk>/stage/", candidate_stage, name="candidate-stage"),
    path("<str:code>/candidates/<int:pk>/remove/", candidate_remove_view, name="candidate-remove"),
]
