"""Proposals of candidates: the table that compares them, and the form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from accounts.views.access import AuthenticatedRequest
from common.editing import clashes_of, with_version
from common.tables import TablePageMixin
from common.versions import StaleRecord
from programs.models import Program, Proposal
from programs.need_forms import ProposalForm
from programs.policies import CandidatePolicy
from programs.proposal_table import ProposalTable
from programs.proposals import (
    PROPOSAL_FIELDS,
    ProposalLine,
    proposal_add,
    proposal_change,
    proposal_lines,
    proposal_remove,
    proposals_of,
)
from programs.selectors import candidates_of
from programs.views.access import InProgram, in_program


class ProposalListView(InProgram, TablePageMixin, TemplateView):  # type: ignore[misc]
    """Every proposal for the work package side by side, with what the program asks for."""

    permission = CandidatePolicy.view
    table_class = ProposalTable
    template_name = "programs/proposals.html"
    export_title = gettext_lazy("Proposals")

    def get_table_data(self) -> list[ProposalLine]:
        return proposal_lines(self.program, proposals_of(self.program.package))

    def get_table_kwargs(self) -> dict[str, Any]:
        may_change = CandidatePolicy.change.allows(self.request.user)
        return {"program": self.program, "exclude": () if may_change else ("actions",)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "program": self.program,
            "may_change": CandidatePolicy.change.allows(self.request.user),
            "has_candidates": self.program.package.candidates.exists(),
        }


@in_program(CandidatePolicy.change)
def proposal_create(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Record what a candidate offers (`?candidate=` chooses one)."""
    candidates = candidates_of(program.package)
    initial = {
        "received_on": timezone.localdate(),
        "currency": program.currency,
        "candidate": request.GET.get("candidate", ""),
    }
    form = ProposalForm(request.POST or None, initial=initial, candidates=candidates)
    if request.method == "POST" and form.is_valid():
        chosen = next(row for row in candidates if row.pk == form.cleaned_data["candidate"])
        fields = {name: form.cleaned_data[name] for name in PROPOSAL_FIELDS}
        try:
            proposal_add(candidate=chosen, fields=fields, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The proposal of %(site)s was added.") % {"site": chosen.site.name})
            return redirect("programs:proposals", code=program.address)
    return _form_page(request, program, form)


@in_program(CandidatePolicy.change)
def proposal_edit(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Correct a proposal; the second of two editors gets 409 with both values."""
    row = _proposal(program, pk)
    form = ProposalForm(request.POST or None, instance=row, initial={"version": row.version})
    more: dict[str, Any] = {"proposal": row}
    if request.method == "POST" and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in PROPOSAL_FIELDS}
        version = form.cleaned_data["version"] or 0
        try:
            proposal_change(proposal=row, version=version, changes=changes, actor=request.user)
        except StaleRecord as stale:
            more["clashes"] = clashes_of(form, stale.current)
            with_version(form, stale.current.version)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The proposal was saved."))
            return redirect("programs:proposals", code=program.address)
    return _form_page(request, program, form, **more)


@require_POST
@in_program(CandidatePolicy.change)
def proposal_remove_view(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Remove a proposal that was entered by mistake."""
    proposal_remove(
        proposal=_proposal(program, pk), reason=request.POST.get("reason", ""), actor=request.user
    )
    messages.success(request, _("The proposal was removed."))
    return redirect("programs:proposals", code=program.address)


def _proposal(program: Program, pk: int) -> Proposal:
    found = Proposal.objects.filter(candidate__work_package=program.package)
    return get_object_or_404(found.select_related("candidate__site"), pk=pk)


def _form_page(
    request: AuthenticatedRequest, program: Program, form: ProposalForm, **more: Any
) -> HttpResponseBase:
    status = 409 if "clashes" in more else 422 if form.errors else 200
    context = {"program": program, "form": form} | more
    return render(request, "programs/proposal_form.html", context, status=status)
