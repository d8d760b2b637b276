"""Starts the embedded servers before Django reads its settings; loaded by `-p tests.plugin` (pyproject.toml).

All sessions of this checkout share one pair of servers; each has databases and a Valkey database of its own.
The last session to end stops the servers.

Their folder and the temporary folders of the tests lie in memory where there is room (`memory_folder`), else
in var/test. Tests make and delete hundreds of thousands of files, and ext4 passes over the place of a file
deleted in the last minutes one by one before it makes a new one: a clone of a database takes 20 ms in memory
and up to a second on such a disk, nearly all of it spent by the processor.
"""

import atexit
import hashlib
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

import pytest

from cmo_eval.services import EmbeddedServers, ServicesProblem
from cmo_eval.services.locks import FileLock

ROOT = Path(__file__).resolve().parents[1]
MEMORY = Path("/dev/shm")
MEMORY_WANTED = 3 * 1024**3
# Valkey is started with 64 databases; 0 is left to whoever looks by hand.
VALKEY_DATABASES = range(1, 64)
# Set by pytest-xdist in the processes that share the tests out among them.
WORKER = "PYTEST_XDIST_WORKER"


@dataclass(frozen=True)
class Session:
    """What one test session holds until its end."""

    servers: EmbeddedServers
    valkey_lock: FileLock


held: list[Session] = []


def memory_folder() -> Path | None:
    """A folder of this checkout and this person in memory; None where memory cannot be had or trusted."""
    folder = MEMORY / f"cmo-eval-test-{os.geteuid()}-{hashlib.sha256(bytes(ROOT)).hexdigest()[:12]}"
    try:
        if shutil.disk_usage(MEMORY).free < MEMORY_WANTED:
            return None
        folder.mkdir(mode=0o700, exist_ok=True)
        # Everybody may write beside it: a folder or a link that another put there is not ours.
        ours = folder.lstat().st_uid == os.geteuid() and not folder.is_symlink()
    except OSError:
        return None
    return folder if ours else None


IN_MEMORY = memory_folder()
DATA_DIR = (IN_MEMORY or ROOT / "var") / "test"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    options = early_config.known_args_namespace
    os.environ.update(CMO_EVAL_ENV="test", CMO_EVAL_DATA_DIR=str(DATA_DIR))
    # The tests never touch a database that the environment names.
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "DJANGO_DEBUG"):
        os.environ.pop(name, None)
    if options.help or options.version or options.collectonly:
        return
    if IN_MEMORY:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))
    servers = EmbeddedServers(DATA_DIR, durable=False)
    try:
        urls = servers.ensure()
    except ServicesProblem:
        # The main process has started the servers before its workers, who may not take them away from it.
        if WORKER in os.environ:
            raise
        # Test data is worth nothing: an unusable folder (another version, a crashed machine) is made anew.
        shutil.rmtree(DATA_DIR, ignore_errors=True)
        urls = servers.ensure()
    number, lock = _own_valkey_database()
    held.append(Session(servers, lock))
    # pytest_unconfigure is not called when loading the settings or a conftest fails.
    atexit.register(pytest_unconfigure)
    # `timeout` and CI end a session by SIGTERM; unheeded, it would leave the servers behind.
    signal.signal(signal.SIGTERM, _interrupt)
    os.environ.update(urls.as_environment())
    os.environ["REDIS_URL"] = f"{urls.redis.rsplit('/', 1)[0]}/{number}"


def pytest_unconfigure() -> None:
    while held:
        session = held.pop()
        session.servers.release()
        session.valkey_lock.close()


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _own_valkey_database() -> tuple[int, FileLock]:
    folder = DATA_DIR / "valkey-locks"
    folder.mkdir(exist_ok=True)
    for number in VALKEY_DATABASES:
        lock = FileLock(folder / str(number))
        if lock.try_exclusive():
            return number, lock
        lock.close()
    raise pytest.UsageError(
        "More than 63 test sessions run at once; no Valkey database is left for this one."
    )
