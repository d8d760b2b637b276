"""The actions of a CAPA, and requests for more time."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from accounts.views.access import AuthenticatedRequest, requires
from audits.capas.forms import ActionForm, DecisionForm, ExtensionForm
from audits.capas.planning import (
    action_add,
    action_change,
    action_remove,
    extension_ask,
    extension_decide,
)
from audits.capas.policies import CapaPolicy
from audits.capas.views.access import action_or_404, capa_or_404, extension_or_404
from audits.capas.views.editing import clashes_with
from common.editing import with_version
from common.versions import StaleRecord
from records.attaching import attachment_panel
from records.reasons import needs_reason
from records.refusals import refusals_raised, refusals_shown


@requires(CapaPolicy.change)
def capa_action_add(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Plan an action."""
    capa = capa_or_404(request, pk)
    form = ActionForm(request.POST or None, initial={"due_on": capa.due_on})
    if request.method == "POST" and form.is_valid():
        with refusals_shown(form):
            action_add(capa=capa, fields=form.values, actor=request.user)
            messages.success(request, _now("The action was planned."))
            return redirect(capa.get_absolute_url())
    context = {"capa": capa, "form": form, "title": _("Plan an action"), "button": _("Plan action")}
    return render(request, "audits/capa_form.html", context, status=422 if form.errors else 200)


@requires(CapaPolicy.change)
def capa_action_edit(request: AuthenticatedRequest, pk: int, action: int) -> HttpResponseBase:
    """Change an action, say that it is done, attach what shows it."""
    row = action_or_404(request, pk, action)
    saved = action_or_404(request, pk, action)
    form = ActionForm(request.POST or None, instance=row)
    context: dict[str, Any] = {
        "capa": saved.capa,
        "action": saved,
        "form": form,
        "title": pgettext_lazy("CAPA", "Action"),
        "button": _("Save action"),
        "attachments": attachment_panel(saved, request.user),
        "asks_reason": needs_reason(saved),
    }
    if request.method == "POST" and form.is_valid():
        try:
            with refusals_shown(form):
                action_change(
                    action=saved,
                    version=form.read_version,
                    changes=form.values,
                    actor=request.user,
                    reason=form.reason,
                )
                messages.success(request, _now("The action was saved."))
                return redirect(saved.get_absolute_url())
        except StaleRecord as stale:
            context["clashes"] = clashes_with(form, stale.current)
            with_version(form, stale.current.version)
            return render(request, "audits/capa_form.html", context, status=409)
    return render(request, "audits/capa_form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(CapaPolicy.change)
def capa_action_remove(request: AuthenticatedRequest, pk: int, action: int) -> HttpResponseBase:
    """Remove an action that is not done."""
    row = action_or_404(request, pk, action)
    try:
        with refusals_raised():
            action_remove(action=row, actor=request.user, reason=request.POST.get("reason", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _now("The action was removed."))
    return redirect(row.get_absolute_url())


@requires(CapaPolicy.change)
def capa_extension_ask(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Ask for more time."""
    capa = capa_or_404(request, pk)
    form = ExtensionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown(form):
            extension_ask(capa=capa, actor=request.user, **form.cleaned_data)
            messages.success(request, _now("The request waits for the decision of somebody else."))
            return redirect(capa.get_absolute_url())
    context = {"capa": capa, "form": form, "title": _("Ask for more time"), "button": _("Ask for more time")}
    return render(request, "audits/capa_form.html", context, status=422 if form.errors else 200)


@requires(CapaPolicy.approve)
def capa_extension_decide(request: AuthenticatedRequest, pk: int, extension: int) -> HttpResponseBase:
    """Approve or refuse a request for more time."""
    row = extension_or_404(request, pk, extension)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown(form):
            extension_decide(
                extension=row,
                approved=form.cleaned_data["decision"] == "approved",
                note=form.cleaned_data["note"],
                actor=request.user,
            )
            messages.success(request, _now("The request was decided."))
            return redirect(row.get_absolute_url())
    context = {
        "capa": row.capa,
        "extension": row,
        "form": form,
        "title": _("Decide on more time"),
        "button": _("Save decision"),
    }
    return render(request, "audits/capa_form.html", context, status=422 if form.errors else 200)
