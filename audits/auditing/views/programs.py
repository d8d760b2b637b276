"""The audit program: the list of audits, the sites by risk, the calendar."""

from typing import Any, cast

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView
from django_filters.views import FilterView

from accounts.views.access import AuthenticatedRequest, Guarded, requires
from audits.auditing.calendar import WEEKDAYS, audit_month, month_of
from audits.auditing.filters import AuditFilter
from audits.auditing.risk_selectors import SiteRisk, sites_by_risk
from audits.auditing.selectors import audits_listed
from audits.auditing.tables import AuditTable, RiskTable
from audits.policies import AuditPolicy
from audits.querysets import AuditQuerySet
from common.tables import TablePageMixin


def program_tabs(active: str) -> list[dict[str, Any]]:
    """The three views of the program."""
    pages = (
        ("list", _("Audits"), "audits:audit-list"),
        ("risk", _("Sites by risk"), "audits:risk"),
        ("calendar", _("Calendar"), "audits:calendar"),
    )
    return [
        {"label": label, "url": reverse(name), "active": key == active, "count": None}
        for key, label, name in pages
    ]


class AuditListView(Guarded, TablePageMixin, FilterView):  # type: ignore[misc]
    permission = AuditPolicy.view
    table_class = AuditTable
    filterset_class = AuditFilter
    template_name = "audits/audit_list.html"
    export_title = gettext_lazy("Audits")

    def get_queryset(self) -> AuditQuerySet:
        return audits_listed(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = cast(dict[str, Any], super().get_context_data(**kwargs))
        return context | {
            "tabs": program_tabs("list"),
            "may_change": AuditPolicy.change.allows(self.request.user),
        }


class RiskView(Guarded, TablePageMixin, TemplateView):  # type: ignore[misc]
    """Sites by risk, with the day the next audit should have begun by."""

    permission = AuditPolicy.view
    table_class = RiskTable
    template_name = "audits/audit_risk.html"
    export_title = gettext_lazy("Sites by risk")

    def get_table_data(self) -> list[SiteRisk]:
        found = sites_by_risk(user=self.request.user, today=timezone.localdate())
        asked = self.request.GET.get("q", "").strip().casefold()
        return [each for each in found if asked in each.name.casefold()] if asked else found

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"exclude": () if AuditPolicy.change.allows(self.request.user) else ("actions",)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "tabs": program_tabs("risk"),
            "asked": self.request.GET.get("q", ""),
            "may_change": AuditPolicy.change.allows(self.request.user),
        }


@require_GET
@requires(AuditPolicy.view)
def audit_calendar(request: AuthenticatedRequest) -> HttpResponseBase:
    """One month (`?month=2026-11`): audits and the days on which answers are due."""
    today = timezone.localdate()
    first = month_of(request.GET.get("month", ""), today)
    context = {
        "tabs": program_tabs("calendar"),
        "month": audit_month(user=request.user, first=first, today=today),
        "weekdays": WEEKDAYS,
        "may_change": AuditPolicy.change.allows(request.user),
    }
    return render(request, "audits/audit_calendar.html", context)
