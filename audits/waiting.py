"""What waits for whoever answers for quality, a row for each thing; the start page counts them."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from audits.models import Audit, Finding
from audits.policies import AuditPolicy
from records.models import Signature

LABEL = Audit._meta.label


def reports_to_approve(user: User) -> QuerySet[Audit]:
    """Audit reports that their author has signed and this person may approve, being another one."""
    rows = Audit.objects.visible_to(user)
    if not AuditPolicy.approve.allows(user):
        return rows.none()
    standing = Signature.objects.filter(
        model=LABEL, record_pk=OuterRef("pk"), part="report", withdrawn_at__isnull=True
    )
    authored = Exists(standing.filter(meaning=Signature.Meaning.AUTHORED))
    return rows.filter(authored, state=Audit.State.IN_PROGRESS).exclude(Exists(standing.filter(user=user)))


def findings_unanswered(today: date) -> QuerySet[Finding]:
    """Findings whose answer is late, or was returned and is late again."""
    waiting = (Finding.State.OPEN, Finding.State.RETURNED)
    return Finding.objects.standing().filter(state__in=waiting, response_due_on__lt=today)


def with_late_answers(today: date) -> Q:
    """Of audits: those with a finding whose answer is late."""
    return Q(Exists(findings_unanswered(today).filter(audit=OuterRef("pk"))))
