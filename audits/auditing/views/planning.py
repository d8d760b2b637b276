"""Plan an audit, change the plan, its team, agenda and checklist."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.views.access import AuthenticatedRequest, requires
from audits.auditing.forms import PARTS, AuditForm, VersionForm
from audits.auditing.planning import (
    AUDIT_FIELDS,
    audit_change,
    audit_parts_change,
    audit_plan,
    checklist_fill,
)
from audits.auditing.views.access import audit_context, on_audit
from audits.models import Audit, QualitySystem
from audits.policies import AuditPolicy
from common.editing import clashes_of, with_version
from common.versions import StaleRecord
from partners.models import Site
from partners.selectors import site_search
from records.refusals import refusals_shown

MOST_FOUND = 12
PART_TITLES = {
    "team": gettext_lazy("Audit team"),
    "agenda": gettext_lazy("Agenda"),
    "checklist": gettext_lazy("Checklist"),
}


@requires(AuditPolicy.change)
def audit_plan_view(request: AuthenticatedRequest) -> HttpResponseBase:
    """Choose a site (`?find=`), then plan its audit (`?site=`)."""
    site = _chosen_site(request)
    if site is None:
        find = request.GET.get("find", "").strip()
        hits = site_search(user=request.user, text=find, limit=MOST_FOUND) if find else []
        return render(request, "audits/audit_site.html", {"find": find, "hits": hits})
    initial = {"systems": [str(system) for system in QualitySystem], "lead_auditor": request.user.pk}
    form = AuditForm(request.POST or None, initial=initial, instance=Audit(site=site))
    if request.method == "POST" and form.is_valid():
        with refusals_shown(form):
            fields = {name: form.cleaned_data[name] for name in AUDIT_FIELDS}
            audit = audit_plan(site=site, fields=fields, actor=request.user)
            messages.success(
                request,
                _("Audit %(number)s was planned. Name the team and the agenda next.")
                % {"number": audit.number},
            )
            return redirect("audits:audit", pk=audit.pk)
    context = {"form": form, "site": site}
    return render(request, "audits/audit_form.html", context, status=422 if form.errors else 200)


def _chosen_site(request: AuthenticatedRequest) -> Site | None:
    asked = request.GET.get("site", "")
    if not asked:
        return None
    found = Site.objects.visible_to(request.user).filter(pk=asked).first() if asked.isdecimal() else None
    if found is None:
        raise Http404
    return found


@on_audit(AuditPolicy.change)
def audit_edit_view(request: AuthenticatedRequest, audit: Audit) -> HttpResponseBase:
    """Change the plan; the second of two editors gets 409 with both values."""
    form = AuditForm(request.POST or None, instance=audit, initial={"version": audit.version})
    status, more = 200, {}
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with refusals_shown(form):
                    changed = audit_change(
                        audit=audit,
                        version=form.cleaned_data["version"] or 0,
                        changes={name: form.cleaned_data[name] for name in AUDIT_FIELDS},
                        actor=request.user,
                        reason=form.reason,
                    )
                    text = _("The plan was saved.") if changed else _("The plan had no changes.")
                    messages.success(request, text)
                    return redirect("audits:audit", pk=audit.pk)
            except StaleRecord as stale:
                more["clashes"], status = clashes_of(form, stale.current), 409
                with_version(form, stale.current.version)
    saved = Audit.objects.select_related("site").get(pk=audit.pk)
    context = audit_context(request, saved, "", form=form, **more)
    return render(request, "audits/audit_form.html", context, status=status)


@on_audit(AuditPolicy.change)
def audit_parts_view(request: AuthenticatedRequest, audit: Audit, part: str) -> HttpResponseBase:
    """Change the rows of the team, the agenda or the checklist."""
    if part not in PARTS:
        raise Http404
    rows = PARTS[part](request.POST or None, instance=audit, prefix="rows")
    head = VersionForm(request.POST or None, record=audit, initial={"version": audit.version})
    status, stale_rows = 200, False
    if request.method == "POST":
        status = 422
        if rows.is_valid() and head.is_valid():
            saved = rows.save(commit=False)
            try:
                with refusals_shown(head):
                    audit_parts_change(
                        audit=audit,
                        version=head.cleaned_data["version"],
                        saved=saved,
                        removed=rows.deleted_objects,
                        actor=request.user,
                        reason=head.reason,
                    )
                    messages.success(request, _("%(list)s saved.") % {"list": PART_TITLES[part]})
                    return redirect("audits:audit", pk=audit.pk)
            except StaleRecord as stale:
                status, stale_rows = 409, True
                with_version(head, stale.current.version)
    context: dict[str, Any] = audit_context(
        request, audit, "", rows=rows, head=head, part=part, title=PART_TITLES[part], stale=stale_rows
    )
    return render(request, "audits/audit_parts.html", context, status=status)


@require_POST
@on_audit(AuditPolicy.change)
def checklist_fill_view(request: AuthenticatedRequest, audit: Audit) -> HttpResponseBase:
    """Add the questions of the library that are missing."""
    form = VersionForm(record=None)
    form.cleaned_data = {}
    with refusals_shown(form):
        added = checklist_fill(audit=audit, actor=request.user)
        messages.success(request, _("Questions added: %(count)s.") % {"count": added})
    for problem in form.non_field_errors():
        messages.error(request, str(problem))
    return redirect("audits:checklist", pk=audit.pk)
