"""The commands of web, worker and beat: the same for `make run`, tests and the container."""

import sys
from dataclasses import dataclass
from pathlib import Path

from cmo_eval.services.ports import LOOPBACK


@dataclass(frozen=True, slots=True)
class Child:
    """A process of the product: its name on the console and in the log folder, and its command line."""

    name: str
    command: tuple[str, ...]


def web(port: int, *, workers: int = 2, host: str = LOOPBACK) -> Child:
    """The web server: gunicorn with threads, so that a slow reader does not hold a whole process."""
    return Child(
        "web",
        (
            *_module("gunicorn"),
            "cmo_eval.wsgi:application",
            f"--bind={host}:{port}",
            f"--workers={workers}",
            "--threads=4",
            # The application is loaded once and shared, not once for each process.
            "--preload",
            "--timeout=60",
            "--graceful-timeout=10",
            "--access-logfile=-",
            "--no-control-socket",
        ),
    )


def worker(*, concurrency: int = 2) -> Child:
    """The worker of background jobs."""
    return Child(
        "worker",
        (
            *_celery(),
            "worker",
            f"--concurrency={concurrency}",
            "--loglevel=INFO",
            "--without-gossip",
            "--without-mingle",
        ),
    )


def beat(folder: Path) -> Child:
    """The clock that wakes waiting jobs. Its schedule file can be lost without harm."""
    return Child(
        "beat",
        (*_celery(), "beat", "--loglevel=INFO", f"--schedule={folder / 'beat-schedule'}", "--pidfile="),
    )


def _module(name: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name)


def _celery() -> tuple[str, ...]:
    # The checks of the code are `make lint`'s; here they would only delay the start.
    return (*_module("celery"), "--app=cmo_eval", "--skip-checks")
