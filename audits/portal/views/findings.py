"""Findings as the site sees and answers them; CAPAs it works on."""

from django.contrib import messages
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audits.auditing.severity import DEFINITIONS, severity_tone
from audits.capas.commenting import comment_of_site
from audits.capas.forms import CommentForm
from audits.capas.planning import action_add
from audits.models import Capa, Finding, FindingResponse, Invitation
from audits.portal.access import invited
from audits.portal.forms import ProposalForm, ResponseForm
from audits.portal.invitations import contact_of
from audits.portal.responses import (
    response_draft,
    response_open_for,
    response_save,
    response_submit,
)
from audits.portal.scope import capas_shown, findings_shown
from records.context import recorded
from records.models import Attachment
from records.refusals import Refused, refusals_shown

PLANNING = (Capa.State.OPEN, Capa.State.INVESTIGATION)


def _finding_or_404(invitation: Invitation, pk: int) -> Finding:
    finding = findings_shown(invitation).filter(pk=pk).first()
    if finding is None:
        raise Http404
    return finding


@invited()
def portal_finding(request: HttpRequest, invitation: Invitation, pk: int) -> HttpResponseBase:
    """Read a finding, write the answer, submit it."""
    finding = _finding_or_404(invitation, pk)
    past = list(finding.responses.exclude(state=FindingResponse.State.DRAFT).order_by("-pk"))
    is_open = response_open_for(finding)
    form = None
    if is_open or request.method == "POST":
        form = ResponseForm(request.POST or None, instance=_draft_or_new(finding, past))
    if form is not None and request.method == "POST" and form.is_valid():
        with refusals_shown(form):
            if done := _written(request, invitation, finding, form):
                return done
    finding.refresh_from_db()
    draft = response_draft(finding)
    context = {
        "invitation": invitation,
        "finding": finding,
        "definition": DEFINITIONS[Finding.Severity(finding.severity)],
        "tone": severity_tone(finding.severity),
        "form": form,
        "past": past,
        "files": list(Attachment.objects.of(draft)) if draft else [],
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "audits/portal_finding.html", context, status=status)


def _draft_or_new(finding: Finding, past: list[FindingResponse]) -> FindingResponse:
    """What the form begins with: the draft, else what the returned answer said."""
    draft = response_draft(finding)
    if draft is not None:
        return draft
    before = past[0] if past else FindingResponse()
    return FindingResponse(
        root_cause=before.root_cause,
        correction=before.correction,
        action=before.action,
        action_due_on=before.action_due_on,
    )


def _written(
    request: HttpRequest, invitation: Invitation, finding: Finding, form: ResponseForm
) -> HttpResponseBase | None:
    changes = dict(form.cleaned_data)
    if "submit" in request.POST:
        response_submit(finding=finding, invitation=invitation, changes=changes)
        messages.success(request, _("Finding %(number)s was answered.") % {"number": finding.number})
        return redirect("portal:home")
    response_save(finding=finding, invitation=invitation, changes=changes)
    if "files" in request.POST:
        return redirect("portal:finding-files", pk=finding.pk)
    messages.success(request, _("The draft was saved."))
    return redirect("portal:finding", pk=finding.pk)


@require_POST
@invited()
def portal_finding_save(request: HttpRequest, invitation: Invitation, pk: int) -> HttpResponseBase:
    """Keep what was typed so far; a field that cannot be read yet is left as it was and named."""
    finding = _finding_or_404(invitation, pk)
    form = ResponseForm(request.POST)
    form.is_valid()
    changes = {name: value for name, value in form.cleaned_data.items() if name in request.POST}
    try:
        response_save(finding=finding, invitation=invitation, changes=changes)
    except Refused as refusal:
        return JsonResponse({"error": refusal.sentence}, status=409)
    return JsonResponse({"unread": sorted(form.errors)})


@invited()
def portal_capa(request: HttpRequest, invitation: Invitation, pk: int) -> HttpResponseBase:
    """Read a CAPA, comment on it, propose actions while it is planned."""
    capa = capas_shown(invitation).filter(pk=pk).first()
    if capa is None:
        raise Http404
    says = "comment" in request.POST
    form = ProposalForm(None if says else request.POST or None)
    comment = CommentForm(request.POST if says else None)
    if form.is_bound and form.is_valid():
        with (
            refusals_shown(form),
            recorded(actor=contact_of(invitation), reason="action proposed by the site"),
        ):
            if capa.state not in PLANNING:
                raise Refused("state", _("The plan is approved: no action is proposed any more."))
            action_add(capa=capa, fields=form.cleaned_data, actor=None)
            messages.success(request, _("The action was proposed."))
            return redirect("portal:capa", pk=capa.pk)
    if comment.is_bound and comment.is_valid():
        with refusals_shown(comment):
            comment_of_site(capa=capa, invitation=invitation, **comment.cleaned_data)
            messages.success(request, _("The comment was written."))
            return redirect(f"{reverse('portal:capa', args=[capa.pk])}#comments")
    capa.refresh_from_db()
    context = {
        "invitation": invitation,
        "capa": capa,
        "actions": list(capa.actions.order_by("due_on", "pk")),
        "form": form if capa.state in PLANNING or form.is_bound else None,
        "files": list(Attachment.objects.of(capa).filter(uploaded_by__isnull=True)),
        "comments": list(capa.comments.all()),
        "comment_form": comment if comment.is_bound or not capa.is_closed else None,
    }
    status = 422 if form.errors or comment.errors else 200
    return render(request, "audits/portal_capa.html", context, status=status)
