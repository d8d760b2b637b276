"""What `manage.py` does around a command: servers before it, their end after it."""

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from cmo_eval.services.embedded import EmbeddedServers

PROJECT = Path(__file__).resolve().parents[2]

WITHOUT_DATABASE = frozenset(
    {
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "findstatic",
        "help",
        "makemessages",
        "makemigrations",
        "messages",
        "startapp",
        "startproject",
        "test",
        "version",
    }
)
# These look at migrations or change them: running them first would take their question away.
WITHOUT_MIGRATING = frozenset(
    {"dbshell", "migrate", "optimizemigration", "restore", "showmigrations", "sqlmigrate"}
)
WITHOUT_DATABASE_FLAGS = frozenset({"-h", "--help", "--version"})
ADDRESSES = ("DATABASE_URL", "REDIS_URL")


def data_dir(environment: Mapping[str, str]) -> Path:
    """The data folder: CMO_EVAL_DATA_DIR, or `var` in the project."""
    return Path(environment.get("CMO_EVAL_DATA_DIR") or PROJECT / "var").resolve()


def needs_database(argv: Sequence[str]) -> bool:
    """Whether a command line of `manage.py` speaks to the database."""
    if len(argv) < 2 or WITHOUT_DATABASE_FLAGS.intersection(argv[1:]):
        return False
    if argv[1] == "check":
        return any(part.startswith("--database") for part in argv[2:])
    return argv[1] not in WITHOUT_DATABASE


@dataclass(frozen=True, slots=True)
class Served:
    """What a command runs on: its data folder, and whether to bring the database up to date first."""

    folder: Path
    wants_migrations: bool


@contextmanager
def serving(argv: Sequence[str]) -> Iterator[Served]:
    """Run the body with the servers that the command needs, their addresses in the environment.

    Nothing is started when DATABASE_URL is set or the command needs no database. Servers that nobody else
    uses are stopped afterwards.

    Raises:
        ServicesProblem: when the servers cannot run; the message is one line.
    """
    folder = data_dir(os.environ)
    if os.environ.get("DATABASE_URL") or not needs_database(argv):
        yield Served(folder, wants_migrations=False)
        return
    _end_on_terminate()
    with embedded_environment(EmbeddedServers(folder)):
        yield Served(folder, wants_migrations=argv[1] not in WITHOUT_MIGRATING)


@contextmanager
def embedded_environment(servers: EmbeddedServers) -> Iterator[None]:
    """Start or join the servers, name them in the environment, and leave them at the end.

    Addresses that are set already are kept.

    Raises:
        ServicesProblem: when they cannot run.
    """
    urls = servers.ensure().as_environment()
    os.environ.update({name: url for name, url in urls.items() if not os.environ.get(name)})
    try:
        yield
    finally:
        servers.release()


def _end_on_terminate() -> None:
    """Turn SIGTERM and a closed terminal into an orderly exit, so that the servers are left properly."""

    def end(number: int, frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
