"""How the views of audits find their record: who may not see it gets 404, then the role is asked."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.policies import SIGNED_IN, Permission
from accounts.views.access import AuthenticatedRequest, requires
from audits.auditing.states import STEPS
from audits.auditing.tables import RATING_TONES, state_badge
from audits.models import Audit, Finding
from audits.policies import AuditPolicy

type View = Callable[..., HttpResponseBase]


def on_audit(permission: Permission) -> Callable[[View], View]:
    """Declare the permission of a view whose address names an audit; the view gets the audit itself."""

    def declare(view: View) -> View:
        @requires(SIGNED_IN)
        @functools.wraps(view)
        def guarded(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
            signed_in: AuthenticatedRequest = request  # type: ignore[assignment]
            audit = (
                Audit.objects.visible_to(signed_in.user)
                .select_related("site", "lead_auditor", "supersedes", "superseded_by")
                .filter(pk=pk)
                .first()
            )
            if audit is None:
                raise Http404
            permission.require(signed_in.user)
            return view(signed_in, audit=audit, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return declare


def on_finding(permission: Permission) -> Callable[[View], View]:
    """As `on_audit`, for a finding."""

    def declare(view: View) -> View:
        @requires(SIGNED_IN)
        @functools.wraps(view)
        def guarded(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
            signed_in: AuthenticatedRequest = request  # type: ignore[assignment]
            finding = (
                Finding.objects.visible_to(signed_in.user)
                .select_related("audit__site", "combined_into", "noted_by")
                .filter(pk=pk)
                .first()
            )
            if finding is None:
                raise Http404
            permission.require(signed_in.user)
            return view(signed_in, finding=finding, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return declare


def audit_context(request: AuthenticatedRequest, audit: Audit, tab: str, **more: Any) -> dict[str, Any]:
    """What every page of an audit shows around its content."""
    may_change = AuditPolicy.change.allows(request.user)
    return {
        "audit": audit,
        "site": audit.site,
        "tabs": _tabs(audit, tab, may_change=may_change),
        "may_change": may_change,
        "state_badge": state_badge(audit),
        "rating_tone": RATING_TONES.get(audit.rating, "neutral") if audit.rating else "",  # type: ignore[call-overload]
        "later": getattr(audit, "superseded_by", None),
        "may_edit": may_change and audit.is_draft,
        "may_conduct": may_change and audit.state == Audit.State.IN_PROGRESS,
    } | more


def steps_of(audit: Audit, request: AuthenticatedRequest) -> list[dict[str, Any]]:
    """The steps that this person may take from here by a button, the way on first."""
    found = [
        {"to": after.value, "label": step.label, "asks_reason": step.asks_reason}
        for (before, after), step in STEPS.items()
        if before == audit.state and not step.signed and step.permission.allows(request.user)
    ]
    return sorted(found, key=lambda each: bool(each["asks_reason"]))


def _tabs(audit: Audit, active: str, *, may_change: bool) -> list[dict[str, Any]]:
    pages = [("overview", _("Overview"), "audits:audit")]
    if may_change and audit.state == Audit.State.IN_PROGRESS:
        pages.append(("conduct", _("Conduct"), "audits:conduct"))
    pages += [
        ("findings", _("Findings"), "audits:findings"),
        ("checklist", _("Checklist"), "audits:checklist"),
        ("report", _("Report"), "audits:report"),
    ]
    return [
        {"label": label, "url": reverse(name, args=[audit.pk]), "active": key == active, "count": None}
        for key, label, name in pages
    ]
