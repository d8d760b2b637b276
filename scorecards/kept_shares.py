"""Shares of weightings that were counted once, kept for every process under the hash of what was asked.

The hash covers every cell, the weights, their spread and the seed (`SmaaProblem.digest`), so what is kept is
never older than the evaluation it is asked for. Pages ask here; reports count anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from common.remembering import remembered
from scorecards.engine.evaluation import METHOD_VERSION
from scorecards.engine.smaa import SmaaProblem
from scorecards.ordered import ranks_counted
from scorecards.sensitivity import firsts_counted


def firsts_kept(problem: SmaaProblem, samples: int) -> Mapping[str, float]:
    """`firsts_counted`, counted once a week."""
    name = f"scorecards:firsts:{METHOD_VERSION}:{samples}:{problem.digest}"
    return remembered(name, lambda: dict(firsts_counted(problem, samples)))


def ranks_kept(problem: SmaaProblem, samples: int) -> Mapping[str, Sequence[float]]:
    """`ranks_counted`, counted once a week."""
    name = f"scorecards:ranks:{METHOD_VERSION}:{samples}:{problem.ranks}:{problem.digest}"
    return remembered(name, lambda: dict(ranks_counted(problem, samples)))
