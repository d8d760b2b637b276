"""Firms that a source names without FEI: a person says which site each one is."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import ListView, TemplateView

from accounts.views.access import AuthenticatedRequest, Guarded, requires
from common.tables import TablePageMixin
from common.text import name_key
from imports.firms import firm_confirm, firm_dismiss, firm_site_create, firm_undo
from imports.models import NameMatch
from imports.policies import ImportPolicy
from imports.selectors import (
    FirmWaiting,
    decisions_listed,
    firm_rows,
    firms_waiting,
    sites_suggested,
)
from imports.tables import DecisionTable, FirmTable
from partners.models import Site


class FirmListView(Guarded, TablePageMixin, TemplateView):  # type: ignore[misc]
    permission = ImportPolicy.view
    table_class = FirmTable
    template_name = "imports/firm_list.html"
    export_title = gettext_lazy("Firms without site")

    def get_table_data(self) -> list[FirmWaiting]:
        return firms_waiting(name_key(self.request.GET.get("q", "")))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"q": self.request.GET.get("q", ""), "tabs": _tabs("waiting")}


class DecisionListView(Guarded, TablePageMixin, ListView):  # type: ignore[misc, type-arg]
    permission = ImportPolicy.view
    table_class = DecisionTable
    template_name = "imports/firm_decisions.html"
    export_title = gettext_lazy("Decided firms")

    def get_queryset(self) -> QuerySet[NameMatch]:
        return decisions_listed()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"tabs": _tabs("decided")}


@require_GET
@requires(ImportPolicy.view)
def firm_review(request: AuthenticatedRequest) -> HttpResponseBase:
    """What is known of one firm, and the sites it may be."""
    firm_key = request.GET.get("firm", "")
    rows = firm_rows(firm_key)
    if not rows:
        return redirect("imports:firm-list")
    text = request.GET.get("q", "")
    context = {
        "firm_key": firm_key,
        "firm_name": rows[0]["firm"],
        "rows": rows,
        "q": text,
        "suggestions": sites_suggested(firm_key, text),
    }
    return render(request, "imports/firm_review.html", context)


@require_POST
@requires(ImportPolicy.change)
def firm_decide(request: AuthenticatedRequest) -> HttpResponseBase:
    """Confirm a site, create one, or set the firm aside."""
    firm_key = request.POST.get("firm", "")
    decision = request.POST.get("decision", "")
    try:
        if decision == "dismiss":
            match = firm_dismiss(firm_key=firm_key, actor=request.user)
        elif decision == "create":
            match = firm_site_create(firm_key=firm_key, actor=request.user)
        else:
            site = Site.objects.filter(pk=int(decision)).first() if decision.isdecimal() else None
            if site is None:
                raise ValidationError(_("Choose what the firm is."))
            match = firm_confirm(firm_key=firm_key, site=site, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _said(match))
    return redirect("imports:firm-list")


@require_POST
@requires(ImportPolicy.change)
def firm_undo_view(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Take a decision back."""
    match = get_object_or_404(NameMatch, pk=pk)
    firm_undo(match=match, actor=request.user)
    messages.success(request, _("%(firm)s waits for a decision again.") % {"firm": match.firm_name})
    return redirect("imports:firm-decisions")


def _said(match: NameMatch) -> str:
    if match.site is None:
        return _("%(firm)s was set aside.") % {"firm": match.firm_name}
    return _("%(firm)s is %(site)s from now on.") % {"firm": match.firm_name, "site": match.site.name}


def _tabs(active: str) -> list[dict[str, Any]]:
    parts = (
        ("waiting", _("Waiting"), "imports:firm-list"),
        ("decided", pgettext("firms", "Decided"), "imports:firm-decisions"),
    )
    return [{"label": label, "url": reverse(name), "active": key == active} for key, label, name in parts]
