"""A questionnaire as the site fills it in: kept while it is typed, submitted when it is complete."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audits.models import Invitation, Question, QuestionnaireRequest
from audits.portal.access import invited
from audits.portal.answering import entered, progress
from audits.portal.requests import TO_ANSWER, AnswersMissing, answers_save, request_submit, with_files
from audits.portal.scope import requests_shown
from audits.portal.selectors import sections_of
from records.refusals import Refused


def request_or_404(invitation: Invitation, pk: int) -> QuestionnaireRequest:
    """The request, if it was sent with this invitation."""
    found = requests_shown(invitation).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@invited()
def portal_request(request: HttpRequest, invitation: Invitation, pk: int) -> HttpResponseBase:
    """Read the questions, answer them, submit."""
    asked = request_or_404(invitation, pk)
    values: dict[int, Any] = {}
    errors: dict[int, str] = {}
    refused = ""
    if request.method == "POST":
        values = _values(asked, request.POST)
        try:
            if "submit" in request.POST:
                request_submit(request=asked, invitation=invitation, values=values)
                messages.success(request, _("Your answers were submitted."))
                return redirect("portal:home")
            answers_save(request=asked, invitation=invitation, values=values)
            if (wanted := request.POST.get("files", "")).isdigit():
                return redirect("portal:answer-files", pk=asked.pk, question=int(wanted))
            messages.success(request, _("The draft was saved."))
            return redirect("portal:request", pk=asked.pk)
        except AnswersMissing as missing:
            errors = missing.problems
        except Refused as refusal:
            refused, values = refusal.sentence, {}
    asked = request_or_404(invitation, pk)
    sections = sections_of(asked, values=values, errors=errors)
    every = [each for section in sections for each in section.asked]
    context = {
        "invitation": invitation,
        "asked": asked,
        "sections": sections,
        "is_open": asked.state in TO_ANSWER,
        "wrong": [each for each in every if each.error],
        "refused": refused,
        "progress": progress(
            [each.question for each in every],
            {each.question.pk: each.value for each in every},
            {each.question.pk for each in every if each.files},
        ),
    }
    return render(request, "audits/portal_request.html", context, status=422 if errors or refused else 200)


@require_POST
@invited()
def portal_request_save(request: HttpRequest, invitation: Invitation, pk: int) -> HttpResponseBase:
    """Keep the fields that changed, named in `fields`; says how far it has come."""
    asked = request_or_404(invitation, pk)
    changed = set(request.POST.getlist("fields"))
    values = {key: value for key, value in _values(asked, request.POST).items() if f"q{key}" in changed}
    try:
        answers_save(request=asked, invitation=invitation, values=values)
    except Refused as refusal:
        return JsonResponse({"error": refusal.sentence}, status=409)
    questions = list(asked.questionnaire.questions.all())
    kept = dict(asked.answers.values_list("question_id", "value"))
    done = progress(questions, kept, with_files(asked))
    return JsonResponse({"answered": done.answered, "total": done.total})


def _values(asked: QuestionnaireRequest, sent: QueryDict) -> dict[int, Any]:
    """What a form sent, by key of the question; files come by a page of their own."""
    questions = asked.questionnaire.questions.exclude(kind=Question.Kind.FILE)
    return {each.pk: entered(each, sent.getlist(f"q{each.pk}")) for each in questions}
