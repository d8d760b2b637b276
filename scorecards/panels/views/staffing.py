"""The page on which assessors of an open panel leave and come."""

from __future__ import annotations

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.views.access import AuthenticatedRequest
from common.editing import with_version
from common.versions import StaleRecord
from programs.models import Program
from programs.selectors import members_of
from programs.views.access import in_program
from records.refusals import refusals_shown
from scorecards.panels.selectors import panel_detail
from scorecards.panels.staffing import panel_staff
from scorecards.panels.staffing_form import StaffingForm
from scorecards.panels.views.access import panel_or_404
from scorecards.policies import PanelPolicy


@in_program(PanelPolicy.change)
def panel_staffing(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Let assessors leave and come; the second of two editors is told, and what they typed stays."""
    found = panel_or_404(program, pk)
    if not found.is_open:
        messages.error(request, _("Assessors leave and come while a panel is open."))
        return redirect("scorecards:panel", code=program.address, pk=pk)
    detail = panel_detail(found)
    form = StaffingForm(
        request.POST or None,
        detail=detail,
        members=[member for member in members_of(program) if member.is_active],
        initial={"version": found.version} | {who: request.GET.get(who, "") for who in ("leaves", "comes")},
    )
    stale = False
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            with refusals_shown(form):
                panel_staff(panel=found, version=version, change=form.change, actor=request.user)
                messages.success(
                    request,
                    _("The assessors were changed. Who comes is told by e-mail.")
                    if form.change.comes
                    else _("The panel was saved."),
                )
                return redirect("scorecards:panel", code=program.address, pk=pk)
        except StaleRecord as clash:
            stale = True
            with_version(form, clash.current.version)
    status = 409 if stale else 422 if form.errors else 200
    context = {"program": program, "panel": found, "detail": detail, "form": form, "stale": stale}
    return render(request, "scorecards/panels/staffing.html", context, status=status)
