"""The directory of sites."""

from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from django_filters.views import FilterView

from accounts.views.access import Guarded
from common.tables import TablePageMixin
from imports.policies import ImportPolicy
from partners.models import Site
from partners.policies import SitePolicy
from partners.querysets import SiteQuerySet
from programs.models import Program
from programs.policies import CandidatePolicy
from workspace.filters import DirectoryFilter
from workspace.tables import DirectoryTable


class DirectoryView(Guarded, TablePageMixin, FilterView):  # type: ignore[misc]
    permission = SitePolicy.view
    table_class = DirectoryTable
    filterset_class = DirectoryFilter
    template_name = "workspace/directory.html"
    export_title = _("Directory")

    def get_queryset(self) -> SiteQuerySet:
        return Site.objects.visible_to(self.request.user)

    def get_filterset_kwargs(self, filterset_class: type[DirectoryFilter]) -> dict[str, Any]:
        """An address without filters is filtered too: unclassified sites are left out by default."""
        kwargs = cast(dict[str, Any], super().get_filterset_kwargs(filterset_class))
        return kwargs | {"data": self.request.GET}

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"selectable": self._may_pick and self.request.GET.get("export", "") == ""}

    @property
    def _may_pick(self) -> bool:
        return CandidatePolicy.change.allows(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = cast(dict[str, Any], super().get_context_data(**kwargs))
        context["may_import"] = ImportPolicy.change.allows(self.request.user)
        if self._may_pick:
            context["programs"] = list(
                Program.objects.visible_to(self.request.user).order_by("code").only("code", "name")
            )
        return context
