"""Buttons that write many rows at once; each can be undone."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.views.access import AuthenticatedRequest
from common.notices import notice_done
from logistics.facts import is_collected
from logistics.kinds.registry import KINDS
from logistics.policies import PlanPolicy
from logistics.quick import checks_ask, legs_copy
from logistics.views.access import plan_or_404, row_or_404, undo_address
from programs.models import Program
from programs.views.access import in_program


@require_POST
@in_program(PlanPolicy.change)
def checks_ask_view(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Ask a care site for all that it was not asked for yet."""
    plan = plan_or_404(program)
    site = row_or_404(KINDS["care-sites"], plan, pk)
    here = reverse("logistics:care-site", args=[program.address, pk])
    try:
        total, mark = checks_ask(site=site, collects=is_collected(program, plan), actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = ngettext("%(total)s check was added.", "%(total)s checks were added.", total)
        notice_done(request, text % {"total": total}, undo=undo_address(program, mark, here))
    return redirect(here)


@require_POST
@in_program(PlanPolicy.change)
def legs_copy_view(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Copy the legs of the lane that the form names (`from`)."""
    plan, named = plan_or_404(program), request.POST.get("from", "")
    lane = row_or_404(KINDS["lanes"], plan, pk)
    here = reverse("logistics:lane", args=[program.address, pk])
    source = KINDS["lanes"].of(plan).filter(pk=int(named)).first() if _is_key(named) else None
    if source is None:
        messages.error(request, _("Choose the lane whose legs are to be copied."))
        return redirect(here)
    try:
        total, mark = legs_copy(lane=lane, source=source, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = ngettext("%(total)s leg was copied.", "%(total)s legs were copied.", total)
        notice_done(request, text % {"total": total}, undo=undo_address(program, mark, here))
    return redirect(here)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
