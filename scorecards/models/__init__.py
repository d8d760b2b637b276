"""Templates of criteria, the scorecard of a work package with its weights, and frozen evaluations."""

from scorecards.models.override import Override
from scorecards.models.run import EvaluationRun
from scorecards.models.scorecard import CriterionWeight, Scorecard, WeightChange
from scorecards.models.template import Criterion, ScorecardTemplate

__all__ = [
    "Criterion",
    "CriterionWeight",
    "EvaluationRun",
    "Override",
    "Scorecard",
    "ScorecardTemplate",
    "WeightChange",
]
