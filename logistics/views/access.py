"""How the views of a distribution plan find it and its rows: out of sight is 404."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from accounts.views.access import AuthenticatedRequest
from logistics.kinds.kind import Kind
from logistics.kinds.registry import CHAPTERS, KINDS, kinds_of
from logistics.models import DistributionPlan
from logistics.policies import PlanPolicy
from logistics.selectors import Whole, plan_of, whole_of
from programs.models import Program
from programs.templatetags.program_frame import Tab
from records.undoing import Mark


def kind_or_404(key: str) -> Kind:
    """The kind of row that an address names."""
    if key not in KINDS:
        raise Http404
    return KINDS[key]


def plan_or_404(program: Program) -> DistributionPlan:
    """The plan of the program's work package. One query."""
    plan = plan_of(program)
    if plan is None:
        raise Http404
    return plan


def row_or_404(kind: Kind, plan: DistributionPlan, pk: int) -> Any:
    """A row of the plan with what it names. One query."""
    row = kind.of(plan).filter(pk=pk).first()
    if row is None:
        raise Http404
    row.plan = plan
    return row


def whole_or_404(program: Program) -> Whole:
    """The plan with its readiness today. Three queries at most."""
    return whole_of(plan_or_404(program), program, timezone.localdate())


def row_of_whole(whole: Whole, key: str, pk: int) -> Any:
    """A row of a plan that was read already. No query."""
    found = next((row for row in whole.rows.get(KINDS[key].model, []) if row.pk == pk), None)
    if found is None:
        raise Http404
    return found


def row_context(
    request: AuthenticatedRequest, program: Program, key: str, row: Any, **more: Any
) -> dict[str, Any]:
    """What the page of one row is given. No query."""
    history = reverse("records:record-history", args=["logistics", row._meta.model_name, row.pk])
    return plan_context(
        request, program, kind=KINDS[key], row=row, here=request.path, history_url=history, **more
    )


def plan_context(request: AuthenticatedRequest, program: Program, **more: Any) -> dict[str, Any]:
    """What every page of a plan is given. No query."""
    return {"program": program, "may_change": PlanPolicy.change.allows(request.user), **more}


def chapter_list(program: Program, counts: dict[str, int], active: str) -> list[tuple[str, list[Tab]]]:
    """All kinds by chapter with how many rows each has."""
    return [
        (
            str(title),
            [
                Tab(
                    kind.title,
                    reverse("logistics:rows", args=[program.address, kind.key]),
                    kind.key == active,
                    counts[kind.key],
                )
                for kind in kinds_of(chapter)
            ],
        )
        for chapter, title in CHAPTERS.items()
    ]


def back_of(request: AuthenticatedRequest, otherwise: str) -> str:
    """Where the person came from, if that is a page of ours."""
    address = request.GET.get("back", "")
    if address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return address
    return otherwise


def undo_address(program: Program, mark: Mark, back: str) -> str:
    """Where an act is undone; nothing when it wrote nothing."""
    if mark.span is None:
        return ""
    query = urlencode({"of": mark.span.token, "back": back})
    return f"{reverse('logistics:undo', args=[program.address])}?{query}"
