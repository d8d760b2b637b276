"""Programs: the list, the page of one, and the form."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from django_filters.views import FilterView

from accounts.views.access import AuthenticatedRequest, Guarded, requires
from common.editing import clashes_of, with_version
from common.tables import TablePageMixin
from common.versions import StaleRecord
from partners.selectors import site_search
from programs.filters import ProgramFilter
from programs.forms import PROGRAM_FIELDS, ProgramForm
from programs.models import Candidate, Program
from programs.policies import CandidatePolicy, ProgramPolicy
from programs.querysets import ProgramQuerySet
from programs.selectors import candidate_site_ids, candidates_of, members_of, programs_listed
from programs.services import program_create, program_update
from programs.tables import CandidateTable, ProgramTable
from programs.views.access import InProgram, in_program

MOST_FOUND = 12


class ProgramListView(Guarded, TablePageMixin, FilterView):  # type: ignore[misc]
    permission = ProgramPolicy.view
    table_class = ProgramTable
    filterset_class = ProgramFilter
    template_name = "programs/program_list.html"
    export_title = gettext_lazy("Programs")

    def get_queryset(self) -> ProgramQuerySet:
        return programs_listed(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = cast(dict[str, Any], super().get_context_data(**kwargs))
        context["may_create"] = ProgramPolicy.create.allows(self.request.user)
        return context


class ProgramView(InProgram, TablePageMixin, TemplateView):  # type: ignore[misc]
    """The needs, the candidates and, for those who may add some, a search of the directory (`?find=`)."""

    permission = ProgramPolicy.view
    table_class = CandidateTable
    template_name = "programs/program.html"
    export_title = gettext_lazy("Candidates")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("HX-Target") == "candidate-results":
            return render(request, "programs/_candidate_results.html", self._search())
        return super().get(request, *args, **kwargs)

    def get_table_data(self) -> list[Candidate]:
        return candidates_of(self.program.package)

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"program": self.program, "exclude": () if self._may_change else ("actions",)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        wanted = {"modality": self.program.modality, "dosage_form": self.program.dosage_form}
        return (
            context
            | self._search()
            | {
                "members": members_of(self.program),
                "directory_url": f"{reverse('workspace:directory')}?{urlencode(wanted)}",
            }
        )

    @property
    def _may_change(self) -> bool:
        return CandidatePolicy.change.allows(self.request.user)

    def _search(self) -> dict[str, Any]:
        find = self.request.GET.get("find", "").strip() if self._may_change else ""
        context = {"program": self.program, "find": find, "may_change": self._may_change}
        if find:
            hits = site_search(user=self.request.user, text=find, limit=MOST_FOUND + 1)
            context |= {
                "hits": hits[:MOST_FOUND],
                "more_hits": len(hits) > MOST_FOUND,
                "taken": candidate_site_ids(self.program.package),
            }
        return context


@requires(ProgramPolicy.create)
def program_create_view(request: AuthenticatedRequest) -> HttpResponseBase:
    """Describe a new program."""
    form = ProgramForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in PROGRAM_FIELDS}
        program = program_create(fields=fields, actor=request.user)
        messages.success(
            request, _("Program %(code)s was created. Add candidates next.") % {"code": program.code}
        )
        return redirect("programs:program", code=program.code)
    return _form_page(request, form)


@in_program(ProgramPolicy.change)
def program_update_view(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Change a program; the second of two editors gets 409 with both values and keeps what they typed."""
    code = program.code
    form = ProgramForm(request.POST or None, instance=program, initial={"version": program.version})
    more: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in PROGRAM_FIELDS}
        version = form.cleaned_data["version"] or 0
        try:
            changed = program_update(program=program, version=version, changes=changes, actor=request.user)
        except StaleRecord as stale:
            more["clashes"] = clashes_of(form, stale.current)
            with_version(form, stale.current.version)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            text = _("Program %(code)s was saved.") if changed else _("Program %(code)s had no changes.")
            messages.success(request, text % {"code": changes["code"]})
            return redirect("programs:program", code=changes["code"])
    saved = Program.objects.get(code=code)
    return _form_page(request, form, saved=saved, **more)


def _form_page(
    request: HttpRequest, form: ProgramForm, saved: Program | None = None, **more: Any
) -> HttpResponse:
    status = 409 if "clashes" in more else 422 if form.errors else 200
    context = {"form": form, "program": saved} | more
    return render(request, "programs/program_form.html", context, status=status)
