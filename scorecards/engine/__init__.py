"""Additive multi-criteria decision analysis: exact, fast, and able to explain itself."""

from scorecards.engine.errors import (
    EngineError,
    InfeasibleError,
    IntervalError,
    MethodError,
    PanelError,
    TreeError,
    UnknownKeyError,
    ValueInputError,
    WeightError,
)
from scorecards.engine.evaluation import CandidateResult, Evaluation, Status
from scorecards.engine.evidence import OpenCell
from scorecards.engine.explain import Contribution, Waterfall
from scorecards.engine.gates import GateStatus, conjunction
from scorecards.engine.official import CandidateInput, evaluate
from scorecards.engine.stability import NodeStability
from scorecards.engine.tree import CriterionNode

__all__ = [
    "CandidateInput",
    "CandidateResult",
    "Contribution",
    "CriterionNode",
    "EngineError",
    "Evaluation",
    "GateStatus",
    "InfeasibleError",
    "IntervalError",
    "MethodError",
    "NodeStability",
    "OpenCell",
    "PanelError",
    "Status",
    "TreeError",
    "UnknownKeyError",
    "ValueInputError",
    "Waterfall",
    "WeightError",
    "conjunction",
    "evaluate",
]
