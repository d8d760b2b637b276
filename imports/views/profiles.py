"""Sheets of records: upload, see what they would do, save, undo; and the template to start from."""

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.views.access import AuthenticatedRequest, requires
from audits.regulatory_sheets import RegulatorySection
from common.exports import FORMATS, Sheet, export_response
from common.notices import notice_done
from imports.forms import MEGABYTE
from imports.messages import refusal_text
from imports.models import ProfileImport
from imports.policies import ImportPolicy
from imports.profiles.kinds import SHEETS, handling_of
from imports.profiles.plan import LIMITS
from imports.profiles.services import (
    PlanChanged,
    RowsLeftOut,
    profile_check,
    profile_save,
    profile_take_back,
)
from imports.profiles.template import template_response
from imports.reading.container import SUFFIXES
from partners.models import Site
from partners.profile.section import Section
from partners.profile.sheets import words_sheet
from records.refusals import Refused
from records.undoing import CannotUndo

State = ProfileImport.State
TONES = {State.READY: "info", State.COMMITTED: "good", State.REFUSED: "bad", State.UNDONE: "neutral"}


class SheetForm(forms.Form):
    """A sheet of records, as the template has it."""

    upload = forms.FileField(
        label=gettext_lazy("Sheet of records"),
        help_text=gettext_lazy("CSV or XLSX, with the headings of the template or of an export."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_upload(self) -> "UploadedFile[Any]":
        upload: UploadedFile[Any] = self.cleaned_data["upload"]
        suffix = Path(upload.name or "").suffix.lower()
        if suffix not in SUFFIXES:
            raise forms.ValidationError(refusal_text("extension", {"suffix": suffix or upload.name}))
        size, limit = (upload.size or 0) // MEGABYTE + 1, LIMITS.csv_bytes // MEGABYTE
        if size > limit:
            raise forms.ValidationError(refusal_text("too_large", {"size_mb": size, "limit_mb": limit}))
        return upload


def _section_or_404(key: str) -> Section:
    if key not in SHEETS:
        raise Http404
    return SHEETS[key]


def _site(request: AuthenticatedRequest) -> Site | None:
    """The site whose profile the person came from."""
    asked = request.GET.get("site", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 18):
        return None
    return get_object_or_404(Site.objects.visible_to(request.user), pk=asked)


@requires(ImportPolicy.change)
def profile_import(request: AuthenticatedRequest, section: str) -> HttpResponseBase:
    """Upload a sheet; it is checked at once and nothing is saved yet."""
    declared, site = _section_or_404(section), _site(request)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return redirect("imports:profile-detail", pk=_checked(request, form, section, site).pk)
    context = {
        "section": declared,
        "site": site,
        "form": form,
        "words": words_sheet(declared),
        "rows": handling_of(declared).most,
        "back": _back(declared, site),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "imports/profile_form.html", context, status=status)


def _checked(
    request: AuthenticatedRequest, form: SheetForm, section: str, site: Site | None
) -> ProfileImport:
    upload: UploadedFile[Any] = form.cleaned_data["upload"]
    with tempfile.NamedTemporaryFile(prefix="cmo-eval-profile-") as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        return profile_check(
            section_key=section,
            name=upload.name or "sheet",
            path=Path(file.name),
            site=site,
            actor=request.user,
        )


def _back(section: Section, site: Site | None) -> str:
    if site is None:
        return reverse("imports:import-list")
    if isinstance(section, RegulatorySection):
        return reverse("workspace:site-regulatory", args=[site.pk])
    return reverse("workspace:section", args=[site.pk, section.key])


@require_GET
@requires(ImportPolicy.view)
def profile_template(request: AuthenticatedRequest, section: str, kind: str) -> HttpResponse:
    """The sheet to start from: headings in the reader's language, an example, the allowed words."""
    declared = _section_or_404(section)
    if kind not in FORMATS:
        raise Http404
    return template_response(declared, kind)


def _run_or_404(pk: int) -> ProfileImport:
    runs = ProfileImport.objects.select_related("file", "site", "requested_by").defer("file__content")
    run = get_object_or_404(runs, pk=pk)
    if run.section not in SHEETS:
        raise Http404
    return run


@require_GET
@requires(ImportPolicy.view)
def profile_detail(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """What a sheet would do or did: every problem, every new and changed record."""
    return _shown(request, _run_or_404(pk))


def _shown(
    request: AuthenticatedRequest, run: ProfileImport, *, error: str = "", status: int = 200
) -> HttpResponseBase:
    section = SHEETS[run.section]
    context = {
        "run": run,
        "section": section,
        "tone": TONES[State(run.state)],
        "refusal": refusal_text(run.refusal_key, run.refusal_params) if run.refusal_key else "",
        "figures": [
            {"label": _("New"), "value": run.created, "note": ""},
            {"label": _("Changed"), "value": run.changed, "note": ""},
            {"label": _("Unchanged"), "value": run.unchanged, "note": ""},
            {"label": _("Rejected"), "value": run.rejected, "note": ""},
        ],
        "problems": run.details.get("problems", [])[:500],
        "rows": run.details.get("rows", [])[:500],
        "good": run.created + run.changed,
        "error": error,
        "back": _back(section, run.site),
        "may_change": ImportPolicy.change.allows(request.user),
        "may_undo": run.state == State.COMMITTED and run.first_entry is not None,
    }
    return render(request, "imports/profile_detail.html", context, status=status)


@require_GET
@requires(ImportPolicy.view)
def profile_problems(request: AuthenticatedRequest, pk: int, kind: str) -> HttpResponse:
    """Every problem as a file, to work through beside the sheet."""
    run = _run_or_404(pk)
    if kind not in FORMATS:
        raise Http404
    listed = run.details.get("problems", [])
    sheet = Sheet(
        title=_("Problems"),
        columns=(_("Row"), _("Column"), _("Value"), _("What is wrong")),
        rows=([each["row"], each["column"], each["value"], each["message"]] for each in listed),
    )
    return export_response(sheet, kind, f"problems-{run.pk}")


@require_POST
@requires(ImportPolicy.change)
def profile_commit(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Save what the check said, with a way to take all of it back."""
    run = _run_or_404(pk)
    try:
        done = profile_save(
            run=run,
            good_rows=request.POST.get("good_rows") == "1",
            reason=request.POST.get("reason", ""),
            actor=request.user,
        )
    except PlanChanged:
        text = _("Records changed since the check. Nothing was saved; this is what the file would do now.")
        return _shown(request, _run_or_404(pk), error=text, status=409)
    except RowsLeftOut:
        text = _("Rows are rejected. Ask to save the good rows alone, or correct the file.")
        return _shown(request, run, error=text, status=422)
    except Refused as refused:
        return _shown(request, run, error=refused.sentence, status=422)
    total = done.created + done.changed
    if done.state == State.COMMITTED:
        text = ngettext("%(total)s record was saved.", "%(total)s records were saved.", total)
        undo = reverse("imports:profile-undo", args=[pk]) if done.first_entry else ""
        notice_done(request, text % {"total": total}, undo=undo)
    return redirect("imports:profile-detail", pk=pk)


@require_POST
@requires(ImportPolicy.change)
def profile_undo(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Take back everything that the import wrote."""
    run = _run_or_404(pk)
    try:
        total = profile_take_back(run=run, actor=request.user)
    except CannotUndo as refused:
        named = ", ".join(f"{row.kind} {row.record} ({row.actor})" for row in refused.rows[:5])
        sentence = refused.sentence or _("There is nothing to undo.")
        messages.error(request, f"{sentence} {named}".strip())
    else:
        text = ngettext(
            "Undone: %(total)s record is as it was.", "Undone: %(total)s records are as they were.", total
        )
        messages.success(request, text % {"total": total})
    return redirect("imports:profile-detail", pk=pk)
