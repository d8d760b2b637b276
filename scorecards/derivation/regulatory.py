"""Regulatory group: what public records say of a site's outcomes, signals and documentation.

Only drug and biologic GMP records of stringent authorities reach these rules. Reasons, anchors and worked
examples are in docs/criteria.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scorecards.derivation.batch import ScoreBatch, Sources, Why
from scorecards.derivation.facts import (
    Actions,
    Citations,
    Facts,
    Gmp,
    InspectionOutcome,
    Inspections,
    IntArray,
)
from scorecards.derivation.kernels import (
    count_per_site,
    decay,
    first_of_group,
    latest_per_site,
    months_before_each,
    shrunk_mean,
    sum_per_site,
)
from scorecards.derivation.letters import Letter
from scorecards.derivation.score import RuleRef
from scorecards.derivation.signals import signals_of

OUTCOME_HALF_LIFE_YEARS = 3.0
UNSEEN_MASS = 0.5
REPEAT_MONTHS = 36
POINTS_PER_HALVING = 6.0

OUTCOME_LOW = np.zeros(6)
OUTCOME_HIGH = np.zeros(6)
for _outcome, _low, _high in (
    (InspectionOutcome.NAI, 100.0, 100.0),
    (InspectionOutcome.COMPLIANT, 100.0, 100.0),
    (InspectionOutcome.VAI, 60.0, 60.0),
    (InspectionOutcome.PENDING, 0.0, 100.0),
):
    OUTCOME_LOW[_outcome], OUTCOME_HIGH[_outcome] = _low, _high


def one_per_visit(inspections: Inspections) -> Inspections:
    """One row per site, authority and end date, the worst outcome of its project areas."""
    # Sorting one packed key is several times faster than sorting by four columns.
    visit = ((inspections.site << 20) + (inspections.ended_on + (1 << 19))) * 8 + inspections.authority
    order = np.argsort(visit * 8 + (7 - inspections.outcome), kind="stable")
    return inspections.where(order[first_of_group(visit[order])]) if len(order) else inspections


def inspection_outcomes(
    rule: RuleRef, facts: Facts, visits: Inspections, found: Sequence[Letter], as_of: int
) -> ScoreBatch:
    """S1-REG-1: outcomes weighted by recency; letters about GMP and import alerts are outcomes of 0.

    A letter whose subject is unknown is an open item, worth 0 to 100, like a pending classification.
    """
    n = facts.count
    acts = [row for row in found if row.gmp is not Gmp.NO]
    site = np.concatenate([visits.site, _ints([row.site for row in acts])])
    happened = np.concatenate([visits.ended_on, _ints([row.issued_on for row in acts])])
    open_act = np.array([row.gmp is Gmp.UNKNOWN for row in acts], dtype=np.bool_)
    low = np.concatenate([OUTCOME_LOW[visits.outcome], np.zeros(len(acts))])
    high = np.concatenate([OUTCOME_HIGH[visits.outcome], np.where(open_act, 100.0, 0.0)])
    weights = decay(happened, as_of, OUTCOME_HALF_LIFE_YEARS)
    interval = shrunk_mean(site, weights, low, high, n, UNSEEN_MASS)
    each = _outcomes_per_site(visits, n)
    seen, acted = each.sum(axis=1), count_per_site(_ints([row.site for row in acts]), n)
    message = np.where(seen > 0, 2, np.where(acted > 0, 1, 0))
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=np.where(message > 0, 3, 0),
        why=Why(
            ("inspections.none", "inspections.actions_only", "inspections.scored"),
            message,
            _outcome_counts(each) | {"letters": acted, "latest_on": latest_per_site(site, happened, n)},
            {"half_life_years": int(OUTCOME_HALF_LIFE_YEARS)},
        ),
        sources=(Sources("inspection", visits.site, visits.id), letter_sources(acts)),
    )


def public_signals(
    rule: RuleRef, facts: Facts, visits: Inspections, found: Sequence[Letter], as_of: int
) -> ScoreBatch:
    """S1-REG-4: published Form 483s, the most serious recall and a trace of letters, half-life one year.

    100 · 2^(−signal) is the upper bound, since more may have happened than was published. The lower bound
    takes off half of it where no clean inspection speaks for the silence, less with each that does.
    """
    n = facts.count
    signals = signals_of(facts.actions, found, n, as_of)
    clean = visits.where(visits.outcome <= InspectionOutcome.COMPLIANT)
    seen = sum_per_site(clean.site, decay(clean.ended_on, as_of, OUTCOME_HALF_LIFE_YEARS), n)
    known = _has_record(n, visits, facts.actions)
    forms, recalls = signals.forms, signals.recalls
    form_count, recall_count = count_per_site(forms.site, n), count_per_site(recalls.site, n)
    spoken = np.where(signals.is_sterility, 3, np.where((form_count + recall_count) > 0, 2, known))
    return ScoreBatch(
        rule=rule,
        low=np.where(known, 100.0 * np.exp2(-signals.at_most) * (1.0 - 0.5 * np.exp2(-seen)), 0.0),
        high=np.where(known, 100.0 * np.exp2(-signals.at_least), 100.0),
        strength=np.where(known, 3, 0),
        why=Why(
            ("signals.none", "signals.quiet", "signals.scored", "signals.sterility"),
            spoken,
            {
                "forms": form_count,
                "recalls": recall_count,
                "signal": signals.at_most,
                "latest_on": latest_per_site(
                    np.concatenate([forms.site, recalls.site]),
                    np.concatenate([forms.happened_on, recalls.happened_on]),
                    n,
                ),
            },
        ),
        sources=(
            Sources("action", forms.site, forms.id),
            Sources("action", recalls.site, recalls.id),
            Sources("action", signals.court.site, signals.court.id),
            letter_sources(signals.letters),
        ),
    )


def documentation(rule: RuleRef, facts: Facts, as_of: int) -> ScoreBatch:
    """S1-REG-5: what was cited at each visit; repeated and data-integrity citations weigh more.

    A visit without posted citations says nothing (handwritten observations are not posted).
    """
    n = facts.count
    cited = one_per_regulation(facts.citations)
    repeated = repeats(cited)
    points = 1.0 + 2.0 * repeated + 2.0 * cited.is_data_integrity
    first = first_of_group(cited.site, cited.happened_on) if len(cited) else np.zeros(0, dtype=np.bool_)
    visit = np.cumsum(first) - 1
    visits = cited.where(first)
    visit_points = np.bincount(visit, weights=points, minlength=len(visits))
    scores = 100.0 * np.exp2(-visit_points / POINTS_PER_HALVING)
    weights = decay(visits.happened_on, as_of, OUTCOME_HALF_LIFE_YEARS)
    interval = shrunk_mean(visits.site, weights, scores, scores, n, UNSEEN_MASS)
    count = count_per_site(cited.site, n)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=np.where(count > 0, 3, 0),
        why=Why(
            ("citations.none", "citations.scored"),
            (count > 0).astype(np.int64),
            {
                "citations": count,
                "visits": count_per_site(visits.site, n),
                "repeated": sum_per_site(cited.site, repeated.astype(np.float64), n).astype(np.int64),
                "integrity": sum_per_site(cited.site, cited.is_data_integrity.astype(np.float64), n).astype(
                    np.int64
                ),
                "latest_on": latest_per_site(cited.site, cited.happened_on, n),
            },
            {"repeat_months": REPEAT_MONTHS},
        ),
        sources=(Sources("citation", cited.site, cited.id),),
    )


def one_per_regulation(citations: Citations) -> Citations:
    """One row per site, date and regulation, flagged when any of its wordings concerns data integrity."""
    order = np.lexsort(
        (-citations.is_data_integrity, citations.regulation, citations.happened_on, citations.site)
    )
    rows = citations.where(order)
    return rows.where(first_of_group(rows.site, rows.happened_on, rows.regulation)) if len(rows) else rows


def repeats(cited: Citations) -> IntArray:
    """1 where the same regulation was cited at the same site within 36 months before, shape (rows,)."""
    result = np.zeros(len(cited), dtype=np.int64)
    if len(cited) < 2:
        return result
    order = np.lexsort((cited.happened_on, cited.regulation, cited.site))
    rows = cited.where(order)
    window = months_before_each(rows.happened_on, REPEAT_MONTHS)
    same = (rows.site[1:] == rows.site[:-1]) & (rows.regulation[1:] == rows.regulation[:-1])
    result[order[1:]] = (same & (rows.happened_on[:-1] >= window[1:])).astype(np.int64)
    return result


def letter_sources(rows: Sequence[Letter]) -> Sources:
    """The evidence rows behind letters, which come sorted by site."""
    pairs = [(row.site, action) for row in rows for action in row.ids]
    return Sources("action", _ints([s for s, _ in pairs]), _ints([a for _, a in pairs]))


def _has_record(n: int, visits: Inspections, actions: Actions) -> IntArray:
    """Sites an authority has a record of, whatever it says; shape (sites,)."""
    known = np.zeros(n, dtype=np.bool_)
    known[visits.site] = True
    known[actions.site] = True
    return known.astype(np.int64)


def _outcome_counts(each: IntArray) -> dict[str, IntArray]:
    """The counts that the rationale names, from `_outcomes_per_site`."""
    return {
        "inspections": each.sum(axis=1),
        "clean": each[:, InspectionOutcome.NAI] + each[:, InspectionOutcome.COMPLIANT],
        "voluntary": each[:, InspectionOutcome.VAI],
        "official": each[:, InspectionOutcome.OAI] + each[:, InspectionOutcome.NON_COMPLIANT],
        "pending": each[:, InspectionOutcome.PENDING],
    }


def _outcomes_per_site(visits: Inspections, sites: int) -> IntArray:
    """How often each `InspectionOutcome` occurred, shape (sites, outcomes)."""
    kinds = len(InspectionOutcome)
    cells = np.bincount(visits.site * kinds + visits.outcome, minlength=sites * kinds)
    return cells.reshape(sites, kinds).astype(np.int64)


def _ints(values: Sequence[int]) -> IntArray:
    return np.array(values, dtype=np.int64)
