"""Audits and findings as pages and papers show them, in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from audits.models import Audit, ChecklistItem, Finding, QualitySystem
from audits.querysets import AuditQuerySet
from audits.regulations import same_regulation
from common.months import months_before
from records.models import Attachment

REPEAT_MONTHS = 36
STANDS = Q(findings__combined_into__isnull=True)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding with what it repeats, its parts and its files."""

    finding: Finding
    repeats: tuple[Finding, ...]
    parts: tuple[int, ...]
    files: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class SystemChecklist:
    """The questions of one quality system, and how many are answered."""

    key: str
    label: str
    items: tuple[ChecklistItem, ...]

    @property
    def answered(self) -> int:
        return sum(item.result != ChecklistItem.Result.OPEN for item in self.items)


def audits_listed(user: User) -> AuditQuerySet:
    """Every audit that the person may see, the latest revision of each, with counts of findings."""
    return (
        Audit.objects.visible_to(user)
        .filter(superseded_by__isnull=True)
        .select_related("site", "lead_auditor")
        .annotate(
            critical=Count("findings", filter=STANDS & Q(findings__severity="critical")),
            major=Count("findings", filter=STANDS & Q(findings__severity="major")),
            other=Count("findings", filter=STANDS & Q(findings__severity="other")),
        )
    )


def findings_of(audit: Audit) -> list[FindingRow]:
    """The findings of an audit by number; three queries."""
    findings = list(
        audit.findings.select_related("combined_into", "noted_by", "audit__site").order_by("number")
    )
    earlier = repeated_findings(audit, findings)
    parts: dict[int, list[int]] = defaultdict(list)
    for each in findings:
        if each.combined_into_id:
            parts[each.combined_into_id].append(each.number)
    files: dict[int, list[Attachment]] = defaultdict(list)
    for file in Attachment.objects.filter(
        model=Finding._meta.label, record_pk__in=[each.pk for each in findings]
    ):
        files[file.record_pk].append(file)
    return [
        FindingRow(
            each,
            tuple(earlier.get(each.pk, ())),
            tuple(parts.get(each.pk, ())),
            tuple(files.get(each.pk, ())),
        )
        for each in findings
    ]


def repeated_findings(audit: Audit, findings: Iterable[Finding]) -> dict[int, list[Finding]]:
    """For each finding, those of the 36 months before with the same regulation at the site. One query.

    Paragraphs of one section count as the same: 211.22(d) repeats 211.22.
    """
    held = [each for each in findings if each.regulation]
    day = audit.starts_on or audit.ends_on
    if day is None or not held:
        return {}
    before = (
        Finding.objects.standing()
        .filter(
            audit__site_id=audit.site_id,
            audit__ends_on__gte=months_before(day, REPEAT_MONTHS),
            audit__starts_on__lt=day,
        )
        .exclude(audit__number=audit.number)
        .exclude(regulation="")
        .select_related("audit")
        .order_by("-audit__starts_on", "number")
    )
    by_key: dict[str, list[Finding]] = defaultdict(list)
    for each in before:
        by_key[same_regulation(each.regulation)].append(each)
    return {each.pk: by_key[key] for each in held if (key := same_regulation(each.regulation)) in by_key}


def severity_counts(audit: Audit) -> Counter[str]:
    """How many findings stand by severity. One query."""
    return Counter(audit.findings.filter(combined_into__isnull=True).values_list("severity", flat=True))


def checklist_by_system(audit: Audit) -> list[SystemChecklist]:
    """The checklist in the order of the systems. One query."""
    found: dict[str, list[ChecklistItem]] = defaultdict(list)
    for item in audit.checklist.order_by("position", "pk"):
        found[item.system].append(item)
    return [
        SystemChecklist(system.value, str(system.label), tuple(found[system.value]))
        for system in QualitySystem
        if system.value in found
    ]


def revisions_of(audit: Audit) -> QuerySet[Audit]:
    """Every revision of an audit's report, the latest first."""
    return Audit.objects.filter(number=audit.number).order_by("-revision")
