"""Three scoring panels at three stages, and a decision that two people have signed."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from programs.models import Candidate, WorkPackage
from records.models import Signature
from scorecards.decisions.rules import CHOSEN, Choice, run_candidates
from scorecards.decisions.services import decision_draft, decision_take_effect
from scorecards.engine import Status
from scorecards.models import (
    DecisionOutcome,
    EvaluationRun,
    Panel,
    PanelCandidate,
    PanelCriterion,
    PanelSeat,
    SourcingDecision,
)
from scorecards.panels.agreeing import agreed_accept, agreed_set, panel_settle
from scorecards.panels.anchoring import anchors_write
from scorecards.panels.consensus import consensus_of
from scorecards.panels.scoring import score_save, seat_submit
from scorecards.panels.services import PanelPlan, panel_close, panel_draft, panel_open
from scorecards.services import evaluation_freeze
from workspace.demo.signing import sign_past

Outcome = DecisionOutcome.Outcome
ASSESSORS = (Role.ASSESSOR, Role.QA, Role.SOURCING)
QUALITY = ("quality-authority", "documentation-seen")
TRANSFER = ("transfer-protocols", "transfer-communication")
# Where figures speak as well, and leave something open.
FIGURES = ("reserved-capacity", "documentation")
# What the levels of a criterion mean that no practice has anchors for, as the lead wrote it.
ANCHORS = {
    "documentation": {
        "en": (
            "Records were corrected after the fact, and nobody could say by whom.",
            "Gaps in batch records that the site explained only after it was asked.",
            "Records complete on paper; audit trails of the systems not shown.",
            "Audit trails shown for the batches that we chose, with small gaps.",
            "Audit trails shown for every batch asked for, and reviewed by quality.",
            "Reviewed before release as a rule, with findings of its own that led to changes.",
        ),
        "fr": (
            "Des enregistrements ont été corrigés après coup, sans qu’on sache par qui.",
            "Des lacunes dans les dossiers de lot, expliquées seulement après demande.",
            "Dossiers complets sur papier ; pistes d’audit des systèmes non montrées.",
            "Pistes d’audit montrées pour les lots que nous avons choisis, avec de petites lacunes.",
            "Pistes d’audit montrées pour chaque lot demandé et revues par la qualité.",
            "Revues avant libération par principe, avec des constats propres qui ont mené à des changements.",
        ),
    }
}
# Levels by criterion, then assessor, then candidate by name; 9 is "cannot judge".
UNJUDGED = 9
type Levels = Mapping[str, Sequence[Sequence[int]]]

STARTED: Levels = {
    "documentation-seen": ((4, 3, 4, 2, 3), (3, 3, 4, 2)),
    "quality-authority": ((), (4, 3)),
    "reserved-capacity": ((3, 2),),
}
APART: Levels = {
    "quality-authority": ((3, 4, 2, 4, 3), (3, 2, 2, 5, 3), (4, 5, 2, 4, 3)),
    "transfer-protocols": ((4, 2, 3, 3, UNJUDGED), (4, 3, 1, 3, 4), (3, 2, 4, 3, 4)),
    "reserved-capacity": ((3, 4, 2, 3, 2), (3, 3, 2, 4, 2), (3, 1, 2, 4, 3)),
}
AGREED: Levels = {
    "quality-authority": ((3, 4, 2, 5, 3), (3, 4, 3, 4, 3), (4, 4, 2, 5, 1)),
    "transfer-communication": ((3, 4, 2, 4, 3), (3, 5, 2, 4, 2), (3, 4, 2, 4, 3)),
    "audit-responses": ((3, 4, 2, 4, 3), (3, 4, 2, 4, 3), (4, 4, 3, 4, 3)),
}
COMMENTS = {
    0: "The head of quality answers to production; see the minutes shown at the visit.",
    1: "Said to be independent; nothing shown.",
    2: "Some refusals on record, all after a client had asked.",
    3: "Seen at the visit: a batch refused in spring, and the plan moved.",
    4: "Two stops against the plan in the minutes, nobody was blamed.",
    5: "Quality sits in the investment round; operators stop the line themselves.",
    UNJUDGED: "I have not been there since the new building opened.",
}

REASONS = {
    Outcome.SELECTED: "First of the ranking on what is documented, and the panel saw a quality unit that decides.",
    Outcome.BACKUP: "Second, with a slot that could be had three months later; kept warm by a written option.",
    Outcome.DECLINED: "Behind on what is documented, and nothing still open could bring it to the front.",
}
EXCEPTION = "One must-have is not settled yet. As a backup only: no order is placed before the missing evidence is there."
RATIONALE = (
    "The chosen site leads on technical fit and on quality culture, and would still lead if the weights of both "
    "were halved. Its price is not the lowest; a transfer that fails costs more than the difference."
)
RISKS = (
    "The site has one suite. A second is being qualified; until then the backup holds an option for a slot. "
    "The slot reservation is reviewed at every governance meeting."
)


def panels_write(packages: Mapping[str, WorkPackage], people: Mapping[Role, User], today: date) -> None:
    """One panel being scored, one being moderated, one agreed with the decision that rests on it."""
    _panel(packages["AURELIA"], people, today, "Quality and transfer", QUALITY + TRANSFER + FIGURES, STARTED)
    apart = _panel(packages["CELESTE"], people, today, "Vector round", tuple(APART), APART)
    apart = _closed(apart, people)
    agreed_accept(panel=apart, actor=people[Role.SOURCING])
    agreed = _closed(_panel(packages["DORADO"], people, today, "Cell round", tuple(AGREED), AGREED), people)
    _agree(agreed, people[Role.SOURCING])
    run, _new = evaluation_freeze(package=packages["DORADO"], as_of=today, actor=people[Role.SOURCING])
    _decide(packages["DORADO"], run, people, today)


def _panel(
    package: WorkPackage,
    people: Mapping[Role, User],
    today: date,
    title: str,
    criteria: Sequence[str],
    levels: Levels,
) -> Panel:
    """An open panel in which each assessor has scored what is given here."""
    seats = [people[role] for role in ASSESSORS]
    lead = people[Role.SOURCING]
    sites = Candidate.objects.filter(work_package=package).values_list("site_id", flat=True)
    plan = PanelPlan(
        title=title,
        # Panels are opened for days to come, even where the rest of the story lies in the past.
        due_on=max(today, timezone.localdate()) + timedelta(days=12),
        guidance="What was seen at a visit counts before what was presented.",
        sites=list(sites),
        assessors={key: [user.pk for user in seats] for key in criteria},
    )
    draft = panel_draft(package=package, plan=plan, actor=lead)
    for key in [key for key in ANCHORS if key in criteria]:
        anchors_write(panel=draft, key=key, version=draft.version, texts=ANCHORS[key], actor=lead)
        draft.refresh_from_db()
    panel = panel_open(panel=draft, version=draft.version, actor=lead)
    for key, rows in levels.items():
        for user, given in zip(seats, rows, strict=False):
            _score(panel, key, user, given)
    return panel


def _score(panel: Panel, key: str, user: User, levels: Sequence[int]) -> None:
    sites = PanelCandidate.objects.filter(panel=panel).order_by("site__name_key", "site_id")
    criterion = PanelCriterion.objects.get(panel=panel, criterion__key=key)
    seat = PanelSeat.objects.get(panel=panel, assessor=user)
    for site_id, level in zip(sites.values_list("site_id", flat=True), levels, strict=False):
        score_save(
            seat=seat,
            criterion=criterion,
            site_id=site_id,
            level=None if level == UNJUDGED else level,
            cannot_judge=level == UNJUDGED,
            comment=COMMENTS[level] if key == "quality-authority" or level == UNJUDGED else "",
            version=0,
            actor=user,
        )


def _closed(panel: Panel, people: Mapping[Role, User]) -> Panel:
    for role in ASSESSORS:
        seat_submit(seat=PanelSeat.objects.get(panel=panel, assessor=people[role]), actor=people[role])
    return panel_close(panel=panel, version=panel.version, reason="", actor=people[Role.SOURCING])


def _agree(panel: Panel, lead: User) -> None:
    """Accept what is close, moderate the rest to the middle of what was said, and conclude."""
    agreed_accept(panel=panel, actor=lead)
    for cell in consensus_of(panel).cells:
        if cell.agreed is None:
            level = Decimal(sorted(cell.levels)[len(cell.levels) // 2])
            agreed_set(
                criterion=PanelCriterion.objects.get(pk=cell.criterion.id),
                site_id=cell.site_id,
                low=level,
                high=level,
                reason="Discussed: the minutes of the last visit show what the lowest score had not seen.",
                version=0,
                actor=lead,
            )
    panel_settle(panel=panel, version=panel.version, actor=lead)


def _decide(
    package: WorkPackage, run: EvaluationRun, people: Mapping[Role, User], today: date
) -> SourcingDecision:
    """The first of the ranking is selected, the next that is not excluded stands by."""
    eligible = [row for row in run_candidates(run) if row.status is not Status.EXCLUDED]
    outcomes = {row.site_id: Outcome.BACKUP for row in eligible[1:2]}
    outcomes |= {row.site_id: Outcome.SELECTED for row in eligible[:1]}
    choices = []
    for row in run_candidates(run):
        outcome = outcomes.get(row.site_id, Outcome.DECLINED)
        chosen = outcome in CHOSEN and row.status is Status.CONDITIONAL
        choices.append(Choice(row.site_id, outcome, REASONS[outcome], EXCEPTION if chosen else ""))
    decision = decision_draft(
        package=package,
        fields={"run": run, "rationale": RATIONALE, "risks": RISKS, "decided_on": today},
        choices=choices,
        actor=people[Role.SOURCING],
    )
    for meaning, role, hour in (
        (Signature.Meaning.AUTHORED, Role.SOURCING, 9),
        (Signature.Meaning.APPROVED, Role.EXECUTIVE, 15),
    ):
        sign_past(decision, part="record", meaning=meaning, user=people[role], on=today, hour=hour)
    decision_take_effect(decision=decision, actor=people[Role.EXECUTIVE])
    return decision
