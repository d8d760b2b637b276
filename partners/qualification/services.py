"""Decisions on standing and quality agreements: drafted, signed or made effective, superseded, ended."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.versions import apply_changes, locked_at_version
from partners.models import AgreementDuty, QualityAgreement, Site, StandingDecision
from partners.policies import QualificationPolicy
from partners.qualification.duties import USUAL
from records.context import recorded
from records.models import Signature
from records.refusals import refusals_raised

DECISION_FIELDS = frozenset({"standing", "occasion", "conditions", "rationale", "valid_until", "decided_on"})
AGREEMENT_FIELDS = frozenset(
    {
        "title",
        "scope",
        "revision",
        "state",
        "effective_on",
        "expires_on",
        "quality_approved_on",
        "partner_approved_on",
    }
)
# What a decision may lead to; draft and archived are set on the site itself.
DECIDED = (Site.Standing.QUALIFIED, Site.Standing.CONDITIONAL, Site.Standing.DISQUALIFIED)
S = StandingDecision.State
A = QualityAgreement.State


def decision_draft(*, site: Site, fields: Mapping[str, Any], actor: User | None) -> StandingDecision:
    """A decision as a draft; it takes effect with the approver's signature.

    Raises:
        PermissionDenied: when the person's role does not qualify sites.
        ValidationError: when a value breaks a rule, or another draft of the site waits.
    """
    QualificationPolicy.change.require(actor)
    _only(fields, DECISION_FIELDS)
    with recorded(actor=actor, reason="decision drafted"):
        Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
        if StandingDecision.objects.filter(site=site, state=S.DRAFT).exists():
            raise ValidationError(_("A decision on this site is in draft already. Change that one."))
        made = StandingDecision(site=site, author=actor, **fields)
        made.full_clean(exclude=["author"])
        made.save()
    return made


def decision_change(
    *, decision: StandingDecision, version: int, changes: Mapping[str, Any], actor: User | None
) -> StandingDecision:
    """Change a draft.

    Raises:
        PermissionDenied, ValidationError: as `decision_draft`; also once it took effect.
        StaleRecord: when someone else changed it since it was read.
        Refused: once it was signed.
    """
    QualificationPolicy.change.require(actor)
    _only(changes, DECISION_FIELDS)
    with refusals_raised(), recorded(actor=actor, reason="decision changed"):
        row = locked_at_version(StandingDecision.objects.all(), pk=decision.pk, version=version)
        if row.state != S.DRAFT:
            raise ValidationError(_("This decision took effect. A new decision takes its place."))
        apply_changes(row, dict(changes))
    return row


def decision_refusal(decision: StandingDecision, _user: User, _meaning: Signature.Meaning) -> str | None:
    """Why a decision cannot be signed now; for the signing page."""
    if decision.state != S.DRAFT:
        return _("This decision has taken effect already.")
    if decision.standing == Site.Standing.CONDITIONAL and not decision.conditions.strip():
        return _("Name the conditions first.")
    if decision.standing == Site.Standing.QUALIFIED and not agreement_effective(decision.site):
        return _(
            "The site cannot become qualified for commercial supply without an effective quality agreement. "
            "Conditionally qualified is possible for clinical supply."
        )
    return None


def decision_signed(decision: StandingDecision, signature: Signature, user: User) -> None:
    """The approver's signature: the decision takes effect, the one before is superseded, the site follows."""
    if signature.meaning == Signature.Meaning.APPROVED:
        decision_take_effect(decision=decision, actor=user)


def decision_take_effect(*, decision: StandingDecision, actor: User) -> None:
    """Put an approved decision in force in the transaction of its signature.

    Raises:
        PermissionDenied: when the person's role does not allow it.
    """
    QualificationPolicy.approve.require(actor)
    with recorded(actor=actor, reason="decision on standing approved"):
        site = Site.objects.select_for_update(of=("self",)).get(pk=decision.site_id)
        for before in StandingDecision.objects.select_for_update(of=("self",)).filter(
            site=site, state=S.EFFECTIVE
        ):
            before.state = S.SUPERSEDED
            before.version += 1
            before.save()
        decision.state = S.EFFECTIVE
        decision.version += 1
        decision.save()
        site.standing = decision.standing
        site.standing_valid_until = decision.valid_until
        site.version += 1
        site.save()


def agreement_effective(site: Site) -> bool:
    """Whether a quality agreement of the site holds today. One query."""
    today = timezone.localdate()
    holds = Q(expires_on__isnull=True) | Q(expires_on__gte=today)
    effective = QualityAgreement.objects.filter(site=site, state=A.EFFECTIVE, effective_on__lte=today)
    return effective.filter(holds).exists()


def agreement_add(*, site: Site, fields: Mapping[str, Any], actor: User | None) -> QualityAgreement:
    """A new agreement, with the usual duties to begin with.

    Raises:
        PermissionDenied: when the person's role does not qualify sites.
        ValidationError: when a value breaks a rule of the model.
    """
    QualificationPolicy.change.require(actor)
    _only(fields, AGREEMENT_FIELDS)
    made = QualityAgreement(site=site, **fields)
    made.full_clean()
    _check_days(made)
    with recorded(actor=actor, reason="agreement entered"):
        made.save()
        AgreementDuty.objects.bulk_create(
            AgreementDuty(agreement=made, position=position, activity=str(activity), bearer=bearer)
            for position, (activity, bearer) in enumerate(USUAL, start=1)
        )
    return made


def agreement_change(
    *,
    agreement: QualityAgreement,
    version: int,
    changes: Mapping[str, Any],
    actor: User | None,
    reason: str = "",
) -> QualityAgreement:
    """Change an agreement, its state included; with a reason once it is effective.

    Raises:
        PermissionDenied, ValidationError: as `agreement_add`.
        StaleRecord: when someone else changed it since it was read.
        Refused: without a reason where one is needed.
    """
    QualificationPolicy.change.require(actor)
    _only(changes, AGREEMENT_FIELDS)
    with refusals_raised(), recorded(actor=actor, reason=reason.strip()):
        row = locked_at_version(QualityAgreement.objects.all(), pk=agreement.pk, version=version)
        for name, value in changes.items():
            setattr(agreement, name, value)
        _check_days(agreement)
        apply_changes(row, dict(changes))
    return row


def duty_save(
    *,
    agreement: QualityAgreement,
    fields: Mapping[str, Any],
    actor: User | None,
    reason: str = "",
    duty: AgreementDuty | None = None,
) -> AgreementDuty:
    """Add a duty at the end of the matrix, or change one.

    Raises:
        PermissionDenied: when the person's role does not qualify sites.
        ValidationError: for an activity that is in the matrix already.
        Refused: without a reason where the agreement is effective.
    """
    QualificationPolicy.change.require(actor)
    _only(fields, frozenset({"activity", "bearer", "note"}))
    with refusals_raised(), recorded(actor=actor, reason=reason.strip()):
        locked = QualityAgreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
        row = duty or AgreementDuty(agreement=locked, position=_next_position(locked))
        for name, value in fields.items():
            setattr(row, name, value)
        row.full_clean()
        row.version += 1 if duty else 0
        row.save()
    return row


def duty_remove(*, duty: AgreementDuty, actor: User | None, reason: str = "") -> None:
    """Remove a duty.

    Raises:
        PermissionDenied: when the person's role does not qualify sites.
        Refused: without a reason where the agreement is effective.
    """
    QualificationPolicy.change.require(actor)
    with refusals_raised(), recorded(actor=actor, reason=reason.strip()):
        duty.delete()


def _check_days(agreement: QualityAgreement) -> None:
    """Effective means: dated, and approved by our quality unit."""
    if agreement.state != A.EFFECTIVE:
        return
    missing = {
        name: _("An effective agreement needs this day.")
        for name in ("effective_on", "quality_approved_on", "partner_approved_on")
        if getattr(agreement, name) is None
    }
    if missing:
        raise ValidationError(missing)


def _next_position(agreement: QualityAgreement) -> int:
    return int(agreement.duties.aggregate(last=Max("position"))["last"] or 0) + 1


def _only(fields: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := fields.keys() - known:
        raise TypeError(f"No such field can be edited: {sorted(unknown)}.")
