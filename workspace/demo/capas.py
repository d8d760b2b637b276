"""Invented CAPAs of the fictional sites, in every state; good sites finish theirs in time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import User
from accounts.roles import Role
from audits.capas.services import CLOSURE
from audits.models import Capa, CapaAction, CapaExtension, Finding
from partners.models import Site
from records.models import Signature
from workspace.demo.signing import sign_past

S = Capa.State
ORDER = list(S)


@dataclass(frozen=True)
class Case:
    """An invented CAPA. Days count from today; `finding` takes the first finding of the site's audits."""

    city: str
    state: Capa.State
    title: str
    problem: str
    severity: str
    opened: int
    due: int
    cause: str = ""
    category: str = ""
    method: str = "five_whys"
    whys: tuple[str, ...] = ()
    criterion: str = ""
    action: str = ""
    implemented: int | None = None
    check_due: int | None = None
    closed: int | None = None
    result: str = ""
    at_site: str = ""
    finding: bool = False
    asks: tuple[int, str] | None = None
    reopened: int | None = None
    follows: str = ""


CASES = (
    Case(
        "Corran Bridge", S.CLOSED_EFFECTIVE, "Resin accepted without a test of one's own",
        "The certificate of one resin supplier was accepted for 14 months without a periodic test.", "other",
        -370, -280, "The supplier file has no date by which a test is due.", "method",
        whys=("Nobody ordered the test.", "No list says when it is due.", "Supplier files carry no dates."),
        criterion="No overdue supplier test in two quarterly reviews.",
        action="Due dates in every supplier file, reviewed each quarter.",
        implemented=-300, check_due=-200, closed=-205, result="0 overdue tests in both reviews.", finding=True,
        at_site="Aoife Brannagh, quality",
    ),
    Case(
        "Corran Bridge", S.CLOSED_EFFECTIVE, "Glove leak found at the end of a campaign",
        "A pinhole in glove 4 of isolator 2 was found after eleven batches.", "major",
        -300, -210, "Gloves are changed by calendar, not by use.", "machine",
        whys=("The glove was worn.", "It was in use for 40 cycles.", "Changes follow the calendar."),
        criterion="No positive glove test in 30 batches.", action="Change gloves after 25 cycles.",
        implemented=-225, check_due=-120, closed=-125, result="0 positive of 34 batches.",
        at_site="Aoife Brannagh, quality",
    ),
    Case(
        "Norreby", S.CLOSED_EFFECTIVE, "Coating weight drifts on machine 3",
        "Coating weight of 4 of 60 batches was near its upper limit.", "other", -260, -170,
        "The spray nozzles wear faster with the new pigment.", "material", "ishikawa",
        criterion="Cpk of the coating weight above 1.33 over 20 batches.", action="Nozzle wear gauge, weekly.",
        implemented=-190, check_due=-90, closed=-95, result="Cpk 1.52 over 22 batches.",
        at_site="Henrik Storgaard, production",
    ),
    Case(
        "Cedar Landing", S.EFFECTIVENESS_DUE, "Late transfer of cell counts into the batch record",
        "In 5 of 18 batches, cell counts were entered the next day.", "major", -200, -80,
        "The counter is in another room than the terminal.", "method",
        whys=("Operators note on paper first.", "The terminal is one room away."),
        criterion="Every count entered within 30 minutes over 15 batches.", action="Terminal beside the counter.",
        implemented=-95, check_due=12,
    ),
    Case(
        "Saint-Évran", S.IMPLEMENTED, "Tablet press log without second check",
        "The log of press 2 lacked the second signature on 9 of 120 days.", "other", -110, 10,
        "The night shift has one operator.", "people", "ishikawa",
        criterion="No missing second check in 60 days.", action="Second check by the line lead of the day shift.",
        implemented=-6, check_due=84,
    ),
    Case(
        "Valdaro", S.IMPLEMENTING, "Vial breakage in the freeze dryer",
        "Six vials cracked in one run; glass was found on two shelves.", "major", -75, 4,
        "Shelves are not leveled after maintenance.", "machine",
        whys=("Vials cracked.", "They leaned.", "The shelf was uneven.", "It was not leveled after maintenance."),
        criterion="No cracked vial in 10 runs.", action="Level and measure shelves after every maintenance.",
        asks=(40, "The laser gauge comes from one maker, six weeks late."),
    ),
    Case(
        "Ashcombe", S.IMPLEMENTING, "Environmental trend without an investigation",
        "Three action-limit results in one month were filed without an investigation.", "major", -160, -12,
        "Nobody owns the trend.", "method",
        whys=("No investigation was opened.", "The trend was nobody's task."),
        criterion="Each trend investigated within 5 working days over six months.",
        action="Name an owner of the trend; review each week.",
        at_site="Owen Tresillian, microbiology",
    ),
    Case(
        "Ashcombe", S.CLOSED_INEFFECTIVE, "Labels of two strengths on one cart",
        "Labels of 5 and 10 mg were found on one cart before packaging.", "major", -330, -240,
        "Operators were not trained on the new carts.", "people",
        whys=("Two rolls were on one cart.", "The carts look alike.", "Training did not cover it."),
        criterion="No mixed cart in 50 inspections.", action="Train all operators.",
        implemented=-215, check_due=-110, closed=-100, result="2 mixed carts in 50 inspections.",
        at_site="Owen Tresillian, packaging",
    ),
    Case(
        "Ashcombe", S.INVESTIGATION, "Labels of two strengths on one cart",
        "Labels of 5 and 10 mg were found on one cart before packaging.", "major", -100, 3,
        at_site="Owen Tresillian, packaging", follows="Labels of two strengths on one cart",
    ),
    Case(
        "Monteloup", S.INVESTIGATION, "Plate counts entered before reading",
        "Plate counts of the filling line were entered before the plates were read.", "critical", -62, -9,
        finding=True, at_site="Samir Haddadi, laboratory",
    ),
    Case(
        "Monteloup", S.CLOSED_INEFFECTIVE, "Repeated sterility failure",
        "Two lots of one product failed sterility within four months.", "critical", -420, -330,
        "The aseptic connection is made outside the isolator.", "method", "ishikawa",
        criterion="No sterility failure in 20 lots.", action="New procedure for the connection.",
        implemented=-290, check_due=-180, closed=-170, result="1 failure in 14 lots.",
        at_site="Samir Haddadi, production",
    ),
    Case(
        "Monteloup", S.OPEN, "Repeated sterility failure",
        "Two lots of one product failed sterility within four months.", "critical", -170, -60,
        at_site="Samir Haddadi, production", follows="Repeated sterility failure",
    ),
    Case(
        "Tamarind Bay", S.PLAN_APPROVED, "Balance used past its calibration",
        "A balance was used for 19 days after its calibration had lapsed.", "major", -50, 45,
        "Labels do not show the last valid day.", "measurement", "ishikawa",
        criterion="No use past calibration in 90 days.", action="Labels with the last valid day; lock in the system.",
    ),
    Case(
        "Harrowgate Park", S.INVESTIGATION, "Temperature alarm without an answer",
        "A store of −20 °C was above −15 °C for three hours; nobody answered the alarm.", "major", -190, -40,
        at_site="Priya Raghunandan, logistics", reopened=-130,
    ),
    Case(
        "Coldwater Flats", S.OPEN, "Change request without a validation assessment",
        "A pump was replaced by another type without an assessment.", "other", -9, 81,
    ),
)  # fmt: skip


def capas_write(sites: Mapping[str, Site], people: Mapping[Role, User], today: date) -> None:
    """Write the invented CAPAs; closures are signed by their verifier."""
    written: dict[str, Capa] = {}
    for place, case in enumerate(CASES, start=1):
        capa = _capa(case, place, sites[case.city], people, today)
        capa.parent = written.get(case.follows)
        capa.save()
        written.setdefault(case.title, capa)
        _actions_write(capa, case, people, today)
        _extension_write(capa, case, people)
        if capa.closed_on:
            sign_past(
                capa,
                part=CLOSURE,
                meaning=Signature.Meaning.REVIEWED,
                user=people[Role.QA],
                on=capa.closed_on,
            )


def _capa(case: Case, place: int, site: Site, people: Mapping[Role, User], today: date) -> Capa:
    def day(days: int | None) -> date | None:
        return None if days is None else today + timedelta(days=days)

    opened_on = today + timedelta(days=case.opened)
    past_plan = ORDER.index(case.state) >= ORDER.index(S.PLAN_APPROVED)
    closed = case.closed is not None
    finding = Finding.objects.filter(audit__site=site).order_by("pk").first() if case.finding else None
    return Capa(
        number=f"CAPA-{opened_on.year}-{900 + place}",
        site=site,
        finding=finding,
        origin=Capa.Origin.FINDING if finding else Capa.Origin.DEVIATION,
        title=case.title,
        description=case.problem,
        severity=case.severity,
        state=case.state,
        owner=None if case.at_site else people[Role.ASSESSOR],
        owner_name=case.at_site,
        opened_on=opened_on,
        clock_from=day(case.reopened) or opened_on,
        reopened_count=1 if case.reopened else 0,
        due_on=today + timedelta(days=case.due),
        root_cause_method=case.method if case.cause else "",
        root_cause_category=case.category,
        whys=list(case.whys),
        root_cause=case.cause,
        plan_approved_by=people[Role.QA] if past_plan else None,
        plan_approved_on=opened_on + timedelta(days=20) if past_plan else None,
        criterion=case.criterion,
        criterion_set_on=opened_on + timedelta(days=18) if case.criterion else None,
        implemented_on=day(case.implemented),
        check_due_on=day(case.check_due),
        verifier=people[Role.QA] if case.criterion else None,
        check_outcome=_outcome(case) if closed else "",
        check_result=case.result,
        checked_on=day(case.closed),
        closed_on=day(case.closed),
    )


def _outcome(case: Case) -> str:
    good = case.state == S.CLOSED_EFFECTIVE
    return Capa.Outcome.EFFECTIVE if good else Capa.Outcome.INEFFECTIVE


def _actions_write(capa: Capa, case: Case, people: Mapping[Role, User], today: date) -> None:
    if not case.action:
        return
    done_on = capa.implemented_on
    begun = today + timedelta(days=case.opened + 5)
    owner = None if case.at_site else people[Role.ASSESSOR]
    CapaAction.objects.bulk_create(
        [
            CapaAction(
                capa=capa,
                kind=CapaAction.Kind.CORRECTION,
                description="Affected batches assessed; none changes a decision.",
                owner=owner,
                owner_name=case.at_site,
                due_on=begun + timedelta(days=10),
                done_on=begun,
                evidence_note="Assessment in the deviation file",
            ),
            CapaAction(
                capa=capa,
                kind=CapaAction.Kind.CORRECTIVE,
                description=case.action,
                owner=owner,
                owner_name=case.at_site,
                due_on=capa.due_on - timedelta(days=5),
                done_on=done_on,
                evidence_note="Procedure in force, training records" if done_on else "",
            ),
        ]
    )


def _extension_write(capa: Capa, case: Case, people: Mapping[Role, User]) -> None:
    if case.asks:
        days, reason = case.asks
        CapaExtension.objects.create(
            capa=capa,
            due_before=capa.due_on,
            due_after=capa.due_on + timedelta(days=days),
            reason=reason,
            requested_by=people[Role.ASSESSOR],
        )
