"""Files on records: handed out as downloads, added, removed. Who may see the record may see its files."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.views.access import AuthenticatedRequest, Guarded, requires
from records.attaching import (
    AttachmentForm,
    attachment_add,
    attachment_for,
    attachment_panel,
    attachment_remove,
    record_of,
)
from records.declarations import Attachable, address_of, attachable_of
from records.display import model_of
from records.file_kinds import CONTENT_TYPES
from records.models import Attachment, AttachmentContent
from records.policies import AttachmentPolicy
from records.refusals import refusals_shown


@require_GET
@requires(AttachmentPolicy.view)
def attachment_download(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """The file, never shown inside a page."""
    attachment = _attachment_or_404(request, pk)
    content = AttachmentContent.objects.values_list("content", flat=True).get(pk=attachment.content_id)
    response = HttpResponse(bytes(content), content_type=CONTENT_TYPES[attachment.kind])
    disposition = content_disposition_header(as_attachment=True, filename=attachment.file_name)
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@requires(AttachmentPolicy.view)
def attachment_remove_view(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Remove a file, then back to the record."""
    attachment = _attachment_or_404(request, pk)
    try:
        attachment_remove(attachment=attachment, actor=request.user, reason=request.POST.get("reason", ""))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("%(name)s was removed.") % {"name": attachment.file_name})
    declared = attachable_of(attachment.model)
    assert declared is not None
    return redirect(address_of(declared, record_of(attachment)))


class AttachmentAddView(Guarded):
    """Attach a file: a page of its own, to which the form on the record's page leads."""

    permission = AttachmentPolicy.view
    declared: Attachable
    record: Model

    def load_scope(self) -> None:
        model = model_of(f"{self.kwargs['app']}.{self.kwargs['model']}")
        declared = attachable_of(model._meta.label) if model else None
        record = (
            declared.visible(self.request.user).filter(pk=self.kwargs["pk"]).first() if declared else None
        )
        if declared is None or record is None:
            raise Http404
        if not declared.may_attach(record, self.request.user):
            raise PermissionDenied(_("Your role does not allow this."))
        self.declared, self.record = declared, record

    def get(self, request: AuthenticatedRequest, **_kwargs: Any) -> HttpResponseBase:
        return self._page(AttachmentForm(auto_id="attachment_%s"))

    def post(self, request: AuthenticatedRequest, **_kwargs: Any) -> HttpResponseBase:
        form = AttachmentForm(request.POST, request.FILES, auto_id="attachment_%s")
        if form.is_valid():
            with refusals_shown(form):
                added = attachment_add(record=self.record, actor=request.user, **form.cleaned_data)
                messages.success(request, _("%(name)s was attached.") % {"name": added.file_name})
                return redirect(address_of(self.declared, self.record))
        return self._page(form, status=422)

    def _page(self, form: AttachmentForm, status: int = 200) -> HttpResponseBase:
        context = {
            "record": self.record,
            "kind": self.declared.model._meta.verbose_name,
            "address": address_of(self.declared, self.record),
            "add_url": reverse("records:attachment-add", kwargs=self.kwargs),
            "panel": attachment_panel(self.record, self.request.user, form),
            "form": form,
        }
        return render(self.request, "records/attachment_form.html", context, status=status)


def _attachment_or_404(request: AuthenticatedRequest, pk: int) -> Attachment:
    attachment = attachment_for(request.user, pk)
    if attachment is None:
        raise Http404
    return attachment
