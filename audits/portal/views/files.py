"""Files that the site adds to its answers."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from audits.models import Answer, Capa, FindingResponse, Invitation
from audits.portal.access import invited
from audits.portal.invitations import contact_of
from audits.portal.requests import answer_row
from audits.portal.responses import response_draft, response_open_for, response_save
from audits.portal.scope import capas_shown, file_shown, findings_shown
from audits.portal.views.answers import request_or_404
from records.attaching import AttachmentForm, attachment_add, attachment_remove
from records.context import recorded
from records.file_kinds import CONTENT_TYPES
from records.models import Attachment, AttachmentContent
from records.refusals import Refused, refusals_shown

MOST_FILES = 20


@dataclass(frozen=True)
class Place:
    """Where files go: the record, what it is called, and the page to return to."""

    record: Model
    title: str
    back: str


@invited()
def portal_finding_files(request: HttpRequest, invitation: Invitation, pk: int) -> HttpResponseBase:
    """Files of the answer to a finding."""
    finding = findings_shown(invitation).filter(pk=pk).first()
    if finding is None or not response_open_for(finding):
        raise Http404
    draft = response_draft(finding)
    if draft is None:
        if request.method != "POST":
            draft = FindingResponse(finding=finding)
        else:
            draft = response_save(finding=finding, invitation=invitation, changes={})
    title = _("Finding %(number)s") % {"number": finding.number}
    return _page(request, invitation, Place(draft, title, reverse("portal:finding", args=[pk])))


@invited()
def portal_answer_files(
    request: HttpRequest, invitation: Invitation, pk: int, question: int
) -> HttpResponseBase:
    """Files of an answer of a questionnaire."""
    asked = request_or_404(invitation, pk)
    wanted = asked.questionnaire.questions.filter(pk=question).first()
    if wanted is None:
        raise Http404
    found = Answer.objects.filter(request=asked, question=wanted).first()
    if request.method == "POST":
        try:
            found = answer_row(request=asked, question=wanted, invitation=invitation)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
            return redirect("portal:request", pk=pk)
    record = found or Answer(request=asked, question=wanted)
    return _page(request, invitation, Place(record, wanted.text, reverse("portal:request", args=[pk])))


@invited()
def portal_capa_files(request: HttpRequest, invitation: Invitation, pk: int) -> HttpResponseBase:
    """Evidence for a CAPA that is not closed."""
    capa: Capa | None = capas_shown(invitation).filter(pk=pk).first()
    if capa is None or capa.is_closed:
        raise Http404
    return _page(request, invitation, Place(capa, str(capa), reverse("portal:capa", args=[pk])))


@require_GET
@invited()
def portal_file(request: HttpRequest, invitation: Invitation, pk: int) -> HttpResponseBase:
    """A file of this contact's own answers; a download, never shown in a page."""
    file = file_shown(invitation, pk)
    if file is None:
        raise Http404
    content = AttachmentContent.objects.values_list("content", flat=True).get(pk=file.content_id)
    response = HttpResponse(bytes(content), content_type=CONTENT_TYPES[file.kind])
    disposition = content_disposition_header(as_attachment=True, filename=file.file_name)
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _page(request: HttpRequest, invitation: Invitation, place: Place) -> HttpResponseBase:
    form = AttachmentForm(request.POST or None, request.FILES or None)
    mine = Attachment.objects.of(place.record).filter(uploaded_by__isnull=True)
    files = list(mine) if place.record.pk else []
    if request.method == "POST" and request.POST.get("remove", "").isdigit():
        _remove(request, invitation, files)
        return redirect(request.path)
    if request.method == "POST" and form.is_valid():
        with refusals_shown(form):
            if len(files) >= MOST_FILES:
                raise Refused("too_many", _("No more than %(most)s files.") % {"most": MOST_FILES}, "file")
            with recorded(actor=contact_of(invitation), reason="file added by the site"):
                added = attachment_add(record=place.record, actor=None, **form.cleaned_data)
            messages.success(request, _("%(name)s was attached.") % {"name": added.file_name})
            return redirect(request.path)
    context = {
        "invitation": invitation,
        "place": place,
        "form": form,
        "files": files,
        "may_remove": isinstance(place.record, FindingResponse | Answer),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "audits/portal_files.html", context, status=status)


def _remove(request: HttpRequest, invitation: Invitation, files: list[Attachment]) -> None:
    """Take back a file of a draft."""
    chosen = next((file for file in files if file.pk == int(request.POST["remove"])), None)
    if chosen is None or chosen.model == Capa._meta.label:
        raise Http404
    with recorded(actor=contact_of(invitation), reason="file removed by the site"):
        attachment_remove(attachment=chosen, actor=None, reason="file removed by the site")
    messages.success(request, _("%(name)s was removed.") % {"name": chosen.file_name})
