"""Shares of weightings that were counted once, kept for every process under the hash of what was asked.

The hash covers every cell, the weights, their spread and the seed (`SmaaProblem.digest`), so what is kept is
never older than the evaluation it is asked for. Pages ask here; reports count anew.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from django.core.cache import cache

from scorecards.engine.evaluation import METHOD_VERSION
from scorecards.engine.smaa import SmaaProblem
from scorecards.sensitivity import firsts_counted

log = structlog.get_logger(__name__)

KEPT_SECONDS = 7 * 24 * 3600


def firsts_kept(problem: SmaaProblem, samples: int) -> Mapping[str, float]:
    """`firsts_counted`, counted once a week. Where the cache is away it is counted each time."""
    key = f"scorecards:firsts:{METHOD_VERSION}:{samples}:{problem.digest}"
    found = _read(key)
    if found is None or found.keys() != set(problem.candidates):
        found = dict(firsts_counted(problem, samples))
        _write(key, found)
    return found


def _read(key: str) -> dict[str, float] | None:
    try:
        found = cache.get(key)
    except Exception as problem:
        log.warning("shares_not_read", error=str(problem))
        return None
    return found if isinstance(found, dict) else None


def _write(key: str, found: dict[str, float]) -> None:
    try:
        cache.set(key, found, KEPT_SECONDS)
    except Exception as problem:
        log.warning("shares_not_kept", error=str(problem))
