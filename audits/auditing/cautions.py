"""What our own last audit of a site found that nobody should overlook who chooses among sites.

Our audits exclude nobody by themselves: a program that wants them to makes their rating a requirement.
So what they found is told wherever a site is chosen.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import User
from audits.models import Audit, Finding
from audits.querysets import REPORT_IS_OUT

STANDS = Q(findings__combined_into__isnull=True)


@dataclass(frozen=True, slots=True)
class AuditCaution:
    """An audit that ended badly: rated unsatisfactory, or with critical findings."""

    audit: Audit
    critical: int
    falsified: bool


def audit_cautions(user: User, sites: Collection[int]) -> list[AuditCaution]:
    """The last audit in force of each site, of those that ended badly, by name of the site. One query."""
    bad = STANDS & Q(findings__severity=Finding.Severity.CRITICAL)
    rows = (
        Audit.objects.visible_to(user)
        .in_force()
        .filter(site__in=sites, state__in=REPORT_IS_OUT)
        .select_related("site")
        .annotate(
            critical=Count("findings", filter=bad),
            falsified=Count("findings", filter=STANDS & Q(findings__is_falsification=True)),
        )
        .order_by("reported_on", "pk")
    )
    last = {row.site_id: row for row in rows}
    found = [_caution(row) for row in last.values()]
    told = [each for each in found if each.critical or each.audit.rating == Audit.Rating.UNSATISFACTORY]
    return sorted(told, key=lambda each: (each.audit.site.name_key, each.audit.pk))


def _caution(row: Audit) -> AuditCaution:
    """The counts are annotated."""
    return AuditCaution(row, getattr(row, "critical", 0), bool(getattr(row, "falsified", 0)))
