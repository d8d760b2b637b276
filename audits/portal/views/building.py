"""Building questionnaires."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.views.access import AuthenticatedRequest, requires
from audits.models import Question, Questionnaire
from audits.portal.forms import QuestionForm, QuestionnaireForm
from audits.portal.library import LIBRARY, questionnaire_from_library
from audits.portal.policies import QuestionnairePolicy, sending
from audits.portal.questionnaires import (
    movable,
    question_move,
    question_remove,
    question_save,
    questionnaire_change,
    questionnaire_edition,
    questionnaire_make,
)
from audits.portal.selectors import by_section
from audits.portal.views.found import on
from audits.portal.views.tabs import exchange_tabs
from common.editing import clashes_of, with_version
from common.versions import StaleRecord
from records.refusals import Refused, refusals_shown


@require_GET
@requires(QuestionnairePolicy.view)
def library_view(request: AuthenticatedRequest) -> HttpResponseBase:
    """The questionnaires in use, drafts, and those to begin with."""
    rows = Questionnaire.objects.visible_to(request.user).annotate(asked=Count("questions"))
    context = {
        "tabs": exchange_tabs("library"),
        "rows": list(rows.exclude(state=Questionnaire.State.RETIRED)),
        "library": LIBRARY.items(),
        "may_change": QuestionnairePolicy.change.allows(request.user),
    }
    return render(request, "audits/questionnaire_library.html", context)


@require_POST
@requires(QuestionnairePolicy.change)
def library_take(request: AuthenticatedRequest, key: str) -> HttpResponseBase:
    """Begin with a questionnaire of the library."""
    if key not in LIBRARY:
        raise Http404
    made = questionnaire_from_library(key=key, actor=request.user)
    messages.success(request, _("A draft was made. Change it as you need, then send it."))
    return redirect("questionnaires:questionnaire", pk=made.pk)


@requires(QuestionnairePolicy.change)
def questionnaire_new(request: AuthenticatedRequest) -> HttpResponseBase:
    """Begin with an empty questionnaire."""
    form = QuestionnaireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown(form):
            fields = {name: form.cleaned_data[name] for name in ("title", "kind", "introduction")}
            made = questionnaire_make(**fields, actor=request.user)
            return redirect("questionnaires:questionnaire", pk=made.pk)
    context = {"form": form}
    return render(request, "audits/questionnaire_form.html", context, status=422 if form.errors else 200)


@require_GET
@on("questionnaire", QuestionnairePolicy.view)
def questionnaire_view(request: AuthenticatedRequest, questionnaire: Questionnaire) -> HttpResponseBase:
    """The questions as the site will see them, with the means to change a draft."""
    questions = list(questionnaire.questions.select_related("follows"))
    may_change = QuestionnairePolicy.change.allows(request.user)
    rising, sinking = movable(questions)
    context = {
        "questionnaire": questionnaire,
        "rising": rising,
        "sinking": sinking,
        "sections": by_section(questions, {}),
        "count": len(questions),
        "may_build": may_change and questionnaire.is_draft,
        "may_change": may_change,
        "may_send": sending(questionnaire.kind).allows(request.user)
        and bool(questions)
        and questionnaire.state != Questionnaire.State.RETIRED,
        "editions": list(Questionnaire.objects.filter(key=questionnaire.key).order_by("-edition")),
    }
    return render(request, "audits/questionnaire_detail.html", context)


@on("questionnaire", QuestionnairePolicy.change)
def questionnaire_edit(request: AuthenticatedRequest, questionnaire: Questionnaire) -> HttpResponseBase:
    """Change title, kind and introduction of a draft."""
    form = QuestionnaireForm(
        request.POST or None, instance=questionnaire, initial={"version": questionnaire.version}
    )
    status, more = 200, {}
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with refusals_shown(form):
                    entered = dict(form.cleaned_data)
                    version = entered.pop("version") or 0
                    questionnaire_change(
                        questionnaire=questionnaire, version=version, changes=entered, actor=request.user
                    )
                    return redirect("questionnaires:questionnaire", pk=questionnaire.pk)
            except StaleRecord as stale:
                more["clashes"], status = clashes_of(form, stale.current), 409
                with_version(form, stale.current.version)
    saved = Questionnaire.objects.get(pk=questionnaire.pk)
    context = {"form": form, "questionnaire": saved, **more}
    return render(request, "audits/questionnaire_form.html", context, status=status)


@require_POST
@on("questionnaire", QuestionnairePolicy.change)
def questionnaire_copy(request: AuthenticatedRequest, questionnaire: Questionnaire) -> HttpResponseBase:
    """Make the next edition."""
    made = questionnaire_edition(questionnaire=questionnaire, actor=request.user)
    messages.success(request, _("Edition %(edition)s is a draft.") % {"edition": made.edition})
    return redirect("questionnaires:questionnaire", pk=made.pk)


@on("questionnaire", QuestionnairePolicy.change)
def question_add(request: AuthenticatedRequest, questionnaire: Questionnaire) -> HttpResponseBase:
    """Add a question."""
    if not questionnaire.is_draft and request.method != "POST":
        return redirect("questionnaires:questionnaire", pk=questionnaire.pk)
    last = questionnaire.questions.order_by("position").last()
    section = request.GET.get("section", last.section if last else "")
    form = QuestionForm(request.POST or None, questionnaire=questionnaire, initial={"section": section})
    return _question_page(request, questionnaire, form, None)


@on("question", QuestionnairePolicy.change)
def question_edit(request: AuthenticatedRequest, question: Question) -> HttpResponseBase:
    """Change a question."""
    questionnaire = question.questionnaire
    if not questionnaire.is_draft and request.method != "POST":
        return redirect("questionnaires:questionnaire", pk=questionnaire.pk)
    form = QuestionForm(request.POST or None, instance=question, questionnaire=questionnaire)
    return _question_page(request, questionnaire, form, Question.objects.get(pk=question.pk))


@require_POST
@on("question", QuestionnairePolicy.change)
def question_move_view(request: AuthenticatedRequest, question: Question) -> HttpResponseBase:
    """Move a question up or down."""
    try:
        question_move(question=question, up=request.POST.get("to") == "up", actor=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect(f"{question.questionnaire.get_absolute_url()}#question-{question.pk}")


@require_POST
@on("question", QuestionnairePolicy.change)
def question_remove_view(request: AuthenticatedRequest, question: Question) -> HttpResponseBase:
    """Remove a question with its follow-ups."""
    try:
        question_remove(question=question, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("questionnaires:questionnaire", pk=question.questionnaire_id)


def _question_page(
    request: AuthenticatedRequest, questionnaire: Questionnaire, form: Any, question: Question | None
) -> HttpResponseBase:
    if request.method == "POST" and form.is_valid():
        with refusals_shown(form):
            question_save(
                questionnaire=questionnaire, question=question, fields=form.cleaned_data, actor=request.user
            )
            if "another" in request.POST:
                return redirect("questionnaires:question-add", pk=questionnaire.pk)
            return redirect("questionnaires:questionnaire", pk=questionnaire.pk)
    sections = questionnaire.questions.order_by("position").values_list("section", flat=True)
    context = {
        "questionnaire": questionnaire,
        "question": question,
        "form": form,
        "known_sections": list(dict.fromkeys(sections)),
    }
    return render(request, "audits/question_form.html", context, status=422 if form.errors else 200)
