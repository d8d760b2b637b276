"""The directory of sites: words, facets, map or list, fit to a program, and what is picked from it."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from accounts.views.access import Guarded
from common.tables import TablePageMixin
from imports.policies import ImportPolicy
from partners.models import SavedView, Site
from partners.policies import SitePolicy
from programs.models import Program
from programs.policies import CandidatePolicy
from workspace.compare import MOST_COMPARED, asked_ids
from workspace.directory import Found, Question, find
from workspace.filters import SearchForm, chips_of, facet_groups, question_of
from workspace.fits import fits_of
from workspace.saved_views import plain_query, views_of
from workspace.site_index.cache import CACHE
from workspace.tables import DirectoryTable, Fits, FoundRows
from workspace.tile_map import tile_map


class DirectoryView(Guarded, TablePageMixin, TemplateView):  # type: ignore[misc]
    permission = SitePolicy.view
    table_class = DirectoryTable
    template_name = "workspace/directory.html"
    export_title = _("Directory")

    @cached_property
    def question(self) -> Question:
        return question_of(self.request.GET)

    @cached_property
    def found(self) -> Found:
        return find(CACHE.current(), self.question)

    @cached_property
    def programs(self) -> list[Program]:
        """The programs that a person may see, for sorting by fit and for picking."""
        visible: QuerySet[Program] = Program.objects.visible_to(self.request.user)
        return list(visible.order_by("code"))

    @cached_property
    def fit_program(self) -> Program | None:
        code = self.request.GET.get("fit", "")
        return next((program for program in self.programs if program.code == code), None)

    @cached_property
    def fits(self) -> Fits | None:
        """Technical fit of every classified site to the chosen program; None where none is chosen."""
        if self.fit_program is None:
            return None
        return fits_of(self.fit_program, self.request.user)

    def get_table_data(self) -> FoundRows:
        return FoundRows(self.found, self.question.today, self.fits)

    def get_table_kwargs(self) -> dict[str, Any]:
        return {
            "selectable": self.request.GET.get("export", "") == "",
            "fits": self.fits is not None,
            "kinds": self.question.unclassified or "kind" in self.question.chosen,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        params, path = self.request.GET, self.request.path
        as_map = params.get("show") == "map"
        groups = facet_groups(self.found, self.question, params, path)
        return context | {
            "search": SearchForm(params),
            "found": self.found,
            "groups": groups,
            "chips": chips_of(self.question, params, path),
            "question": self.question,
            "as_map": as_map,
            "map": tile_map(groups) if as_map else None,
            "fit_program": self.fit_program,
            "programs": self.programs,
            "may_pick": CandidatePolicy.change.allows(self.request.user),
            "may_add": SitePolicy.change.allows(self.request.user),
            "may_import": ImportPolicy.change.allows(self.request.user),
            "views": views_of(self.request.user),
            "saved_query": plain_query(params),
            "compared": Site.objects.filter(pk__in=asked_ids(params)).only("pk", "name")
            if params.get("compare")
            else (),
            "most_compared": MOST_COMPARED,
            "longest_name": SavedView._meta.get_field("name").max_length,
        }
