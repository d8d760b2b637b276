"""How the views behind the portal find their record: out of sight is 404, then the role is asked."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.policies import Permission
from accounts.views.access import AuthenticatedRequest, View, on_record
from audits.models import Finding, FindingResponse, Invitation, Question, Questionnaire, QuestionnaireRequest

type Finder = Callable[[User], "QuerySet[Any]"]


def _questions(user: User) -> "QuerySet[Question]":
    mine = Questionnaire.objects.visible_to(user)
    return Question.objects.filter(questionnaire__in=mine).select_related("questionnaire")


def _responses(user: User) -> "QuerySet[FindingResponse]":
    drafts = FindingResponse.State.DRAFT
    mine = Finding.objects.visible_to(user)
    rows = FindingResponse.objects.filter(finding__in=mine).exclude(state=drafts)
    return rows.select_related("finding__audit__site", "reviewed_by")


FINDERS: dict[str, Finder] = {
    "questionnaire": lambda user: Questionnaire.objects.visible_to(user),
    "question": _questions,
    "request": lambda user: QuestionnaireRequest.objects.visible_to(user).select_related(
        "questionnaire", "site", "invitation", "reviewed_by"
    ),
    "invitation": lambda user: Invitation.objects.visible_to(user).select_related(
        "site", "audit", "invited_by"
    ),
    "response": _responses,
}


def on(kind: str, permission: Permission) -> Callable[[View], View]:
    """Declare the permission of a view whose address names a record of a kind; the view gets the record."""

    def load(request: AuthenticatedRequest, pk: int) -> Any:
        return get_object_or_404(FINDERS[kind](request.user), pk=pk)

    return on_record(load, permission)
