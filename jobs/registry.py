"""Which function does the work of which kind of job. Rooms above declare theirs in a module `handlers`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from jobs.models import Job

type Finish = Callable[[], dict[str, Any] | None]


class Progress(Protocol):
    """Told by the handler as often as it likes; written at most about once a second, visible at once.

    Raises `JobLost` when the job was cancelled or given to another worker, so that the handler stops.
    """

    def __call__(
        self, done: int, total: int = 0, note: str = "", params: dict[str, Any] | None = None
    ) -> None: ...


type Handler = Callable[["Job", Progress], Finish]

_handlers: dict[str, Handler] = {}
_titles: "dict[str, str | Promise]" = {}


class JobRefused(Exception):
    """The work cannot be done and trying again would not help.

    `key` is an English sentence marked for translation, with named placeholders filled from `params`.
    """

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key % params if params else key)
        self.key = key
        self.params = params


class JobLost(Exception):
    """The job is no longer this worker's: cancelled, or its lease ran out and another one has it."""


def handler(kind: str, title: "str | Promise") -> Callable[[Handler], Handler]:
    """Declare a function as the work of a kind, with what people call it.

    It is called outside any transaction, with the job and a progress to tell. It returns a function that is
    called inside the transaction that also marks the job as done: what it writes is saved together with
    that mark or not at all. What that function returns is the job's result (`{"url": …}` gets a link).
    """

    def register(function: Handler) -> Handler:
        if _handlers.setdefault(kind, function) is not function:
            raise ValueError(f"Two handlers for jobs of kind {kind!r}.")
        _titles[kind] = title
        return function

    return register


def titles() -> "dict[str, str | Promise]":
    """What people call the kinds of work, by kind."""
    autodiscover_modules("handlers")
    return dict(_titles)


def handler_of(kind: str) -> Handler | None:
    """The work of a kind; rooms are asked for theirs on the first question."""
    if kind not in _handlers:
        autodiscover_modules("handlers")
    return _handlers.get(kind)
