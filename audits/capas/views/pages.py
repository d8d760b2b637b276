"""CAPAs to look at: board, list, calendar, and the page of one."""

from dataclasses import dataclass
from typing import Any, cast

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_filters.views import FilterView

from accounts.views.access import AuthenticatedRequest, Guarded, requires
from audits.auditing.calendar import WEEKDAYS, month_of
from audits.auditing.severity import severity_tone
from audits.capas.filters import CapaFilter
from audits.capas.fishbone import fishbone
from audits.capas.forms import CommentForm
from audits.capas.policies import CapaPolicy
from audits.capas.querysets import CapaQuerySet
from audits.capas.selectors import STATE_TONES, board_of, capa_month, capas_listed, next_due
from audits.capas.services import CLOSURE, case_of
from audits.capas.steps import Case, Missing, Step, missing_of, steps_from
from audits.capas.tables import CapaTable
from audits.capas.views.access import capa_or_404
from audits.models import Capa, CapaAction, CapaExtension, Invitation
from audits.portal.policies import PortalPolicy
from common.tables import TablePageMixin
from records.attaching import attachment_panel
from records.models import Attachment, Signature
from records.selectors import history_of
from records.signing.panel import signature_panel

PLAN_CHANGES = (Capa.State.OPEN, Capa.State.INVESTIGATION, Capa.State.PLAN_APPROVED, Capa.State.IMPLEMENTING)


@dataclass(frozen=True, slots=True)
class Tab:
    label: str | Promise
    url: str
    active: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step this person's role makes, and what it still needs."""

    step: Step
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action with the files that show it."""

    action: CapaAction
    late: bool
    files: tuple[Attachment, ...]


TABS = (
    ("board", _("Board"), "capas:board"),
    ("list", _("List"), "capas:list"),
    ("calendar", _("Calendar"), "capas:calendar"),
)


def capa_tabs(active: str) -> list[Tab]:
    """The three ways to look at CAPAs."""
    return [Tab(label, reverse(name), key == active) for key, label, name in TABS]


def _frame(request: AuthenticatedRequest, active: str) -> dict[str, Any]:
    return {"tabs": capa_tabs(active), "may_open": CapaPolicy.change.allows(request.user)}


@requires(CapaPolicy.view)
def capa_board(request: AuthenticatedRequest) -> HttpResponseBase:
    """A column for each state; cards move by their buttons."""
    chosen = CapaFilter(request.GET, queryset=capas_listed(request.user), request=request)
    for name in ("show", "state"):
        del chosen.form.fields[name]
    context = _frame(request, "board") | {
        "filter": chosen,
        "columns": board_of(chosen.qs, request.user, timezone.localdate()),
        "may_move": CapaPolicy.change.allows(request.user),
    }
    context["is_empty"] = not any(column.total for column in context["columns"])
    return render(request, "audits/capa_board.html", context)


class CapaListView(Guarded, TablePageMixin, FilterView):  # type: ignore[misc]
    permission = CapaPolicy.view
    table_class = CapaTable
    filterset_class = CapaFilter
    template_name = "audits/capa_list.html"
    export_title = _("CAPAs")

    def get_queryset(self) -> CapaQuerySet:
        return capas_listed(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = cast(dict[str, Any], super().get_context_data(**kwargs))
        return context | _frame(self.request, "list")


@requires(CapaPolicy.view)
def capa_calendar(request: AuthenticatedRequest) -> HttpResponseBase:
    """What is due in a month."""
    today = timezone.localdate()
    first = month_of(request.GET.get("month", ""), today)
    month = capa_month(user=request.user, first=first, today=today)
    context = _frame(request, "calendar") | {"month": month, "weekdays": WEEKDAYS}
    return render(request, "audits/capa_calendar.html", context)


@requires(CapaPolicy.view)
def capa_detail(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Everything about one CAPA, and what it needs next."""
    capa = capa_or_404(request, pk)
    return render(request, "audits/capa_detail.html", detail_context(request, capa))


def detail_context(request: AuthenticatedRequest, capa: Capa) -> dict[str, Any]:
    """What the page of a CAPA shows. A fixed number of queries, however many actions."""
    today = timezone.localdate()
    signatures = signature_panel(capa, request.user, CLOSURE)
    case = case_of(capa, request.user, reviewed=signatures.has(Signature.Meaning.REVIEWED))
    may_change = CapaPolicy.change.allows(request.user)
    due_on = next_due(capa)
    extensions = list(capa.extensions.select_related("requested_by", "decided_by"))
    return {
        "capa": capa,
        "state_tone": STATE_TONES[Capa.State(capa.state)],
        "severity_tone": severity_tone(capa.severity),
        "due_on": due_on,
        "late": due_on is not None and due_on < today,
        "steps": _next_steps(capa, case, request),
        "actions": _action_rows(case, today),
        "extensions": extensions,
        "asks_time": any(each.state == CapaExtension.State.REQUESTED for each in extensions),
        "children": [Capa(**row) for row in capa.child_rows],  # type: ignore[attr-defined]  # annotated
        "may_change": may_change and not capa.is_closed,
        "may_plan": may_change and capa.state in PLAN_CHANGES,
        "may_check": may_change
        and capa.state == Capa.State.EFFECTIVENESS_DUE
        and request.user.pk == capa.verifier_id,
        "may_decide": CapaPolicy.approve.allows(request.user),
        "may_reopen": CapaPolicy.approve.allows(request.user) and capa.state == Capa.State.CLOSED_EFFECTIVE,
        "diagram": fishbone(capa) if capa.root_cause_category else None,
        "signatures": signatures,
        "comments": list(capa.comments.all()),
        "may_invite": PortalPolicy.invite_on_quality.allows(request.user),
        "contacts": [Invitation(**row) for row in capa.contact_rows],  # type: ignore[attr-defined]  # annotated
        "comment_form": CommentForm() if may_change and not capa.is_closed else None,
        "attachments": attachment_panel(capa, request.user),
        "history": history_of(
            Capa, capa.pk, known=(capa.site, capa.owner, capa.verifier, capa.plan_approved_by)
        ),
    }


def _next_steps(capa: Capa, case: Case, request: AuthenticatedRequest) -> list[NextStep]:
    return [
        NextStep(step, tuple(missing_of(step, case)))
        for step in steps_from(capa.state)
        if not step.asks_reason and not step.by_signing and step.permission.allows(request.user)
    ]


def _action_rows(case: Case, today: Any) -> list[ActionRow]:
    keys = [action.pk for action in case.actions]
    files: dict[int, list[Attachment]] = {}
    for file in Attachment.objects.filter(model=CapaAction._meta.label, record_pk__in=keys).order_by("pk"):
        files.setdefault(file.record_pk, []).append(file)
    return [
        ActionRow(action, action.done_on is None and action.due_on < today, tuple(files.get(action.pk, ())))
        for action in case.actions
    ]
