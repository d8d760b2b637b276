"""The plan: can a patient get a dose, when is the first, and what is not ready."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from accounts.views.access import AuthenticatedRequest
from common.editing import clashes_of, with_version
from common.tables import TablePageMixin
from common.versions import StaleRecord
from logistics.decisions import decisions_of
from logistics.gap_filter import GapFilter
from logistics.kinds.forms import plan_form
from logistics.kinds.registry import KINDS
from logistics.policies import PlanPolicy
from logistics.readiness.reason import OF_SITE
from logistics.selectors import GapLine, Whole, gap_lines, plan_of, site_lines, whole_of
from logistics.services import plan_begin, plan_change, plan_enforce
from logistics.tables import GapTable
from logistics.views.access import chapter_list, plan_context, plan_or_404
from logistics.wording import ASPECTS
from programs.models import Program
from programs.views.access import InProgram, in_program
from records.refusals import refusals_shown


class PlanView(InProgram, TablePageMixin, TemplateView):  # type: ignore[misc]
    """Readiness by care site, and every gap as a table. Without a plan: how to begin one."""

    permission = PlanPolicy.view
    table_class = GapTable
    template_name = "logistics/plan.html"
    export_title = gettext_lazy("What is not ready")
    whole: Whole | None = None

    def get_template_names(self) -> list[str]:
        return ["logistics/plan_none.html"] if self.whole is None else [self.template_name]

    def load_scope(self) -> None:
        super().load_scope()
        plan = plan_of(self.program)
        if plan is not None:
            self.whole = whole_of(plan, self.program, timezone.localdate())

    @cached_property
    def filter(self) -> GapFilter:
        lines = [] if self.whole is None else gap_lines(self.whole)
        sites = () if self.whole is None else [site.site.name for site in self.whole.readiness.sites]
        return GapFilter(self.request.GET, lines, sites)

    def get_table_data(self) -> list[GapLine]:
        return self.filter.kept

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"may_change": PlanPolicy.change.allows(self.request.user)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context |= plan_context(self.request, self.program)
        if self.whole is None:
            return context
        found = self.whole.readiness
        counts = {key: len(self.whole.rows.get(kind.model, [])) for key, kind in KINDS.items()}
        return context | {
            "plan": self.whole.plan,
            "filter": self.filter,
            "lines": site_lines(self.whole),
            "aspects": [ASPECTS[aspect] for aspect in OF_SITE],
            "readiness": found,
            "blocking": [each for each in found.gaps if each.gap.blocking],
            "without_owner": sum(not each.gap.owner for each in found.gaps),
            "decisions": decisions_of(self.whole.plan),
            "chapters": chapter_list(self.program, counts, ""),
            "may_enforce": PlanPolicy.sign_off.allows(self.request.user),
        }


@require_POST
@in_program(PlanPolicy.change)
def plan_begin_view(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Begin the plan with what the program already says, and go on to its decisions."""
    plan_begin(program=program, actor=request.user)
    return redirect("logistics:plan-edit", code=program.address)


@in_program(PlanPolicy.change)
def plan_edit(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Change the decisions of the plan; the second of two editors gets 409 with both values."""
    plan = plan_or_404(program)
    form = plan_form()(request.POST or None, instance=plan, initial={"version": plan.version})
    context = plan_context(request, program, form=form, plan=plan)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            with refusals_shown(form):
                plan_change(
                    plan=plan, version=version, changes=form.values, reason=form.reason, actor=request.user
                )
                messages.success(request, _("The distribution plan was saved."))
                return redirect("logistics:plan", code=program.address)
        except StaleRecord as stale:
            context["clashes"] = clashes_of(form, stale.current)
            with_version(form, stale.current.version)
    status = 409 if "clashes" in context else 422 if form.errors else 200
    return render(request, "logistics/plan_form.html", context, status=status)


@require_POST
@in_program(PlanPolicy.sign_off)
def plan_enforce_view(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Put the plan in force."""
    plan = plan_or_404(program)
    try:
        plan_enforce(plan=plan, reason=request.POST.get("reason", ""), actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The plan is in force. From now on every change asks why."))
    return redirect("logistics:plan", code=program.address)
