"""Addresses of programs, by their code."""

from django.urls import path

from programs.views.candidates import (
    candidate_add,
    candidate_remove_view,
    candidate_restore_view,
    candidate_stage,
    candidate_stage_back,
    candidates_pick,
)
from programs.views.members import member_add_view, member_remove_view, program_members
from programs.views.needs import demand, demand_paste, demand_restore, demand_save, needs, program_copy_view
from programs.views.packages import (
    package_create,
    package_edit,
    package_move_view,
    package_remove_view,
    packages,
)
from programs.views.programs import (
    ProgramListView,
    ProgramView,
    program_create_view,
    program_update_view,
)
from programs.views.proposals import (
    ProposalListView,
    proposal_create,
    proposal_edit,
    proposal_remove_view,
)
from programs.views.requirements import (
    requirement_create,
    requirement_edit,
    requirement_library,
    requirement_move_view,
    requirement_remove_view,
    requirement_restore,
    requirements,
    requirements_take_back_view,
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
    path("<str:code>/copy/", program_copy_view, name="program-copy"),
    path("<str:code>/needs/", needs, name="needs"),
    path("<str:code>/demand/", demand, name="demand"),
    path("<str:code>/demand/save/", demand_save, name="demand-save"),
    path("<str:code>/demand/restore/", demand_restore, name="demand-restore"),
    path("<str:code>/demand/paste/", demand_paste, name="demand-paste"),
    path("<str:code>/packages/", packages, name="packages"),
    path("<str:code>/packages/add/", package_create, name="package-create"),
    path("<str:code>/packages/<int:pk>/edit/", package_edit, name="package-edit"),
    path("<str:code>/packages/<int:pk>/move/", package_move_view, name="package-move"),
    path("<str:code>/packages/<int:pk>/remove/", package_remove_view, name="package-remove"),
    path("<str:code>/requirements/", requirements, name="requirements"),
    path("<str:code>/requirements/add/", requirement_create, name="requirement-create"),
    path("<str:code>/requirements/restore/", requirement_restore, name="requirement-restore"),
    path("<str:code>/requirements/take-back/", requirements_take_back_view, name="requirements-take-back"),
    path("<str:code>/requirements/library/<slug:key>/", requirement_library, name="requirement-library"),
    path("<str:code>/requirements/<int:pk>/edit/", requirement_edit, name="requirement-edit"),
    path("<str:code>/requirements/<int:pk>/move/", requirement_move_view, name="requirement-move"),
    path("<str:code>/requirements/<int:pk>/remove/", requirement_remove_view, name="requirement-remove"),
    path("<str:code>/proposals/", ProposalListView.as_view(), name="proposals"),
    path("<str:code>/proposals/add/", proposal_create, name="proposal-create"),
    path("<str:code>/proposals/<int:pk>/edit/", proposal_edit, name="proposal-edit"),
    path("<str:code>/proposals/<int:pk>/remove/", proposal_remove_view, name="proposal-remove"),
    path("<str:code>/candidates/add/", candidate_add, name="candidate-add"),
    path("<str:code>/candidates/restore/", candidate_restore_view, name="candidate-restore"),
    path("<str:code>/candidates/<int:pk>/stage/", candidate_stage, name="candidate-stage"),
    path("<str:code>/candidates/<int:pk>/stage/back/", candidate_stage_back, name="candidate-stage-back"),
    path("<str:code>/candidates/<int:pk>/remove/", candidate_remove_view, name="candidate-remove"),
]
