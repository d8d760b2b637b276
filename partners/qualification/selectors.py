"""The qualification file of a site, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from partners.models import Certificate, QualityAgreement, Site, StandingDecision
from partners.qualification.readiness import Facts, Valid


@dataclass(frozen=True)
class QualificationFile:
    """What the file holds, newest first."""

    decisions: list[StandingDecision]
    agreements: list[QualityAgreement]
    certificates: list[Certificate]


def qualification_file(site: Site) -> QualificationFile:
    """Three queries; agreements with `duty_count`."""
    return QualificationFile(
        decisions=list(
            StandingDecision.objects.filter(site=site).select_related("author").order_by("-decided_on", "-pk")
        ),
        agreements=list(QualityAgreement.objects.filter(site=site).annotate(duty_count=Count("duties"))),
        certificates=list(Certificate.objects.current().filter(site=site)),
    )


def facts_of(site: Site, file: QualificationFile, *, today: date, gmp_evidence: bool) -> Facts:
    """The facts behind the checklist. No query."""
    effective = QualityAgreement.State.EFFECTIVE
    return Facts(
        today=today,
        standing=site.standing,
        standing_until=site.standing_valid_until,
        agreements=tuple(
            Valid("agreement", until=each.expires_on)
            for each in file.agreements
            if each.state == effective and each.effective_on and each.effective_on <= today
        ),
        certificates=tuple(
            Valid(each.kind, each.jurisdiction, each.expires_on) for each in file.certificates
        ),
        gmp_evidence=gmp_evidence,
    )
