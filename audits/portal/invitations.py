"""Inviting a partner's contact by a link that expires, and what becomes of the invitation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from audits.models import Audit, Capa, Invitation
from audits.portal.confidentiality import confidentiality_text
from audits.portal.policies import PortalPolicy
from audits.portal.tokens import token_hash, token_new
from partners.models import Site
from records.context import recorded

DAYS_OPEN = 30
MOST_DAYS = 180


@dataclass(frozen=True)
class Contact:
    """Who is invited, and the language they read."""

    name: str
    email: str
    language: str = "en"


@dataclass(frozen=True)
class Invited:
    """An invitation with the secret of its link, which exists nowhere else and is not seen again."""

    invitation: Invitation
    token: str


def invitation_make(
    *,
    site: Site,
    contact: Contact,
    actor: User | None,
    days: int = DAYS_OPEN,
    audit: Audit | None = None,
    capas: Iterable[Capa] = (),
) -> Invited:
    """Invite a contact of a site; with an audit to answer its findings, with CAPAs to work on them.

    Raises:
        PermissionDenied: when the person's role does not invite, or not to findings and CAPAs.
        ValidationError: for an audit or CAPA of another site, an audit without a report, or a wrong address.
    """
    chosen = list(capas)
    on_quality = audit is not None or bool(chosen)
    (PortalPolicy.invite_on_quality if on_quality else PortalPolicy.invite).require(actor)
    if audit is not None and (audit.site_id != site.pk or not _is_out(audit)):
        raise ValidationError({"audit": _("Only an issued report of this site is answered.")})
    if any(capa.site_id != site.pk for capa in chosen):
        raise ValidationError({"capas": _("This CAPA belongs to another site.")})
    token = token_new()
    with override(contact.language):
        text = confidentiality_text()
    made = Invitation(
        site=site,
        email=contact.email,
        name=contact.name,
        language=contact.language,
        token_sha256=token_hash(token),
        expires_at=_until(days),
        confidentiality_text=text,
        audit=audit,
        invited_by=actor,
    )
    made.full_clean(exclude=["invited_by"])
    with recorded(actor=actor, reason="invitation sent"):
        made.save()
        made.capas.set(chosen)
    return Invited(made, token)


def invitation_renew(*, invitation: Invitation, actor: User | None, days: int = DAYS_OPEN) -> Invited:
    """Make a new link; the one before, and whoever came in by it, is shut out at once.

    Raises:
        PermissionDenied: when the person's role does not invite.
    """
    _may_invite(invitation, actor)
    token = token_new()
    with recorded(actor=actor, reason="new link made"):
        row = Invitation.objects.select_for_update().get(pk=invitation.pk)
        row.token_sha256 = token_hash(token)
        row.expires_at = _until(days)
        row.revoked_at = None
        row.version += 1
        row.save()
    return Invited(row, token)


def invitation_withdraw(*, invitation: Invitation, actor: User | None) -> Invitation:
    """Close the link at once. What was answered stays.

    Raises:
        PermissionDenied: when the person's role does not invite.
    """
    _may_invite(invitation, actor)
    with recorded(actor=actor, reason="invitation withdrawn"):
        row = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if row.revoked_at is None:
            row.revoked_at = timezone.now()
            row.version += 1
            row.save()
    return row


def invitation_seen(*, invitation: Invitation) -> None:
    """The contact has opened the link."""
    with recorded(actor=contact_of(invitation), reason="link opened"):
        Invitation.objects.filter(pk=invitation.pk).update(last_seen_at=timezone.now())


def confidentiality_accept(*, invitation: Invitation, name: str) -> Invitation:
    """The contact accepts the agreement with their name; done once.

    Raises:
        ValidationError: without a name.
    """
    if not name.strip():
        raise ValidationError({"name": _("Type your name to accept.")})
    with recorded(actor=contact_of(invitation), reason="confidentiality accepted"):
        row = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if row.confidentiality_accepted_at is None:
            row.confidentiality_accepted_at = timezone.now()
            row.confidentiality_accepted_by = name.strip()[:150]
            row.version += 1
            row.save()
    return row


def contact_of(invitation: Invitation) -> str:
    """Who writes, as the change history names them: they have no account."""
    return f"{invitation.name} <{invitation.email}>, invitation {invitation.pk}"


def _may_invite(invitation: Invitation, actor: User | None) -> None:
    on_quality = invitation.audit_id is not None or invitation.capas.exists()
    (PortalPolicy.invite_on_quality if on_quality else PortalPolicy.invite).require(actor)


def _is_out(audit: Audit) -> bool:
    return audit.state in (Audit.State.REPORTED, Audit.State.RESPONSES)


def _until(days: int) -> datetime:
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError({"days": _("Between 1 and %(most)s days.") % {"most": MOST_DAYS}})
    return timezone.now() + timedelta(days=days)
