"""Invented audits of the fictional sites: planned, in progress, reported, answered and closed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5

from accounts.models import User
from accounts.roles import Role
from audits.auditing.checklists import questions_for
from audits.auditing.workflow import rating_suggested
from audits.models import (
    AgendaItem,
    Audit,
    AuditMember,
    ChecklistItem,
    Finding,
    FindingResponse,
    QualitySystem,
)
from partners.models import Site
from records.models import Signature
from workspace.demo.signing import sign_past

S = Audit.State
SPACE = UUID("6f2b5f0e-7a0e-4a63-9a57-3f8c2f1d9e11")
ANSWER_DAYS = 30
STANDARDS = "21 CFR 210 and 211; EU GMP; quality agreement"


@dataclass(frozen=True)
class Found:
    """An invented finding. `part_of` is the place of the major finding it was combined into, from 1."""

    severity: str
    system: str
    regulation: str
    text: str
    evidence: str = ""
    falsification: bool = False
    part_of: int = 0


@dataclass(frozen=True)
class Visit:
    """An invented audit; days count from today."""

    city: str
    state: Audit.State
    starts: int
    days: int
    systems: tuple[QualitySystem, ...]
    purpose: str
    type: str = "routine"
    mode_rationale: str = ""
    findings: tuple[Found, ...] = ()
    summary: str = ""
    answered: int = 0
    notes: Mapping[int, str] = field(default_factory=dict)


Q = QualitySystem
ALL = tuple(QualitySystem)
VISITS = (
    Visit(
        "Corran Bridge",
        S.CLOSED,
        -430,
        3,
        ALL,
        "Qualification for commercial supply of an antibody.",
        type="qualification",
        summary="A mature site. The quality unit decides on every batch, and investigations reach a root cause.",
        findings=(
            Found(
                "other",
                Q.MATERIALS,
                "21 CFR 211.84(d)(2)",
                "The certificate of one resin supplier was accepted "
                "for 14 months without a periodic test of one's own.",
                "Supplier file RS-118, lots 21 to 34",
            ),
            Found(
                "other",
                Q.QUALITY,
                "21 CFR 211.198",
                "Two complaints were closed after 45 days; the procedure allows 30.",
                "Complaints C-0231 and C-0236",
            ),
        ),
        answered=2,
    ),
    Visit(
        "Monteloup",
        S.RESPONSES,
        -75,
        4,
        (Q.QUALITY, Q.PRODUCTION, Q.FACILITIES, Q.LABORATORY),
        "For cause: repeated sterility failures of one product.",
        type="for_cause",
        summary="Sterility assurance is not under control, and original data was replaced. Supply is on hold.",
        findings=(
            Found(
                "critical",
                Q.LABORATORY,
                "21 CFR 211.194",
                "Plate counts of the filling line were entered before the plates were read.",
                "Incubator log of 4 March against sheets EM-2207 to EM-2211",
                falsification=True,
            ),
            Found(
                "major",
                Q.FACILITIES,
                "EU GMP annex 1",
                "Airflow over the stopper bowl was not shown under dynamic conditions.",
                "Smoke study SS-17, at rest only",
            ),
            Found(
                "major",
                Q.QUALITY,
                "21 CFR 211.192",
                "Investigations of three sterility failures name operator error without evidence.",
                "Deviations D-4410, D-4432 and D-4501",
            ),
            Found(
                "other",
                Q.PRODUCTION,
                "21 CFR 211.100",
                "Entries in two batch records were made later on the same day.",
                "Batches ML-0912 and ML-0915",
            ),
        ),
        answered=2,
    ),
    Visit(
        "Ashcombe",
        S.REPORTED,
        -32,
        2,
        (Q.PRODUCTION, Q.PACKAGING, Q.MATERIALS, Q.QUALITY),
        "Routine audit of filling and packaging.",
        summary="Processes are sound. Labeling control shows several small departures that together are a system "
        "in need of repair.",
        findings=(
            Found(
                "other",
                Q.PACKAGING,
                "21 CFR 211.125",
                "Returned labels of one batch were counted by one person.",
                "Batch AS-221, reconciliation sheet",
                part_of=4,
            ),
            Found(
                "other",
                Q.PACKAGING,
                "21 CFR 211.130",
                "The code reader was not challenged after a stop of the line.",
                "Line 3, 11 o'clock",
                part_of=4,
            ),
            Found(
                "other",
                Q.PACKAGING,
                "21 CFR 211.122",
                "The label store was unlocked during the tour.",
                part_of=4,
            ),
            Found("major", Q.PACKAGING, "21 CFR 211.125", "Control of labels is not effective as a system."),
            Found(
                "other",
                Q.MATERIALS,
                "21 CFR 211.142",
                "One temperature excursion of the warehouse was assessed after 21 days.",
                "Excursion TE-77",
            ),
        ),
    ),
    Visit(
        "Saint-Évran",
        S.IN_PROGRESS,
        -1,
        3,
        (Q.QUALITY, Q.LABORATORY, Q.PRODUCTION),
        "Routine audit, held by video.",
        mode_rationale="Good record, no change of scope since the visit of last year; the next visit is on site.",
        findings=(
            Found(
                "other",
                Q.LABORATORY,
                "21 CFR 211.166",
                "Two stability pulls were four days late.",
                "Studies ST-31 and ST-33",
            ),
            Found(
                "major",
                Q.LABORATORY,
                "21 CFR 211.68",
                "Analysts share one account on the particle counter.",
                "User list of PC-02",
            ),
        ),
        notes={
            1: "Organization chart and three batch decisions seen.",
            2: "Five deviations of this year read.",
        },
    ),
    Visit("Pinehurst Fork", S.PLANNED, 24, 3, ALL, "Qualification for phase 3 supply.", type="qualification"),
    Visit("Harrowgate Park", S.PLANNED, 58, 2, (Q.MATERIALS, Q.PACKAGING, Q.QUALITY), "Routine audit."),
    Visit(
        "Lindenau am See",
        S.CANCELLED,
        -15,
        2,
        (Q.PRODUCTION, Q.FACILITIES),
        "Routine audit; the line is being rebuilt, to be held when it runs again.",
    ),
)


def audits_write(sites: Mapping[str, Site], people: Mapping[Role, User], today: date) -> list[Audit]:
    """Write the invented audits; the reports that are out are signed by the QA lead and an administrator."""
    return [
        _visit_write(visit, place, sites[visit.city], people, today) for place, visit in enumerate(VISITS)
    ]


def _visit_write(visit: Visit, place: int, site: Site, people: Mapping[Role, User], today: date) -> Audit:
    starts = today + timedelta(days=visit.starts)
    audit = Audit.objects.create(
        number=f"A-{starts.year}-{101 + place}",
        site=site,
        type=visit.type,
        mode=Audit.Mode.REMOTE if visit.mode_rationale else Audit.Mode.ON_SITE,
        mode_rationale=visit.mode_rationale,
        state=S.IN_PROGRESS if visit.summary else visit.state,
        lead_auditor=people[Role.QA],
        starts_on=starts,
        ends_on=starts + timedelta(days=visit.days - 1),
        systems=[str(system) for system in visit.systems],
        purpose=visit.purpose,
        standards=STANDARDS,
        summary=visit.summary,
        last_finding=len(visit.findings),
    )
    AuditMember.objects.create(audit=audit, user=people[Role.ASSESSOR], part=AuditMember.Part.EXPERT)
    _agenda_write(audit, visit)
    _checklist_write(audit, visit)
    _findings_write(audit, visit, people[Role.QA])
    if visit.summary:
        _report_issue(audit, visit, people, today)
    return audit


def _agenda_write(audit: Audit, visit: Visit) -> None:
    assert audit.starts_on is not None
    assert audit.ends_on is not None
    rows = [
        AgendaItem(
            audit=audit,
            day=audit.starts_on,
            starts_at=time(9),
            topic="Opening meeting",
            with_whom="Site head",
        ),
        AgendaItem(
            audit=audit, day=audit.starts_on, starts_at=time(10), topic="Tour", with_whom="Production"
        ),
        AgendaItem(
            audit=audit, day=audit.ends_on, starts_at=time(16), topic="Closing meeting", with_whom="Site head"
        ),
    ]
    for number, system in enumerate(visit.systems):
        day = audit.starts_on + timedelta(days=min(number // 2, visit.days - 1))
        hour = time(11 if number % 2 == 0 else 14)
        rows.append(
            AgendaItem(
                audit=audit,
                day=day,
                starts_at=hour,
                topic=f"{QualitySystem(system).label} system".capitalize(),
                system=system,
            )
        )
    AgendaItem.objects.bulk_create(rows)


def _checklist_write(audit: Audit, visit: Visit) -> None:
    done = bool(visit.summary)
    cited = {each.regulation.partition("(")[0] for each in visit.findings}
    result = ChecklistItem.Result
    rows = []
    for position, each in enumerate(questions_for(audit.systems), start=1):
        said = result.OPEN
        if done or position in visit.notes:
            said = (
                result.FINDING
                if each.reference.partition(" · ")[0].partition("(")[0] in cited
                else result.CONFORMS
            )
        rows.append(
            ChecklistItem(
                audit=audit,
                position=position,
                system=each.system,
                question=str(each.text),
                reference=each.reference,
                result=said,
                note=visit.notes.get(position, ""),
            )
        )
    ChecklistItem.objects.bulk_create(rows)


def _findings_write(audit: Audit, visit: Visit, noted_by: User) -> None:
    rows = Finding.objects.bulk_create(
        Finding(
            audit=audit,
            entry_key=uuid5(SPACE, f"{audit.number}/{number}"),
            number=number,
            severity=each.severity,
            system=each.system,
            regulation=each.regulation,
            description=each.text,
            objective_evidence=each.evidence,
            is_falsification=each.falsification,
            is_data_integrity=each.falsification,
            noted_by=noted_by,
        )
        for number, each in enumerate(visit.findings, start=1)
    )
    for row, each in zip(rows, visit.findings, strict=True):
        if each.part_of:
            row.combined_into = rows[each.part_of - 1]
            row.combination_rationale = (
                "None alone is major; together they show that labels are not controlled."
            )
            row.save(update_fields=["combined_into", "combination_rationale", "updated_at"])


def _report_issue(audit: Audit, visit: Visit, people: Mapping[Role, User], today: date) -> None:
    audit.rating = rating_suggested(audit)
    audit.rating_rationale = "As the findings suggest."
    audit.save()
    assert audit.ends_on is not None
    reported_on = min(audit.ends_on + timedelta(days=10), today)
    for meaning, role in (("authored", Role.QA), ("approved", Role.ADMINISTRATOR)):
        sign_past(
            audit,
            part="report",
            meaning=Signature.Meaning(meaning),
            user=people[role],
            on=reported_on,
            hour=15 if meaning == "authored" else 17,
        )
    due = reported_on + timedelta(days=ANSWER_DAYS)
    audit.state, audit.reported_on, audit.responses_due_on = visit.state, reported_on, due
    closed = visit.state == S.CLOSED
    audit.closed_on = due + timedelta(days=20) if closed else None
    audit.save()
    standing = audit.findings.filter(combined_into__isnull=True).order_by("number")
    standing.update(response_due_on=due)
    for number, finding in enumerate(standing[: visit.answered]):
        FindingResponse.objects.create(
            finding=finding,
            state=FindingResponse.State.ACCEPTED if closed else FindingResponse.State.SUBMITTED,
            root_cause="The procedure left open who checks, and training did not name the case.",
            correction="Affected records were reviewed; none changes the decision on a batch.",
            action="Procedure rewritten, people trained, effect checked over three months.",
            action_due_on=due + timedelta(days=60),
            author_name="Quality unit of the site",
            submitted_at=datetime.combine(due - timedelta(days=4 + number), time(15), UTC),
        )
        finding.state = Finding.State.CLOSED if closed else Finding.State.ANSWERED
        finding.closed_on = audit.closed_on
        finding.save(update_fields=["state", "closed_on", "updated_at"])
