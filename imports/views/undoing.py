"""Undo a saved import: what would go, what stands against it, and why it is asked for."""

from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.views.access import AuthenticatedRequest, requires
from audits.models import Citation, Inspection, RegulatoryAction
from imports.messages import blocker_text
from imports.models import HeldRow, ImportRun
from imports.policies import ImportPolicy
from imports.selectors import imports_listed
from imports.undoing.services import UndoPlan, run_undo_request, undo_plan_kept
from partners.models import Organization, Site, SiteAlias

ROWS = (RegulatoryAction, Inspection, Citation, HeldRow)


class UndoForm(forms.Form):
    """Why an import is undone."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It is kept in the history of every record."),
        error_messages={"required": gettext_lazy("Say why the import is undone.")},
    )


@requires(ImportPolicy.change)
def import_undo(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Ask before an import is undone; it is done in the background."""
    run = get_object_or_404(imports_listed(), pk=pk)
    detail = redirect("imports:import-detail", pk=pk)
    if run.state != ImportRun.State.COMMITTED:
        return detail
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        run_undo_request(run=run, reason=form.cleaned_data["reason"], actor=request.user)
        return detail
    plan = undo_plan_kept(run)
    context = {
        "run": run,
        "form": form,
        "figures": _figures(plan),
        "blockers": [_blocker(each.data) for each in plan.blockers],
    }
    return render(request, "imports/import_undo.html", context, status=422 if form.is_bound else 200)


def _blocker(found: dict[str, Any]) -> dict[str, str]:
    """A sentence, with the import it speaks of."""
    run = found["params"].get("run")
    url = reverse("imports:import-detail", args=[run]) if run else ""
    return {"text": blocker_text(found), "url": url}


def _figures(plan: UndoPlan) -> list[dict[str, Any]]:
    def total(counts: dict[str, int], *models: Any) -> int:
        return sum(counts.get(model._meta.label, 0) for model in models)

    return [
        {"label": _("Rows that go"), "value": total(plan.removed, *ROWS), "note": ""},
        {"label": _("Rows as before"), "value": total(plan.restored, *ROWS), "note": ""},
        {"label": _("Sites that go"), "value": total(plan.removed, Site), "note": ""},
        {"label": _("Organizations that go"), "value": total(plan.removed, Organization), "note": ""},
        {"label": _("Spellings that go"), "value": total(plan.removed, SiteAlias), "note": ""},
    ]
