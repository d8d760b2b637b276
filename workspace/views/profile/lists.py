"""The list of one kind of record, the same rows as a file for a later import, and all documents."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView

from accounts.views.access import AuthenticatedRequest, Guarded, requires
from common.exports import FORMATS, export_response
from common.tables import DataTable, TablePageMixin
from partners.models import Site
from partners.policies import SitePolicy
from partners.profile.forms import field_choices
from partners.profile.section import Section
from partners.profile.selectors import files_of, references_of, with_files
from partners.profile.sheets import records_sheet
from records.attaching import attachment_panel
from workspace.profile.context import section_context, section_or_404, section_tabs
from workspace.profile.tables import RecordTable, record_table
from workspace.views.sites import site_context, site_or_404


class SectionView(Guarded, TablePageMixin, TemplateView):  # type: ignore[misc]
    """Records of one kind that hold now; sorted, chosen and exported as every table."""

    permission = SitePolicy.view
    template_name = "partners/profile/section.html"
    kwargs: dict[str, Any]
    site: Site
    section: Section

    def load_scope(self) -> None:
        self.section = section_or_404(self.kwargs["section"])
        self.site = site_or_404(self.request, self.kwargs["pk"])
        self.export_title = str(self.section.title)

    def get_table_class(self) -> type[DataTable]:
        return record_table(self.section.key)

    def get_table_data(self) -> QuerySet[Any]:
        return with_files(self.section.current(self.site))

    def get_table_kwargs(self) -> dict[str, Any]:
        changing = SitePolicy.change.allows(self.request.user) and not self.request.GET.get("export")
        return {"site": self.site, "selectable": changing}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        table: RecordTable = context["table"]
        return context | section_context(
            self.request,
            self.site,
            self.section,
            section_tabs=section_tabs(self.site, self.section.key, self.section.tab),
            total=table.page.paginator.count,
            settable=field_choices(self.section),
        )


@require_GET
@requires(SitePolicy.view)
def site_capabilities(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """The address that evaluations name; the list stands with the others."""
    return redirect("workspace:section", pk=site_or_404(request, pk).pk, section="capabilities")


@require_GET
@requires(SitePolicy.view)
def section_file(request: AuthenticatedRequest, pk: int, section: str, kind: str) -> HttpResponse:
    """Every field of every record, in a file that can be changed and imported again."""
    declared, site = section_or_404(section), site_or_404(request, pk)
    if kind not in FORMATS:
        raise Http404
    name = f"{slugify(site.name)}-{declared.key}"
    return export_response(records_sheet(declared, [site]), kind, name)


@requires(SitePolicy.view)
def site_documents(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """All documents of the site: files of records, papers they name, files of its own."""
    site = site_or_404(request, pk)
    return render(
        request,
        "partners/profile/documents.html",
        site_context(
            request,
            site,
            "documents",
            section_tabs=section_tabs(site, "files", "documents"),
            files=[row for row in files_of(site) if row.section is not None],
            references=references_of(site),
            attachments=attachment_panel(site, request.user),
        ),
    )
