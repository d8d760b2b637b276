"""Progress on standard error, so that standard output stays what the command prints."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 1.0


@contextmanager
def step(text: str) -> Iterator[None]:
    """Say what is being done: at once on a terminal, elsewhere only when it takes more than a second."""
    if sys.stderr.isatty():
        _say(text)
        yield
        return
    timer = threading.Timer(PATIENCE_SECONDS, _say, [text])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
