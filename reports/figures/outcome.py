"""What a ranking says of the candidates compared, as figures. No query, no evidence: cells and weights alone.

The same function reads the ranking when a report is made, and when it is verified the one computed from the
report's own inputs: the two must agree to the last digit.
"""

from collections.abc import Iterator, Sequence

from reports.figures.standing import (
    CandidateFigures,
    CellFigures,
    ChallengerFigures,
    DuelFigures,
    GapFigures,
    GroupFigures,
    LeadFigures,
    Outcome,
    PointFigures,
    ShareFigures,
    SharesFigures,
    StandingFigures,
    WeightFigures,
)
from scorecards.head_to_head import duel_of
from scorecards.lead import Gap, gaps_of, lead_of
from scorecards.ranking import RankedCandidate, Ranking
from scorecards.sensitivity import WeightRange, shares_of, weight_ranges


def outcome_of(ranking: Ranking, chosen: Sequence[int]) -> Outcome:
    """Everything that follows from a ranking for those compared, in the order of `chosen`."""
    rows = {row.head.site_id: row for row in ranking.candidates}
    compared = [rows[site_id] for site_id in chosen]
    anybody = bool(ranking.evaluation.included.any())
    return Outcome(
        digest=ranking.evaluation.digest,
        field=tuple(standing_of(row) for row in ranking.candidates),
        candidates=tuple(_candidate(ranking, row) for row in compared),
        lead=_lead(ranking),
        duel=_duel(ranking, compared),
        shares=_shares(ranking) if anybody else None,
        weights=tuple(_weights(ranking, weight_ranges(ranking) if anybody else [])),
        open_evidence=tuple(_gap(gap) for gap in gaps_of(ranking) if gap.row.head.site_id in chosen),
    )


def standing_of(candidate: RankedCandidate) -> StandingFigures:
    """Where one candidate stands."""
    result, head = candidate.result, candidate.head
    return StandingFigures(
        site_id=head.site_id,
        fei=head.fei,
        name=head.name,
        status=candidate.status.value,
        rank=result.rank,
        best_rank=result.best_rank,
        worst_rank=result.worst_rank,
        score=result.score,
        score_upper=result.score_upper,
        completeness=result.completeness,
    )


def groups_of(ranking: Ranking, candidate: RankedCandidate) -> Iterator[GroupFigures]:
    """Each group at the top with the candidate's mean on it; a criterion at the top stands for itself."""
    weights = ranking.evaluation.weights
    low = {**candidate.result.low, **candidate.result.group_scores_low}
    high = {**candidate.result.high, **candidate.result.group_scores_high}
    for group in ranking.plan.groups:
        share = sum(weights[leaf.key] for leaf in ranking.plan.leaves if group.key in (leaf.parent, leaf.key))
        yield GroupFigures(group.key, group.title, share, low[group.key], high[group.key])


def _candidate(ranking: Ranking, row: RankedCandidate) -> CandidateFigures:
    return CandidateFigures(
        site_id=row.head.site_id,
        gates={gate.criterion.key: gate.status.value for gate in row.gates},
        groups=tuple(groups_of(ranking, row)),
        cells=tuple(
            CellFigures(cell.criterion.key, cell.low, cell.high, cell.contribution, cell.contribution_upper)
            for cell in row.criteria
        ),
    )


def _gap(gap: Gap) -> GapFigures:
    return GapFigures(
        gap.row.head.site_id, gap.key, gap.cell.low, gap.cell.high, gap.cell.gain, gap.cell.decisive
    )


def _lead(ranking: Ranking) -> LeadFigures | None:
    lead = lead_of(ranking)
    if lead is None:
        return None
    return LeadFigures(
        leaders=tuple(row.head.site_id for row in lead.leaders),
        runner_up=lead.runner_up.head.site_id if lead.runner_up else None,
        ahead=lead.ahead,
        settled=lead.is_settled,
        challengers=tuple(
            ChallengerFigures(one.row.head.site_id, one.behind, tuple(_gap(gap) for gap in one.needs))
            for one in lead.challengers
        ),
    )


def _duel(ranking: Ranking, compared: Sequence[RankedCandidate]) -> DuelFigures | None:
    """The first two of those compared that are ranked."""
    ranked = [row for row in compared if row.result.rank is not None]
    return duel_between(ranking, *ranked[:2]) if len(ranked) > 1 else None


def duel_between(ranking: Ranking, one: RankedCandidate, other: RankedCandidate) -> DuelFigures:
    """Two against each other, criterion by criterion; the one with the higher score comes first."""
    duel = duel_of(ranking, one, other)
    return DuelFigures(
        a=duel.a.head.site_id,
        b=duel.b.head.site_id,
        ahead=duel.ahead,
        necessary=duel.is_necessary,
        b_could_pass=duel.b_could_pass,
        points=tuple(PointFigures(line.key, line.points) for group in duel.groups for line in group.lines),
    )


def _shares(ranking: Ranking) -> SharesFigures:
    shares = shares_of(ranking)
    return SharesFigures(
        samples=shares.samples,
        spread=shares.spread,
        margin=shares.margin,
        rows=tuple(
            ShareFigures(one.row.head.site_id, one.near, one.near_open, one.any_open) for one in shares.rows
        ),
        assessors=shares.assessors,
    )


def _weights(ranking: Ranking, ranges: Sequence[WeightRange]) -> Iterator[WeightFigures]:
    found = {one.key: one for one in ranges}
    weights = ranking.evaluation.weights
    for _parent, siblings in ranking.plan.siblings():
        total = sum(row.weight for row in siblings)
        for row in siblings:
            own = found.get(row.key)
            yield WeightFigures(
                key=row.key,
                parent=row.parent,
                label=row.title,
                weight=own.weight if own else float(100 * row.weight / total),
                share=sum(
                    weights[leaf.key] for leaf in ranking.plan.leaves if row.key in (leaf.parent, leaf.key)
                ),
                lower=own.lower if own else None,
                upper=own.upper if own else None,
                below=own.below.head.site_id if own and own.below else None,
                above=own.above.head.site_id if own and own.above else None,
            )
