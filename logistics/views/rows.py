"""The rows of every kind: list, add, change, remove, undo. In the side panel or on a page of its own."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from accounts.roles import Role
from accounts.views.access import AuthenticatedRequest
from common.editing import clashes_of, with_version
from common.notices import notice_done
from common.tables import DataTable, TablePageMixin
from common.versions import StaleRecord
from logistics.gathering import counts_of_kinds
from logistics.kinds.forms import RowForm, row_form
from logistics.kinds.kind import Kind
from logistics.kinds.registry import KINDS
from logistics.models import DistributionPlan, PlanRow
from logistics.policies import PlanPolicy
from logistics.raci import raci_of
from logistics.selectors import plans_of
from logistics.services import Done, row_add, row_change, row_remove
from logistics.tables import kind_table
from logistics.views.access import (
    back_of,
    chapter_list,
    kind_or_404,
    plan_context,
    plan_or_404,
    row_or_404,
    undo_address,
)
from programs.models import Program
from programs.views.access import InProgram, in_program
from records.reasons import needs_reason
from records.refusals import refusals_shown
from records.undoing import CannotUndo, actors_of, all_within, span_of, undo

UNDONE = tuple(kind.model for kind in KINDS.values())


class RowListView(InProgram, TablePageMixin, TemplateView):  # type: ignore[misc]
    """Rows of one kind; sorted, chosen and exported as every table."""

    permission = PlanPolicy.view
    template_name = "logistics/rows.html"
    plan: DistributionPlan
    kind: Kind

    def load_scope(self) -> None:
        super().load_scope()
        self.kind = kind_or_404(self.kwargs["kind"])
        self.plan = plan_or_404(self.program)
        self.export_title = str(self.kind.title)

    def get_table_class(self) -> type[DataTable]:
        return kind_table(self.kind.key)

    def get_table_data(self) -> Any:
        return self.kind.of(self.plan)

    def get_table_kwargs(self) -> dict[str, Any]:
        changing = PlanPolicy.change.allows(self.request.user) and not self.request.GET.get("export")
        return {"program": self.program, "may_change": changing}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        counts = counts_of_kinds(self.plan)
        return context | plan_context(
            self.request,
            self.program,
            plan=self.plan,
            kind=self.kind,
            total=counts[self.kind.key],
            chapters=chapter_list(self.program, counts, self.kind.key),
            raci=raci_of(self.plan) if self.kind.key == "roles" and counts["roles"] else None,
        )


@in_program(PlanPolicy.change)
def row_add_view(request: AuthenticatedRequest, program: Program, kind: str) -> HttpResponseBase:
    """Add a row; `?of=` names the row that it belongs to."""
    declared, plan = kind_or_404(kind), plan_or_404(program)
    initial = {declared.within: request.GET.get("of", "")} if declared.within else {}
    form = row_form(kind)(request.POST or None, instance=declared.model(plan=plan), initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_shown(form):
            done = row_add(kind=declared, plan=plan, values=form.values, actor=request.user)
            return _done(request, program, declared, done, _("%(row)s was added."))
    return _answer(request, program, declared, "form", form=form, status=_status(form))


@in_program(PlanPolicy.change)
def row_edit_view(request: AuthenticatedRequest, program: Program, kind: str, pk: int) -> HttpResponseBase:
    """Change a row; the second of two editors gets 409 with both values and keeps what they typed."""
    declared, plan = kind_or_404(kind), plan_or_404(program)
    row = row_or_404(declared, plan, pk)
    name = str(row)
    form = row_form(kind)(request.POST or None, instance=row, initial={"version": row.version})
    more: dict[str, Any] = {"row": row, "name": name, "row_model": declared.model._meta.model_name}
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            with refusals_shown(form):
                done = row_change(
                    kind=declared,
                    row=row,
                    version=version,
                    values=form.values,
                    reason=form.reason,
                    actor=request.user,
                )
                told = _("%(row)s was saved.") if done.changed else _("%(row)s: nothing to save.")
                return _done(request, program, declared, done, told)
        except StaleRecord as stale:
            more["clashes"] = clashes_of(form, stale.current)
            with_version(form, stale.current.version)
            return _answer(request, program, declared, "form", form=form, status=409, **more)
    return _answer(request, program, declared, "form", form=form, status=_status(form), **more)


@in_program(PlanPolicy.change)
def row_remove_view(request: AuthenticatedRequest, program: Program, kind: str, pk: int) -> HttpResponseBase:
    """Ask, then remove a row with what belongs to it; it can be taken back."""
    declared, plan = kind_or_404(kind), plan_or_404(program)
    row: PlanRow = row_or_404(declared, plan, pk)
    error, status = "", 200
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            done = row_remove(kind=declared, row=row, reason=reason, actor=request.user)
        except ValidationError as refusal:
            error, status = " ".join(refusal.messages), 422
        except ProtectedError:
            error, status = _("Other records depend on this one. Remove them first."), 422
        else:
            return _done(request, program, declared, done, _("%(row)s was removed."))
    more = {"row": row, "name": str(row), "error": error, "asks_reason": needs_reason(row)}
    return _answer(request, program, declared, "remove", status=status, **more)


@require_POST
@in_program(PlanPolicy.change)
def undo_view(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Take back one's own act in a plan of this program, on the same day; administrators anybody's."""
    span = span_of(request.GET.get("of", ""))
    if span is None:
        raise Http404
    if request.user.role != Role.ADMINISTRATOR and actors_of(span) != {request.user.pk}:
        raise Http404
    if not all_within(span, "plan_id", plans_of(program)):
        raise Http404
    try:
        total = undo(span=span, actor=request.user, models=UNDONE, reason=_("undone"))
    except CannotUndo as refused:
        messages.error(request, refused.sentence)
    else:
        text = ngettext(
            "Undone: %(total)s record is as it was.", "Undone: %(total)s records are as they were.", total
        )
        messages.success(request, text % {"total": total})
    return redirect(back_of(request, reverse("logistics:plan", args=[program.address])))


def _status(form: RowForm) -> int:
    return 422 if form.is_bound and form.errors else 200


def _list_address(program: Program, kind: Kind) -> str:
    return reverse("logistics:rows", args=[program.address, kind.key])


def _done(
    request: AuthenticatedRequest, program: Program, kind: Kind, done: Done, text: str
) -> HttpResponseBase:
    """Back to where the person came from, with a way to take it back."""
    address = back_of(request, _list_address(program, kind))
    undo_url = undo_address(program, done.mark, address) if done.changed else ""
    notice_done(request, text % {"row": str(done.row)}, undo=undo_url)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _answer(
    request: AuthenticatedRequest, program: Program, kind: Kind, what: str, *, status: int = 200, **more: Any
) -> HttpResponseBase:
    """The part alone for the side panel, else a page around it."""
    panel = bool(request.headers.get("HX-Request"))
    part = f"logistics/_{what}.html"
    back = back_of(request, _list_address(program, kind))
    context = plan_context(request, program, kind=kind, panel=panel, part=part, list_url=back, **more)
    return render(request, part if panel else "logistics/part.html", context, status=status)
