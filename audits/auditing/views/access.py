"""How the views of audits find their record: who may not see it gets 404, then the role is asked."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.policies import Permission
from accounts.views.access import AuthenticatedRequest, View, on_record
from audits.auditing.states import STEPS
from audits.auditing.tables import RATING_TONES, state_badge
from audits.models import Audit, Finding
from audits.policies import AuditPolicy
from audits.portal.policies import PortalPolicy
from audits.portal.selectors import contacts_of_audit

ANSWERED_IN = (Audit.State.REPORTED, Audit.State.RESPONSES)


def on_audit(permission: Permission) -> Callable[[View], View]:
    """Declare the permission of a view whose address names an audit; the view gets the audit itself."""
    return on_record(_audit_or_404, permission)


def on_finding(permission: Permission) -> Callable[[View], View]:
    """As `on_audit`, for a finding."""
    return on_record(_finding_or_404, permission)


def _audit_or_404(request: AuthenticatedRequest, pk: int) -> Audit:
    audits = Audit.objects.visible_to(request.user)
    return get_object_or_404(
        audits.select_related("site", "lead_auditor", "supersedes", "superseded_by"), pk=pk
    )


def _finding_or_404(request: AuthenticatedRequest, pk: int) -> Finding:
    findings = Finding.objects.visible_to(request.user)
    return get_object_or_404(findings.select_related("audit__site", "combined_into", "noted_by"), pk=pk)


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


def contacts_context(request: AuthenticatedRequest, audit: Audit) -> dict[str, Any]:
    """Who at the site may answer the findings, once the report is out, and whether one may invite."""
    waits = audit.state in ANSWERED_IN and getattr(audit, "superseded_by", None) is None
    if not waits or not audit.findings.exists():
        return {"asks_contacts": False}
    return {
        "asks_contacts": True,
        "contacts": contacts_of_audit(audit),
        "may_invite": PortalPolicy.invite_on_quality.allows(request.user),
    }


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
