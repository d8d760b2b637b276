"""The people and records that the access matrix tries every address with."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audits.models import Audit, Capa, CapaAction, CapaExtension, Inspection
from imports.models import ImportFile, ImportRun, NameMatch, ProfileImport
from jobs.models import Job
from jobs.services import job_request
from logistics.models import CareSite, DryRun, Lane
from logistics.services import plan_begin
from partners.models import Capability, QualityAgreement, SavedView, Site, StandingDecision
from partners.qualification.services import agreement_add
from programs.models import Candidate, Membership, Program, Proposal, Requirement, WorkPackage
from programs.proposals import proposal_add
from programs.requirement_services import Draft, requirements_add
from records.attaching import attachment_add
from records.models import Attachment, Signature
from records.signing.proof import proof_tell
from reports.models import Report
from reports.services import report_make
from scorecards.decisions.rules import Choice, run_candidates
from scorecards.decisions.services import decision_draft
from scorecards.engine import Status
from scorecards.models import (
    Criterion,
    EvaluationRun,
    FloorException,
    Override,
    Panel,
    PanelScore,
    SourcingDecision,
)
from scorecards.overrides import override_make
from scorecards.panels.scoring import score_save, seat_submit
from scorecards.panels.services import PanelPlan, panel_close, panel_draft, panel_open
from scorecards.plans import scorecard_of
from scorecards.services import evaluation_freeze
from tests.audits.exchange import Exchange, exchange
from workspace.demo.seeding import demo_seed

TODAY = date(2026, 11, 1)
CODE = "AURELIA"
OTHER_CODE = "BOREAL"
# What the assessor of the open panel wrote, in a word that stands nowhere else.
CANARY = "zibeline-4711"
PASSWORD = "larch-islet-0042"


@dataclass(frozen=True)
class Actor:
    """Someone who asks: signed in or not, member of the program or not."""

    label: str
    user: User | None
    member: bool = False
    enabled: bool = True
    seated: bool = False

    @property
    def signed_in(self) -> bool:
        return self.user is not None and self.enabled

    def person(self) -> User | AnonymousUser:
        return self.user if self.user is not None and self.enabled else AnonymousUser()


@dataclass(frozen=True)
class Scene:
    """A seeded product: the program that is asked for, what belongs to it, and everybody."""

    program: Program
    membership: Membership
    candidate: Candidate
    site: Site
    job: Job
    run: EvaluationRun
    override: Override
    exception: FloorException
    panel: Panel
    closed_panel: Panel
    decision: SourcingDecision
    saved_view: SavedView
    requirement: Requirement
    proposal: Proposal
    dry_run: DryRun
    inspection: Inspection
    capa_action: CapaAction
    audit: Audit
    exchange: Exchange
    agreement: QualityAgreement
    report: Report
    import_run: ImportRun
    name_match: NameMatch
    imported: Inspection
    sheet: ProfileImport
    capability: Capability
    attachment: Attachment
    signature: Signature
    actors: tuple[Actor, ...]


def scene_build(data_dir: Path) -> Scene:
    """Seed the demonstration, freeze an evaluation, ask for a job; add outsiders and a disabled person."""
    demo_seed(today=TODAY, data_dir=data_dir)
    program = Program.objects.get(code=CODE)
    sourcing = User.objects.get(role=Role.SOURCING, is_demo=True)
    package = program.packages.get()
    candidate = package.candidates.select_related("site").first()
    assert candidate is not None
    file = ImportFile.objects.create(sha256="0" * 64, name="access.csv", size=0, content=b"")
    run = evaluation_freeze(package=package, as_of=TODAY, actor=sourcing)[0]
    return Scene(
        program=program,
        dry_run=_dry_run(program, sourcing),
        membership=Membership.objects.get(program=program, user=sourcing),
        candidate=candidate,
        site=candidate.site,
        job=job_request(kind="tests.nothing", key="access", payload={}, actor=sourcing),
        audit=Audit.objects.get(state=Audit.State.IN_PROGRESS),
        exchange=exchange(candidate.site),
        agreement=agreement_add(site=candidate.site, fields={"title": "Access"}, actor=None),
        capa_action=_capa_action(candidate.site),
        inspection=Inspection.objects.create(site=candidate.site, happened_on=TODAY),
        saved_view=SavedView.objects.create(owner=sourcing, name="Access", query=""),
        exception=_exception(package, candidate.site, sourcing),
        override=override_make(
            package=package,
            site=candidate.site,
            criterion="proven-batch",
            low=Decimal(40),
            high=Decimal(60),
            reason="Access",
            actor=sourcing,
        ),
        requirement=requirements_add(
            package=package, drafts=[Draft("site.country", "in", ["FR"], "Access")], actor=sourcing
        )[0],
        proposal=proposal_add(
            candidate=candidate, fields={"received_on": TODAY, "cost": 1, "currency": "EUR"}, actor=sourcing
        ),
        run=run,
        panel=_open_panel(package),
        closed_panel=_closed_panel(candidate, sourcing),
        decision=_decision(package, run, sourcing),
        report=report_make(
            program=program,
            site=candidate.site,
            language="en",
            paper=Report.Paper.A4,
            as_of=TODAY,
            key="access",
            actor=sourcing,
        ),
        import_run=ImportRun.objects.create(file=file, retrieved_on=TODAY),
        sheet=ProfileImport.objects.create(file=file, section="capabilities", state="undone"),
        capability=Capability.objects.filter(site=candidate.site).earliest("pk"),
        imported=Inspection.objects.create(
            site=candidate.site,
            source="fda-inspections",
            source_key="1/a/b",
            source_sha256="0" * 64,
            source_line=2,
        ),
        name_match=NameMatch.objects.create(firm_key="access", firm_name="Access", decision="dismissed"),
        attachment=attachment_add(
            record=candidate.site, file=BytesIO(b"%PDF-1.7 access"), name="access.pdf", actor=None
        ),
        signature=_signature(candidate.site, sourcing),
        actors=tuple(_actors(program, Program.objects.get(code=OTHER_CODE))),
    )


def _open_panel(package: WorkPackage) -> Panel:
    """The demonstration's own, with a comment that only its assessor may read."""
    panel = Panel.objects.get(work_package=package, state=Panel.State.OPEN)
    PanelScore.objects.filter(panel=panel, seat__assessor__role=Role.ASSESSOR).update(comment=CANARY)
    return panel


def _closed_panel(candidate: Candidate, lead: User) -> Panel:
    """A panel of one assessor, to be moderated."""
    plan = PanelPlan(
        title="Access",
        due_on=timezone.localdate() + timedelta(days=1),
        sites=[candidate.site_id],
        assessors={"quality-authority": [lead.pk]},
    )
    panel = panel_draft(package=candidate.work_package, plan=plan, actor=lead)
    panel = panel_open(panel=panel, version=panel.version, accept_few=True, actor=lead)
    seat = panel.seats.get()
    score_save(
        seat=seat,
        criterion=panel.criteria.get(),
        site_id=candidate.site_id,
        level=3,
        cannot_judge=False,
        comment="",
        version=0,
        actor=lead,
    )
    seat_submit(seat=seat, actor=lead)
    return panel_close(panel=panel, version=panel.version, reason="", actor=lead)


def _exception(package: WorkPackage, site: Site, lead: User) -> FloorException:
    """An exception in draft, to a floor that the template has not got."""
    return FloorException.objects.create(
        work_package=package,
        site=site,
        criterion=Criterion.objects.get(template=scorecard_of(package).template, key="depth"),
        floor=60,
        low=40,
        high=50,
        strength="claimed",
        reason="Access",
        author=lead,
    )


def _decision(package: WorkPackage, run: EvaluationRun, lead: User) -> SourcingDecision:
    """A draft that selects the first candidate that may be chosen."""
    rows = run_candidates(run)
    first = next(row for row in rows if row.status is Status.RANKED)
    choices = [Choice(row.site_id, "selected" if row is first else "declined", "Access") for row in rows]
    fields = {"run": run, "rationale": "Access", "decided_on": TODAY}
    return decision_draft(package=package, fields=fields, choices=choices, actor=lead)


def _signature(site: Site, author: User) -> Signature:
    """A decision on the site's standing, signed by its author."""
    decision = StandingDecision.objects.create(
        site=site, standing="qualified", occasion="initial", rationale="Audited.", decided_on=TODAY
    )
    signature = Signature(
        model="partners.StandingDecision",
        record_pk=decision.pk,
        user=author,
        printed_name=author.full_name,
        meaning="authored",
        content="{}",
        content_sha256="0" * 64,
        nonce="access",
    )
    with transaction.atomic():
        proof_tell(signature)
        signature.save(force_insert=True)
    return signature


def _dry_run(program: Program, actor: User) -> DryRun:
    """A dry run on the lane to a care site of the program's distribution plan."""
    plan = plan_begin(program=program, actor=actor)
    site = CareSite.objects.create(plan=plan, name="Access", country="FR", region="eu")
    lane = Lane.objects.create(plan=plan, name="Access", care_site=site)
    run: DryRun = DryRun.objects.create(plan=plan, name="Access", lane=lane)
    return run


def _capa_action(site: Site) -> CapaAction:
    """An action of a CAPA that asks for more time."""
    capa = Capa.objects.create(
        number="CAPA-ACCESS",
        site=site,
        origin="other",
        title="Access",
        description="Access",
        opened_on=TODAY,
        clock_from=TODAY,
        due_on=TODAY,
    )
    CapaExtension.objects.create(
        capa=capa, due_before=TODAY, due_after=TODAY + timedelta(days=30), reason="Access"
    )
    return CapaAction.objects.create(capa=capa, kind="corrective", description="Access", due_on=TODAY)


def _actors(program: Program, other: Program) -> list[Actor]:
    actors = [Actor("anonymous", None)]
    for role in Role:
        insider = User.objects.get(role=role, is_demo=True)
        Membership.objects.get_or_create(program=program, user=insider)
        seated = role in (Role.SOURCING, Role.ASSESSOR, Role.QA)
        actors.append(Actor(f"{role} inside", insider, member=role != Role.PARTNER, seated=seated))
        outsider = User.objects.create_user(
            f"{role}@elsewhere.example", PASSWORD, full_name="Outside", role=role
        )
        Membership.objects.create(program=other, user=outsider)
        actors.append(Actor(f"{role} outside", outsider, member=role == Role.ADMINISTRATOR))
    disabled = User.objects.create_user(
        "disabled@elsewhere.example", None, full_name="Gone", role=Role.SOURCING, is_active=False
    )
    Membership.objects.create(program=program, user=disabled)
    actors.append(Actor("disabled", disabled, member=True, enabled=False))
    return actors
