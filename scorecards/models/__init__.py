"""Templates of criteria, scorecards with weights, frozen evaluations, scoring panels, and decisions."""

from scorecards.models.anchors import WrittenAnchors
from scorecards.models.decision import DecisionOutcome, SourcingDecision
from scorecards.models.exception import FloorException
from scorecards.models.override import Override
from scorecards.models.panel import (
    AgreedScore,
    Panel,
    PanelAssignment,
    PanelCandidate,
    PanelCriterion,
    PanelScore,
    PanelSeat,
)
from scorecards.models.run import EvaluationRun
from scorecards.models.scorecard import CriterionWeight, Scorecard, WeightChange
from scorecards.models.template import Criterion, ScorecardTemplate

__all__ = [
    "AgreedScore",
    "Criterion",
    "CriterionWeight",
    "DecisionOutcome",
    "EvaluationRun",
    "FloorException",
    "Override",
    "Panel",
    "PanelAssignment",
    "PanelCandidate",
    "PanelCriterion",
    "PanelScore",
    "PanelSeat",
    "Scorecard",
    "ScorecardTemplate",
    "SourcingDecision",
    "WeightChange",
    "WrittenAnchors",
]
