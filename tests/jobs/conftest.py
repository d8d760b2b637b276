"""Fixtures of the jobs room."""

from collections.abc import Callable, Iterator

import pytest

from jobs import registry
from jobs.registry import Handler, handler

type Declare = Callable[[Handler], None]


@pytest.fixture
def work() -> Iterator[Declare]:
    """Declares a function as the work of jobs of kind "test" for one test."""

    def declare(function: Handler) -> None:
        handler("test", "Test")(function)

    yield declare
    registry._handlers.pop("test", None)
