"""What of audits is signed, asks for a reason and carries files."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audits.auditing.workflow import report_refusal, report_signed
from audits.capas.closing import ACTION_FIELDS, FIELDS, closure_kept, closure_refusal, closure_signed
from audits.capas.policies import CapaPolicy
from audits.capas.services import CLOSURE
from audits.models import (
    AgendaItem,
    Answer,
    Audit,
    AuditMember,
    Capa,
    CapaAction,
    CapaComment,
    CapaExtension,
    ChecklistItem,
    Finding,
    FindingResponse,
    Question,
    Questionnaire,
    QuestionnaireRequest,
)
from audits.policies import AuditPolicy
from records.declarations import Child, attachable, gmp_relevant, signable
from records.models import Signature
from records.signing.state import is_locked

Meaning = Signature.Meaning
IN_DRAFT = Q(state__in=[Audit.State.PLANNED, Audit.State.IN_PROGRESS])


def _may_attach(_record: Any, user: User) -> bool:
    return AuditPolicy.change.allows(user)


def _may_attach_photo(finding: Finding, user: User) -> bool:
    """Until the report is signed: what was signed is what was seen."""
    draft = finding.audit.is_draft and not is_locked(finding.audit, "report")
    return draft and AuditPolicy.change.allows(user)


signable(
    Audit,
    part="report",
    fields=(
        "number",
        "site",
        "type",
        "mode",
        "mode_rationale",
        "lead_auditor",
        "starts_on",
        "ends_on",
        "systems",
        "purpose",
        "standards",
        "summary",
        "rating",
        "rating_rationale",
    ),
    children={
        "members": Child(AuditMember, "audit", ("user", "name", "part")),
        "agenda": Child(AgendaItem, "audit", ("day", "starts_at", "topic", "system", "with_whom")),
        "checklist": Child(
            ChecklistItem, "audit", ("position", "system", "question", "reference", "result", "note")
        ),
        "findings": Child(
            Finding,
            "audit",
            (
                "number",
                "severity",
                "system",
                "regulation",
                "description",
                "objective_evidence",
                "is_falsification",
                "is_data_integrity",
                "combined_into",
                "combination_rationale",
            ),
            attachments=True,
        ),
    },
    meanings={Meaning.AUTHORED: AuditPolicy.change, Meaning.APPROVED: AuditPolicy.approve},
    title=_("audit report"),
    attachments=True,
    refusal=report_refusal,
    signed=report_signed,
    address=lambda audit: reverse("audits:report", args=[audit.pk]),
)
gmp_relevant(Audit, draft=IN_DRAFT, free=("last_finding",))
for _part in (AuditMember, AgendaItem, ChecklistItem, Finding):
    gmp_relevant(_part, parent="audit")
attachable(Audit, may_attach=_may_attach)
attachable(Finding, may_attach=_may_attach_photo)


def _may_attach_evidence(capa: Capa, user: User) -> bool:
    return not capa.is_closed and CapaPolicy.change.allows(user)


signable(
    Capa,
    part=CLOSURE,
    fields=FIELDS,
    children={"actions": Child(CapaAction, "capa", ACTION_FIELDS)},
    meanings={Meaning.REVIEWED: CapaPolicy.verify},
    title=_("closure of the CAPA"),
    attachments=True,
    refusal=closure_refusal,
    signed=closure_signed,
    kept=closure_kept,
)
gmp_relevant(Capa, draft=Q(state=Capa.State.OPEN))
gmp_relevant(CapaAction, parent="capa")
gmp_relevant(CapaExtension, parent="capa")
# Never in draft: what was said to the other side stays as it was said.
gmp_relevant(CapaComment)
attachable(Capa, may_attach=_may_attach_evidence)
attachable(CapaAction, may_attach=lambda action, user: _may_attach_evidence(action.capa, user))


def _responses_seen(user: Any) -> Any:
    return FindingResponse.objects.filter(finding__in=Finding.objects.visible_to(user))


def _only_the_site(_record: Any, _user: User) -> bool:
    """The site adds files through the portal; our own people read them."""
    return False


# What the site writes is a draft until it is submitted, and again while a returned one is open.
gmp_relevant(FindingResponse, draft=Q(state=FindingResponse.State.DRAFT))
gmp_relevant(
    QuestionnaireRequest,
    draft=Q(
        state__in=[
            QuestionnaireRequest.State.SENT,
            QuestionnaireRequest.State.STARTED,
            QuestionnaireRequest.State.RETURNED,
        ]
    ),
)
gmp_relevant(Answer, parent="request")
gmp_relevant(Questionnaire, draft=Q(state=Questionnaire.State.DRAFT))
gmp_relevant(Question, parent="questionnaire", adding=True)
attachable(
    FindingResponse,
    may_attach=_only_the_site,
    visible=_responses_seen,
    address=lambda response: reverse("questionnaires:response", args=[response.pk]),
)
attachable(Answer, may_attach=_only_the_site)
