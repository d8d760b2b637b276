"""Formulas anyone could write down in a minute. The regulatory score has to beat the best of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scorecards.derivation.facts import ActionKind, Actions, FloatArray
from scorecards.derivation.kernels import count_per_site, sum_per_site
from scorecards.derivation.signals import RECALL_POINTS, RECALL_SHARE, aged, recall_events


def naive_risks(actions: Actions, sites: int, as_of: int) -> Mapping[str, FloatArray]:
    """Risk per formula, shape (sites,), higher is worse; ``actions`` are those known on ``as_of``.

    had_warning_letter: 1 with any warning letter. form_483s: how many were published. recalls_by_class:
    Σ recall events, class I 3, II 2, III 1, unknown 2. form_483s_and_recalls: Σ 483s + ½ ln(1 + Σ recall
    events by class), each with half-life one year.
    """
    letters = actions.where(actions.kind == ActionKind.WARNING_LETTER)
    forms = actions.where(actions.kind == ActionKind.FORM_483)
    recalls = recall_events(actions)
    points = RECALL_POINTS[recalls.recall_class]
    recent = sum_per_site(recalls.site, points * aged(recalls.happened_on, as_of), sites)
    return {
        "had_warning_letter": (count_per_site(letters.site, sites) > 0).astype(np.float64),
        "form_483s": count_per_site(forms.site, sites).astype(np.float64),
        "recalls_by_class": sum_per_site(recalls.site, points, sites),
        "form_483s_and_recalls": sum_per_site(forms.site, aged(forms.happened_on, as_of), sites)
        + RECALL_SHARE * np.log1p(recent),
    }
