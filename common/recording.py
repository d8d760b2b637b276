"""Who writes, on whose request, and why: told to the database, whose triggers write it into the history.

Every write of a service, task or command happens inside `recorded`. Rooms above `records` import it from
`records.context`; it lives here because `accounts` and `jobs` write as well and stand below.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from django.db import DEFAULT_DB_ALIAS, connections, transaction

SETTINGS = ("cmo_eval.actor_id", "cmo_eval.actor", "cmo_eval.request_id", "cmo_eval.reason")
SET_CONTEXT = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in SETTINGS)


class Person(Protocol):
    """Whoever can sign in, or has not."""

    pk: Any

    @property
    def is_authenticated(self) -> bool: ...


@dataclass(frozen=True)
class Origin:
    """Where writes come from: a signed-in person, or the system under the name of a command or task.

    The standing reason is told where nobody gave one: a job's own kind, so that its writes have one as well.
    `through` is what the person came with where they were not there themselves: an access token.
    """

    actor_id: int | None
    actor: str
    request_id: str = ""
    reason: str = ""
    standing_reason: str = ""
    through: str = ""

    @property
    def told_actor(self) -> str:
        """The actor as the history keeps it."""
        return f"{self.actor} ({self.through})" if self.through else self.actor


_ambient: ContextVar[Callable[[], Origin] | None] = ContextVar("cmo_eval_ambient", default=None)
_active: ContextVar[Origin | None] = ContextVar("cmo_eval_active", default=None)


def origin_of(actor: Person | str | None, *, request_id: str = "") -> Origin:
    """The origin for a person, for the system under a name ("system: …"), or for nobody known."""
    if actor is None or isinstance(actor, str):
        return Origin(actor_id=None, actor=actor or _process_name(), request_id=request_id)
    if not actor.is_authenticated:
        return Origin(actor_id=None, actor="anonymous", request_id=request_id)
    return Origin(actor_id=actor.pk, actor=str(actor), request_id=request_id)


@contextmanager
def acting(origin: Callable[[], Origin]) -> Iterator[None]:
    """For the length of a request, task or command: the origin of writes that name no actor.

    It is called only when something is written, so that a request which only reads never loads its user.
    """
    token = _ambient.set(origin)
    try:
        yield
    finally:
        _ambient.reset(token)


@contextmanager
def recorded(
    *,
    actor: Person | str | None = None,
    reason: str = "",
    request_id: str = "",
    using: str = DEFAULT_DB_ALIAS,
) -> Iterator[None]:
    """One transaction whose changes are recorded under an actor, a request and a reason; one extra query.

    Inside another `recorded` the outer actor, request and reason stay (a reason is only added where the outer
    one gave none), and the block is a savepoint.
    """
    outer = _active.get()
    if outer is None:
        origin = _origin(actor, reason=reason, request_id=request_id)
    else:
        origin = outer if outer.reason or not reason else replace(outer, reason=reason)
    shared = connections[using].in_atomic_block
    with transaction.atomic(using=using):
        if origin != outer:
            _tell(origin, using)
        token = _active.set(origin)
        try:
            yield
        finally:
            # Before the commit: what runs on commit is no longer part of this.
            _active.reset(token)
        if shared and origin != outer:
            # The transaction goes on without us, and what it still writes is not ours.
            _tell(outer or Origin(None, ""), using)


def through_now() -> str:
    """What the person of the running request or job came with; blank for a session."""
    ambient = _ambient.get()
    return ambient().through if ambient is not None else ""


def _origin(actor: Person | str | None, *, reason: str, request_id: str) -> Origin:
    ambient = _ambient.get()
    found = ambient() if ambient is not None else origin_of(None)
    if actor is not None:
        named = origin_of(actor)
        found = replace(found, actor_id=named.actor_id, actor=named.actor)
    return replace(found, reason=reason, request_id=request_id or found.request_id)


def _tell(origin: Origin, using: str) -> None:
    actor_id = "" if origin.actor_id is None else str(origin.actor_id)
    with connections[using].cursor() as cursor:
        told = origin.reason or origin.standing_reason
        cursor.execute(SET_CONTEXT, [actor_id, origin.told_actor, origin.request_id, told])


def _process_name() -> str:
    """`system: migrate` for `manage.py migrate`, `system: celery` for a worker."""
    program = Path(sys.argv[0]).name if sys.argv and sys.argv[0] else "python"
    if program in {"manage.py", "django-admin"} and len(sys.argv) > 1:
        program = sys.argv[1]
    return f"system: {program}"
