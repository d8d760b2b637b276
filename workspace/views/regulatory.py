"""The regulatory life of a site."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from accounts.views.access import Guarded
from audits.policies import RegulatoryPolicy
from audits.regulatory_sheets import REGULATORY_SECTIONS
from common.tables import DataTable, TablePageMixin
from partners.models import Site
from workspace.clock_words import clock_line
from workspace.regulatory import Life, life_of, listing_of
from workspace.site_tabs import Tab
from workspace.views.sites import site_context, site_or_404

SHOWN = ("inspections", "actions", "citations")


class SiteRegulatoryView(Guarded, TablePageMixin, TemplateView):  # type: ignore[misc]
    """A picture of all that is dated, and one of three tables (`?show=`)."""

    permission = RegulatoryPolicy.view
    template_name = "partners/site_regulatory.html"
    export_title = _("Regulatory records")
    kwargs: dict[str, Any]
    site: Site

    def load_scope(self) -> None:
        self.site = site_or_404(self.request, self.kwargs["pk"])

    @cached_property
    def life(self) -> Life:
        return life_of(self.site)

    @property
    def shown(self) -> str:
        """The table that was asked for; else inspections, or actions where only those are on record."""
        asked = self.request.GET.get("show", "")
        if asked in SHOWN:
            return asked
        return "actions" if self.life.actions and not self.life.inspections else "inspections"

    def get_table_class(self) -> type[DataTable]:
        return listing_of(self.site, self.shown).table

    def get_table_data(self) -> QuerySet[Any]:
        return listing_of(self.site, self.shown).rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | site_context(
            self.request,
            self.site,
            "regulatory",
            life=self.life,
            may_enter=RegulatoryPolicy.change.allows(self.request.user),
            sheets=list(REGULATORY_SECTIONS.values()),
            clocks=[clock_line(clock) for clock in self.life.themes.clocks],
            tables=self._choices(),
        )

    def _choices(self) -> list[Tab]:
        counts = {
            "inspections": self.life.inspections,
            "actions": self.life.actions,
            "citations": self.life.citations,
        }
        labels = {
            "inspections": _("Inspections"),
            "actions": _("Actions and documents"),
            "citations": _("Citations"),
        }
        return [
            Tab(labels[name], f"{self.request.path}?show={name}", name == self.shown, counts[name])
            for name in SHOWN
        ]
