"""What of the directory is signed, asks for a reason and carries files."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partners.models import AgreementDuty, QualityAgreement, Site, StandingDecision
from partners.policies import QualificationPolicy, SitePolicy
from partners.profile.registry import SECTIONS, section_of_model
from partners.profile.selectors import site_id_of
from partners.qualification.services import decision_refusal, decision_signed
from partners.vocabulary import EvidenceStrength
from records.declarations import attachable, gmp_relevant, signable
from records.models import Signature

Meaning = Signature.Meaning


def _may_attach(_record: Any, user: User) -> bool:
    return SitePolicy.change.allows(user)


def _decisions_seen(user: Any) -> Any:
    return StandingDecision.objects.filter(site__in=Site.objects.visible_to(user))


def _decision_address(decision: StandingDecision) -> str:
    return reverse("workspace:decision", args=[decision.pk])


attachable(Site, may_attach=_may_attach, address=lambda site: reverse("workspace:site", args=[site.pk]))

signable(
    StandingDecision,
    fields=("site", "standing", "occasion", "conditions", "rationale", "valid_until", "decided_on", "author"),
    meanings={
        Meaning.AUTHORED: QualificationPolicy.change,
        Meaning.APPROVED: QualificationPolicy.approve,
    },
    title=_("decision on standing"),
    attachments=True,
    visible=_decisions_seen,
    refusal=decision_refusal,
    signed=decision_signed,
    address=_decision_address,
)
gmp_relevant(StandingDecision, draft=Q(state=StandingDecision.State.DRAFT))
attachable(
    StandingDecision,
    may_attach=_may_attach,
    visible=_decisions_seen,
    address=_decision_address,
)
# An agreement that was effective once keeps asking for a reason, and so does its matrix.
gmp_relevant(
    QualityAgreement,
    draft=Q(state__in=[QualityAgreement.State.DRAFT, QualityAgreement.State.NEGOTIATION]),
)
gmp_relevant(AgreementDuty, parent="agreement", adding=True)
attachable(
    QualityAgreement,
    may_attach=lambda agreement, user: QualificationPolicy.change.allows(user),
    visible=lambda user: QualityAgreement.objects.filter(site__in=Site.objects.visible_to(user)),
    address=lambda agreement: reverse("workspace:agreement", args=[agreement.pk]),
)


def _record_address(record: Any) -> str:
    section = section_of_model(record._meta.label)
    assert section is not None
    return reverse("workspace:record", args=[site_id_of(record), section.key, record.pk])


for _section in SECTIONS.values():
    # What somebody of ours verified is changed and removed with a reason.
    gmp_relevant(_section.model, draft=~Q(strength=EvidenceStrength.VERIFIED))
    attachable(_section.model, may_attach=_may_attach, address=_record_address)
