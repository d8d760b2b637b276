"""Gathers the figures of a decision paper from the rooms below."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from records.declarations import signable_of
from records.signing.content import canonical, content_of
from records.signing.state import signatures_of
from reports.figures.compare import Question, comparison_figures, ranking_for
from reports.figures.decision import (
    KIND,
    SCHEMA,
    DecidedFigures,
    DecisionPaper,
    OutcomeFigures,
    PanelFigures,
    ScoredFigures,
    SignedFigures,
)
from reports.figures.due_diligence import ChainHead
from reports.figures.outcome import duel_between
from reports.figures.standing import DuelFigures
from scorecards.decisions.rules import CHOSEN
from scorecards.models import DecisionOutcome, Panel, SourcingDecision
from scorecards.panels.consensus import Cell, consensus_of
from scorecards.querysets import REVEALED
from scorecards.ranking import Ranking

# More do not fit side by side on paper.
MOST_SIDE_BY_SIDE = 8


class NoDecision(Exception):
    """The decision was a draft that was discarded."""


def decision_figures(
    decision: SourcingDecision, *, issued_at: datetime, requested_by: str, history: ChainHead
) -> DecisionPaper:
    """Everything that the paper says about a decision. Some queries for each candidate side by side."""
    package, run = decision.work_package, decision.run
    ranking = ranking_for(package, run.as_of, run)
    outcomes = {row.site_id: row for row in decision.outcomes.select_related("site")}
    said = {site: str(row.outcome) for site, row in outcomes.items()}
    question = Question(package, tuple(side_by_side(ranking, said)), run.as_of, run)
    declared = signable_of(SourcingDecision._meta.label)
    assert declared is not None
    return DecisionPaper(
        kind=KIND,
        schema=SCHEMA,
        content=canonical(content_of(declared, decision.pk) or {}),
        decided=_decided(decision, ranking, outcomes),
        signatures=tuple(
            SignedFigures(
                each.printed_name, each.meaning, each.signed_at, each.content_sha256, valid=each.valid
            )
            for each in signatures_of(decision)
            if not each.withdrawn_at_text
        ),
        panels=tuple(_panels(ranking)),
        duel=duel_for(ranking, said),
        comparison=comparison_figures(
            question, issued_at=issued_at, requested_by=requested_by, history=history, ranking=ranking
        ),
    )


def side_by_side(ranking: Ranking, outcomes: Mapping[int, str]) -> list[int]:
    """Who is shown criterion by criterion: the selected, the backups, then the others, each by rank."""
    sites = [row.head.site_id for row in ranking.candidates if row.head.site_id in outcomes]
    order = [outcome.value for outcome in DecisionOutcome.Outcome]
    return sorted(sites, key=lambda site: order.index(outcomes[site]))[:MOST_SIDE_BY_SIDE]


def duel_for(ranking: Ranking, outcomes: Mapping[int, str]) -> DuelFigures | None:
    """The first of the selected against the first of the others; None where there are no two with a rank."""
    ranked = [row for row in ranking.candidates if row.result.rank is not None]
    selected = [row for row in ranked if outcomes.get(row.head.site_id) == DecisionOutcome.Outcome.SELECTED]
    others = [row for row in ranked if row not in selected]
    pair = [*selected[:1], *others[:1]]
    return duel_between(ranking, *pair) if len(pair) == 2 and selected else None


def is_chosen(outcome: str) -> bool:
    """Whether it gets or may get the work."""
    return outcome in CHOSEN


def _decided(
    decision: SourcingDecision, ranking: Ranking, outcomes: Mapping[int, DecisionOutcome]
) -> DecidedFigures:
    """Outcomes in the order of the decision's page: selected, backup, declined, each by rank."""
    names = {head.site_id: head.name for head in ranking.heads}
    placed = [row.head.site_id for row in ranking.candidates if row.head.site_id in outcomes]
    order = [outcome.value for outcome in DecisionOutcome.Outcome]
    placed.sort(key=lambda site: order.index(outcomes[site].outcome))
    return DecidedFigures(
        id=decision.pk,
        revision=decision.revision,
        supersedes=decision.supersedes.revision if decision.supersedes else None,
        state=decision.state,
        decided_on=decision.decided_on,
        author=str(decision.author or ""),
        rationale=decision.rationale,
        risks=decision.risks,
        outcomes=tuple(
            OutcomeFigures(
                site,
                names[site],
                outcomes[site].outcome,
                outcomes[site].reason,
                outcomes[site].exception,
            )
            for site in placed
        ),
    )


def _panels(ranking: Ranking) -> Iterator[PanelFigures]:
    """The panels whose agreed values the evaluation holds. Some queries for each."""
    found = {row.panel_id for row in ranking.agreed}
    for panel in Panel.objects.filter(pk__in=found, state__in=REVEALED).order_by("settled_at", "pk"):
        cells = consensus_of(panel).cells
        people: dict[str, set[int]] = {}
        for cell in cells:
            people.setdefault(cell.criterion.key, set()).update(each.assessor_id for each in cell.scores)
        yield PanelFigures(
            title=panel.title,
            agreed_on=timezone.localdate(panel.settled_at) if panel.settled_at else None,
            scores=tuple(_scored(cell, sorted(people[cell.criterion.key])) for cell in cells),
        )


def _scored(cell: Cell, people: Sequence[int]) -> ScoredFigures:
    said = {score.assessor_id: score.level for score in cell.scores}
    agreed = cell.agreed
    return ScoredFigures(
        criterion=cell.criterion.key,
        site_id=cell.site_id,
        levels=tuple(said.get(person) for person in people),
        low=float(agreed.low) if agreed else None,
        high=float(agreed.high) if agreed else None,
        reason=agreed.reason if agreed else "",
    )
