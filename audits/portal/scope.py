"""Exactly what an invitation opens: the findings of its audit, its CAPAs, its questionnaires, their files."""

from django.db.models import Model, Q, QuerySet

from audits.models import Answer, Audit, Capa, Finding, FindingResponse, Invitation, QuestionnaireRequest
from audits.querysets import FindingQuerySet
from records.models import Attachment

OUT = (Audit.State.REPORTED, Audit.State.RESPONSES, Audit.State.CLOSED)


def audit_shown(invitation: Invitation) -> Audit | None:
    """The invitation's audit in its latest issued revision. One query for each revision."""
    audit = invitation.audit
    while audit is not None:
        later = Audit.objects.filter(supersedes=audit, state__in=OUT).first()
        if later is None:
            break
        audit = later
    return audit if audit is not None and audit.state in OUT else None


def findings_shown(invitation: Invitation) -> FindingQuerySet:
    """The findings the contact answers; one that was combined into another is answered there."""
    audit = audit_shown(invitation)
    if audit is None:
        return Finding.objects.none()
    return Finding.objects.filter(audit=audit, combined_into__isnull=True).order_by("number")


def capas_shown(invitation: Invitation) -> "QuerySet[Capa]":
    """The CAPAs the contact works on, of their own site only."""
    return invitation.capas.filter(site_id=invitation.site_id)


def requests_shown(invitation: Invitation) -> "QuerySet[QuestionnaireRequest]":
    """The questionnaires sent with this invitation."""
    withdrawn = QuestionnaireRequest.State.WITHDRAWN
    return invitation.requests.exclude(state=withdrawn).select_related("questionnaire").order_by("due_on")


def file_shown(invitation: Invitation, pk: int) -> Attachment | None:
    """A file that this contact's answers carry; none for any other file. At most four queries."""
    answers = Answer.objects.filter(request__in=requests_shown(invitation)).values("pk")
    responses = FindingResponse.objects.filter(finding__in=findings_shown(invitation)).values("pk")
    capas = capas_shown(invitation).values("pk")
    mine = (
        Q(model=_label(Answer), record_pk__in=answers)
        | Q(model=_label(FindingResponse), record_pk__in=responses)
        # Files that our own people added stay among ourselves.
        | Q(model=_label(Capa), record_pk__in=capas, uploaded_by__isnull=True)
    )
    return Attachment.objects.filter(mine, pk=pk).first()


def _label(model: type[Model]) -> str:
    return model._meta.label
