"""Answers that never change, remembered for every process under a name that says all they depend on."""

from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache import cache

log = structlog.get_logger(__name__)

WEEK_SECONDS = 7 * 24 * 3600


def remembered[T](name: str, answer: Callable[[], T], *, seconds: int = WEEK_SECONDS) -> T:
    """The answer by this name, worked out where nobody remembers it. None is not remembered.

    Where the cache is away, it is worked out each time.
    """
    try:
        found: Any = cache.get(name)
    except Exception as problem:
        log.warning("not_remembered", error=str(problem))
        return answer()
    if found is not None:
        return found  # type: ignore[no-any-return]
    made = answer()
    if made is not None:
        try:
            cache.set(name, made, seconds)
        except Exception as problem:
            log.warning("not_remembered", error=str(problem))
    return made
