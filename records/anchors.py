"""The head of the history as it is told to the outside, so that a rewritten chain is found out."""

from collections.abc import Callable, Iterable

import structlog
from django.db import connection
from django.utils.module_loading import autodiscover_modules

from records.verification import AnchorPoint

log = structlog.get_logger(__name__)

_sources: list[Callable[[], Iterable[AnchorPoint]]] = []


def anchor_source(source: Callable[[], Iterable[AnchorPoint]]) -> Callable[[], Iterable[AnchorPoint]]:
    """Declare a function that gives the heads a room above has stored, for `verify_history` to compare."""
    _sources.append(source)
    return source


def told_anchors() -> list[AnchorPoint]:
    """Every head that rooms above have stored, with frozen evaluations for example; see their `anchors`."""
    autodiscover_modules("anchors")
    return [point for source in _sources for point in source()]


def anchor_head(*, source: str) -> AnchorPoint | None:
    """Note the current head under a name and write it to the log; null while nothing is recorded."""
    with connection.cursor() as cursor:
        cursor.execute("select position, encode(hash, 'hex') from history.anchor_head(%s)", [source])
        row = cursor.fetchone()
    if row is None:
        return None
    point = AnchorPoint(row[0], row[1], source)
    log.info("history_head", position=point.position, hash=point.hash, source=source)
    return point
