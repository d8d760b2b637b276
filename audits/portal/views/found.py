"""How the views behind the portal find their record: out of sight is 404, then the role is asked."""

import functools
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User
from accounts.policies import SIGNED_IN, Permission
from accounts.views.access import AuthenticatedRequest, requires
from audits.models import Finding, FindingResponse, Invitation, Question, Questionnaire, QuestionnaireRequest

type View = Callable[..., HttpResponseBase]
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

    def declare(view: View) -> View:
        @requires(SIGNED_IN)
        @functools.wraps(view)
        def guarded(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
            signed_in: AuthenticatedRequest = request  # type: ignore[assignment]
            found = FINDERS[kind](signed_in.user).filter(pk=pk).first()
            if found is None:
                raise Http404
            permission.require(signed_in.user)
            return view(signed_in, found, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return declare
