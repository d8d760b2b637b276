"""What came back: questionnaires reviewed answer by answer, answers to findings accepted or returned."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Case, When
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.views.access import AuthenticatedRequest, requires
from audits.auditing.severity import severity_tone
from audits.models import Finding, FindingResponse, QuestionnaireRequest
from audits.portal.forms import ReturnForm
from audits.portal.mails import returned_mail
from audits.portal.policies import PortalPolicy, QuestionnairePolicy, sending
from audits.portal.requests import Decision, request_review, request_withdraw, to_review
from audits.portal.responses import response_accept, response_return
from audits.portal.selectors import Asked, contacts_of_audit, responses_to_review, rows_of, sections_of
from audits.portal.views.found import on
from audits.portal.views.tabs import exchange_tabs
from records.attaching import attachment_panel
from records.refusals import Refused, refusals_shown

S = QuestionnaireRequest.State
TONES = {
    S.SENT: "info",
    S.STARTED: "info",
    S.SUBMITTED: "caution",
    S.RETURNED: "caution",
    S.ACCEPTED: "good",
    S.WITHDRAWN: "neutral",
}
MOST_SHOWN = 200


@require_GET
@requires(QuestionnairePolicy.view)
def requests_view(request: AuthenticatedRequest) -> HttpResponseBase:
    """Everything that was sent: what waits for review first, then what is due."""
    rows = QuestionnaireRequest.objects.visible_to(request.user).select_related(
        "questionnaire", "site", "invitation"
    )
    listed = rows_of(rows.order_by("-due_on", "-pk")[:MOST_SHOWN], today=timezone.localdate())
    order = {S.SUBMITTED: 0, S.RETURNED: 1, S.STARTED: 1, S.SENT: 1, S.ACCEPTED: 2, S.WITHDRAWN: 3}
    listed.sort(key=lambda row: (order[S(row.request.state)], row.request.due_on))
    context = {
        "tabs": exchange_tabs("requests"),
        "rows": [(row, TONES[S(row.request.state)]) for row in listed],
        "may_change": QuestionnairePolicy.change.allows(request.user),
    }
    return render(request, "audits/questionnaire_requests.html", context)


@require_GET
@on("request", QuestionnairePolicy.view)
def request_view(request: AuthenticatedRequest, asked: QuestionnaireRequest) -> HttpResponseBase:
    """Read the answers."""
    return _request_page(request, asked, [])


@require_POST
@on("request", QuestionnairePolicy.review)
def request_review_view(request: AuthenticatedRequest, asked: QuestionnaireRequest) -> HttpResponseBase:
    """Accept or return each answer."""
    try:
        done = request_review(
            request=asked,
            decisions=_decisions(asked, request.POST),
            note=request.POST.get("note", ""),
            actor=request.user,
        )
    except ValidationError as error:
        return _request_page(request, asked, error.messages)
    _tell_reviewed(request, done)
    return redirect(done)


def _request_page(
    request: AuthenticatedRequest, asked: QuestionnaireRequest, problems: list[str]
) -> HttpResponseBase:
    may_review = asked.state == S.SUBMITTED and QuestionnairePolicy.review.allows(request.user)
    context = {
        "asked": asked,
        "tone": TONES[S(asked.state)],
        "sections": _sections(asked, request.POST, may_review=may_review),
        "problems": problems,
        "typed": request.POST,
        "may_review": may_review,
        "may_withdraw": asked.state not in (S.ACCEPTED, S.WITHDRAWN)
        and sending(asked.questionnaire.kind).allows(request.user),
    }
    return render(request, "audits/questionnaire_review.html", context, status=422 if problems else 200)


@require_POST
@on("request", QuestionnairePolicy.change)
def request_withdraw_view(request: AuthenticatedRequest, asked: QuestionnaireRequest) -> HttpResponseBase:
    """Take a request back."""
    try:
        request_withdraw(request=asked, actor=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("The request was withdrawn; what was answered stays."))
    return redirect(asked)


@require_GET
@requires(PortalPolicy.view)
def responses_view(request: AuthenticatedRequest) -> HttpResponseBase:
    """Answers to findings, those to review first."""
    mine = Finding.objects.visible_to(request.user)
    rows = FindingResponse.objects.filter(finding__in=mine).exclude(state=FindingResponse.State.DRAFT)
    rows = rows.select_related("finding__audit__site").order_by("-submitted_at")[:MOST_SHOWN]
    listed = sorted(rows, key=lambda row: row.state != FindingResponse.State.SUBMITTED)
    context = {"tabs": exchange_tabs("responses"), "rows": listed}
    return render(request, "audits/response_list.html", context)


@require_GET
@on("response", PortalPolicy.view)
def response_view(request: AuthenticatedRequest, response: FindingResponse) -> HttpResponseBase:
    """One answer beside its finding."""
    return _response_page(request, response, ReturnForm())


@require_POST
@on("response", PortalPolicy.review_findings)
def response_review_view(request: AuthenticatedRequest, response: FindingResponse) -> HttpResponseBase:
    """Accept an answer or return it with a note."""
    form = ReturnForm(request.POST)
    if form.is_valid():
        with refusals_shown(form):
            _reviewed(request, response, form.cleaned_data["note"])
            return redirect("questionnaires:response", pk=response.pk)
    return _response_page(request, response, form)


def _response_page(
    request: AuthenticatedRequest, response: FindingResponse, form: ReturnForm
) -> HttpResponseBase:
    finding = response.finding
    saved = FindingResponse.objects.select_related("reviewed_by").get(pk=response.pk)
    past = finding.responses.exclude(state=FindingResponse.State.DRAFT).exclude(pk=saved.pk).order_by("-pk")
    context = {
        "response": saved,
        "finding": finding,
        "tone": severity_tone(finding.severity),
        "past": list(past),
        # Those of the same audit first, so that a report is reviewed in one go.
        "next": responses_to_review(request.user)
        .exclude(pk=saved.pk)
        .order_by(Case(When(finding__audit=finding.audit_id, then=0), default=1), "finding__number", "pk")
        .first(),
        "attachments": attachment_panel(saved, request.user),
        "form": form,
        "may_review": saved.state == FindingResponse.State.SUBMITTED
        and PortalPolicy.review_findings.allows(request.user),
    }
    return render(request, "audits/response_review.html", context, status=422 if form.errors else 200)


def _reviewed(request: AuthenticatedRequest, response: FindingResponse, note: str) -> None:
    if "accept" in request.POST:
        response_accept(response=response, note=note, actor=request.user)
        messages.success(request, _("The answer was accepted."))
        return
    returned = response_return(response=response, note=note, actor=request.user)
    returned.finding = response.finding
    invited = contacts_of_audit(response.finding.audit)
    invitation = next((each for each in invited if each.is_open), None)
    if invitation is not None and returned_mail(invitation, returned):
        messages.success(request, _("The answer was returned; the site was told by e-mail."))
    else:
        messages.warning(request, _("The answer was returned. The site was not told: no link is open."))


def _tell_reviewed(request: AuthenticatedRequest, done: QuestionnaireRequest) -> None:
    if done.state == S.ACCEPTED:
        messages.success(request, _("The answers were accepted."))
    elif done.invitation.is_open and returned_mail(done.invitation, done):
        messages.success(request, _("Answers were returned; the site was told by e-mail."))
    else:
        messages.warning(request, _("Answers were returned. The site was not told: send a new link."))


@dataclass(frozen=True)
class ReviewRow:
    """A question with its answer, and what was decided so far where a decision is asked."""

    asked: Asked
    waits: bool
    decided: str
    note: str
    level: str


def _sections(
    asked: QuestionnaireRequest, sent: QueryDict, *, may_review: bool
) -> list[tuple[str, list[ReviewRow]]]:
    """The questions that showed, by section; what was typed into a refused review is kept."""
    waiting = {answer.question_id for answer in to_review(asked)} if may_review else set()
    found = []
    for section in sections_of(asked):
        rows = [
            ReviewRow(
                asked=each,
                waits=each.question.pk in waiting,
                decided=sent.get(f"d{each.question.pk}", "accept"),
                note=sent.get(f"n{each.question.pk}", ""),
                level=sent.get(f"l{each.question.pk}", ""),
            )
            for each in section.asked
            if each.shows
        ]
        found.append((section.title, rows))
    return found


def _decisions(asked: QuestionnaireRequest, sent: QueryDict) -> dict[int, Decision]:
    """What was decided, by key of the question."""
    found = {}
    for question in asked.questionnaire.questions.all():
        decided = sent.get(f"d{question.pk}")
        if decided in ("accept", "return"):
            level = sent.get(f"l{question.pk}", "")
            found[question.pk] = Decision(
                accepted=decided == "accept",
                note=sent.get(f"n{question.pk}", ""),
                level=int(level) if level in {"0", "1", "2", "3", "4", "5"} and question.practice else None,
            )
    return found
