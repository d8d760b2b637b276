"""Fetching what an address names, or 404."""

from django.http import Http404

from accounts.views.access import AuthenticatedRequest
from audits.capas.selectors import capas_listed, children_of, contacts_of
from audits.models import Capa, CapaAction, CapaExtension


def capa_or_404(request: AuthenticatedRequest, pk: int) -> Capa:
    """The CAPA with its site, its people, its origin, its children and who reads it. One query."""
    capa = (
        capas_listed(request.user)
        .annotate(child_rows=children_of(), contact_rows=contacts_of())
        .select_related(
            "site", "owner", "verifier", "plan_approved_by", "finding__audit", "inspection", "parent"
        )
        .filter(pk=pk)
        .first()
    )
    if capa is None:
        raise Http404
    return capa


def action_or_404(request: AuthenticatedRequest, pk: int, action: int) -> CapaAction:
    """An action of a CAPA. One query."""
    rows = CapaAction.objects.visible_to(request.user).select_related("capa__site", "owner")
    found = rows.filter(capa=pk, pk=action).first()
    if found is None:
        raise Http404
    return found


def extension_or_404(request: AuthenticatedRequest, pk: int, extension: int) -> CapaExtension:
    """A request for more time. One query."""
    rows = CapaExtension.objects.visible_to(request.user).select_related("capa__site", "requested_by")
    found = rows.filter(capa=pk, pk=extension).first()
    if found is None:
        raise Http404
    return found
