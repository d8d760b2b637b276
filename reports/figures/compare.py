"""Gathers the figures of a comparison from the rooms below, with three queries for each candidate."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from audits.regulatory_life import RegulatoryLife, SourceFile
from audits.selectors import site_regulatory_life
from partners.models import Site
from programs.models import WorkPackage
from programs.proposals import ProposalLine, proposal_lines, proposals_on
from records.signing.state import signatures_of
from reports.figures.comparison import (
    SCHEMA,
    Comparison,
    DecisionFigures,
    FrozenFigures,
    MustHaveFigures,
    OfferFigures,
    ProfileFigures,
    ReasonFigures,
    RecordFigures,
    SignatureFigures,
)
from reports.figures.due_diligence import ChainHead
from reports.figures.gather import message_of, override_of, program_of, rule_of, why_of
from reports.figures.outcome import outcome_of
from scorecards.carried import inputs_of
from scorecards.derivation.score import Strength
from scorecards.freezing import recompute
from scorecards.models import EvaluationRun, SourcingDecision
from scorecards.ranking import CriterionResult, RankedCandidate, Ranking
from scorecards.selectors import ranking_of
from scorecards.services import frozen_content
from scorecards.side_by_side import weight_resting_on


class CandidateGone(Exception):
    """A site is no candidate of the evaluation, or no longer."""


@dataclass(frozen=True)
class Question:
    """What is to be compared: candidates of a work package, as of a day or as they were frozen."""

    package: WorkPackage
    sites: tuple[int, ...]
    as_of: date
    run: EvaluationRun | None = None


def ranking_for(package: WorkPackage, as_of: date, run: EvaluationRun | None) -> Ranking:
    """The evaluation as of a day, or the frozen one derived again from its own evidence."""
    return recompute(frozen_content(run)) if run else ranking_of(package, as_of)


def comparison_figures(
    question: Question,
    *,
    issued_at: datetime,
    requested_by: str,
    history: ChainHead,
    ranking: Ranking | None = None,
) -> Comparison:
    """Everything that the report says about the candidates; `ranking` where it was made already.

    Raises:
        CandidateGone: when one of them is not, or is no longer, a candidate of the evaluation.
    """
    package = question.package
    ranking = ranking or ranking_for(package, question.as_of, question.run)
    rows = [row for row in ranking.candidates if row.head.site_id in question.sites]
    if len(rows) < len(question.sites):
        raise CandidateGone
    chosen = tuple(row.head.site_id for row in rows)
    lives = {site_id: site_regulatory_life(site_id, ranking.as_of) for site_id in chosen}
    return Comparison(
        schema=SCHEMA,
        product_version=settings.VERSION,
        as_of=ranking.as_of,
        issued_at=issued_at,
        requested_by=requested_by,
        program=program_of(package.program),
        package=package.name if package.program.has_parts else "",
        chosen=chosen,
        frozen=_frozen(question.run),
        must_haves=tuple(
            MustHaveFigures(gate.criterion.key, gate.criterion.title) for gate in ranking.must_haves
        ),
        rules=tuple(_rules(ranking)),
        inputs=inputs_of(ranking),
        outcome=outcome_of(ranking, chosen),
        profiles=tuple(_profiles(package, rows, lives, ranking.as_of)),
        sources=tuple(_sources(lives.values())),
        history=history,
    )


def _frozen(run: EvaluationRun | None) -> FrozenFigures | None:
    if run is None:
        return None
    return FrozenFigures(run.sha256, run.frozen_at, str(run.frozen_by or ""), _decision(run))


def _decision(run: EvaluationRun) -> DecisionFigures | None:
    """The decision in force that rests on the evaluation, with the signatures that stand."""
    found = SourcingDecision.objects.filter(run=run, state=SourcingDecision.State.EFFECTIVE).first()
    if found is None:
        return None
    return DecisionFigures(
        decided_on=found.decided_on,
        outcomes={str(row.site_id): row.outcome for row in found.outcomes.order_by("site_id")},
        signatures=tuple(
            SignatureFigures(each.printed_name, each.meaning, each.signed_at, each.content_sha256)
            for each in signatures_of(found)
            if each.stands
        ),
    )


def _rules(ranking: Ranking) -> Iterator[str]:
    used = {cell.batch.rule for row in ranking.candidates[:1] for cell in row.criteria}
    used |= {row.batch.rule for row in ranking.must_haves}
    yield from sorted(rule_of(rule) for rule in used)


def _profiles(
    package: WorkPackage,
    rows: Sequence[RankedCandidate],
    lives: Mapping[int, RegulatoryLife],
    as_of: date,
) -> Iterator[ProfileFigures]:
    sites = Site.objects.select_related("organization").in_bulk(list(lives))
    offers = {
        line.candidate.site_id: line
        for line in proposal_lines(package.program, proposals_on(package, as_of))
        if line.is_latest
    }
    for row in rows:
        site = sites[row.head.site_id]
        yield ProfileFigures(
            site_id=site.pk,
            fei=row.head.fei,
            name=row.head.name,
            organization=row.head.organization,
            city=site.city,
            country=row.head.country,
            stage=row.head.stage,
            standing=site.standing,
            is_demo=site.organization.is_demo,
            verified=weight_resting_on(row, Strength.VERIFIED),
            documented=weight_resting_on(row, Strength.DOCUMENTED),
            reasons=tuple(_reason(cell) for cell in row.criteria),
            gate_reasons={gate.criterion.key: message_of(gate.reason) for gate in row.gates},
            offer=_offer(offers.get(site.pk)),
            record=_record(lives[site.pk]),
        )


def _reason(cell: CriterionResult) -> ReasonFigures:
    return ReasonFigures(
        key=cell.criterion.key,
        strength=cell.strength,
        rationale=why_of(cell),
        rule=rule_of(cell.batch.rule),
        override=override_of(cell),
    )


def _offer(line: ProposalLine | None) -> OfferFigures | None:
    if line is None:
        return None
    offer = line.proposal
    return OfferFigures(
        cost=offer.cost,
        currency=offer.currency,
        cost_basis=offer.cost_basis,
        cost_tone=line.cost_tone,
        first_batch_on=offer.first_batch_on,
        days_late=line.days_late,
        transfer_months=offer.transfer_months,
        valid_until=offer.valid_until,
        terms=offer.terms,
    )


def _record(life: RegulatoryLife) -> RecordFigures:
    inspected = life.inspections[0] if life.inspections else None
    return RecordFigures(
        records=life.records,
        inspections=dict(Counter(fact.classification for fact in life.inspections)),
        last_inspected_on=inspected.happened_on if inspected else None,
        last_classification=inspected.classification if inspected else "",
        forms_483=len(life.forms_483),
        last_483_on=_last(fact.happened_on for fact in life.forms_483),
        warning_letters=len(life.warning_letters),
        open_letters=sum(letter.closed_on is None for letter in life.warning_letters),
        last_letter_on=_last(fact.happened_on for fact in life.warning_letters),
        recalls=dict(Counter(event.recall_class for event in life.recall_events)),
        last_recall_on=_last(event.happened_on for event in life.recall_events),
        citations=len(life.citations),
        integrity_citations=sum(fact.is_data_integrity for fact in life.citations),
        other_actions=len(life.other_actions),
    )


def _last(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day), default=None)


def _sources(lives: Iterable[RegulatoryLife]) -> Iterator[SourceFile]:
    """The files behind the records of all candidates, each once."""
    found: dict[tuple[str, str, datetime | None], list[SourceFile]] = {}
    for life in lives:
        for file in life.source_files:
            found.setdefault((file.source, file.sha256, file.retrieved_at), []).append(file)
    for key in sorted(found, key=str):
        files = found[key]
        yield SourceFile(
            *key,
            records=sum(file.records for file in files),
            first_known_on=min(file.first_known_on for file in files),
            last_known_on=max(file.last_known_on for file in files),
        )
