"""Formulas of older versions of rules, for frozen evaluations that name them. Nothing new is made with them.

A formula is never changed here: `tests/scorecards/derivation/test_pinned_rules.py` holds it to what it gave.
"""

from __future__ import annotations

import numpy as np

from scorecards.derivation.batch import ScoreBatch, Sources, Why
from scorecards.derivation.case import Case
from scorecards.derivation.facts import ActionKind, InspectionOutcome
from scorecards.derivation.fit import FIRST_LIMITS_LOW
from scorecards.derivation.kernels import count_per_site, decay, latest_per_site, sum_per_site
from scorecards.derivation.matching import any_per_site, strongest
from scorecards.derivation.regulatory import OUTCOME_HALF_LIFE_YEARS
from scorecards.derivation.score import RuleRef
from scorecards.derivation.signals import RECALL_POINTS, RECALL_SHARE, aged, recall_events


def first_limits(rule: RuleRef, case: Case) -> ScoreBatch:
    """Version 1 of `stated-limits`: how clear the limits are was left to the reader."""
    profile = case.profile
    rows, n = profile.capabilities, profile.sites
    stated = any_per_site(rows.site, rows.has_limits == 1, n)
    return ScoreBatch(
        rule=rule,
        low=np.where(stated, FIRST_LIMITS_LOW, 0.0),
        high=np.full(n, 100.0),
        strength=strongest(rows, rows.has_limits == 1, n),
        why=Why(("limits.none", "limits.stated"), stated.astype(np.int64)),
        sources=profile.sources(rows.has_limits == 1),
    )


def first_signals(rule: RuleRef, case: Case) -> ScoreBatch:
    """Version 1 of `public-signals`: Form 483s plus half the logarithm of all recalls by class."""
    n, visits, actions, as_of = case.count, case.visits, case.facts.actions, case.as_of
    forms = actions.where(actions.kind == ActionKind.FORM_483)
    recalls = recall_events(actions)
    recalled = sum_per_site(
        recalls.site, RECALL_POINTS[recalls.recall_class] * aged(recalls.happened_on, as_of), n
    )
    signal = sum_per_site(forms.site, aged(forms.happened_on, as_of), n) + RECALL_SHARE * np.log1p(recalled)
    clean = visits.where(visits.outcome <= InspectionOutcome.COMPLIANT)
    seen = sum_per_site(clean.site, decay(clean.ended_on, as_of, OUTCOME_HALF_LIFE_YEARS), n)
    known = np.zeros(n, dtype=np.bool_)
    letters = np.array([row.site for row in case.letters], dtype=np.int64)
    for site in (visits.site, forms.site, recalls.site, letters):
        known[site] = True
    value = 100.0 * np.exp2(-signal)
    form_count, recall_count = count_per_site(forms.site, n), count_per_site(recalls.site, n)
    return ScoreBatch(
        rule=rule,
        low=np.where(known, value * (1.0 - 0.5 * np.exp2(-seen)), 0.0),
        high=np.where(known, value, 100.0),
        strength=np.where(known, 3, 0),
        why=Why(
            ("signals.none", "signals.quiet", "signals.scored"),
            np.where((form_count + recall_count) > 0, 2, known),
            {
                "forms": form_count,
                "recalls": recall_count,
                "signal": signal,
                "latest_on": latest_per_site(
                    np.concatenate([forms.site, recalls.site]),
                    np.concatenate([forms.happened_on, recalls.happened_on]),
                    n,
                ),
            },
        ),
        sources=(Sources("action", forms.site, forms.id), Sources("action", recalls.site, recalls.id)),
    )
