"""Data folders with a made cluster: making one takes seconds, copying one a fraction."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from cmo_eval.services import EmbeddedServers, ServicesProblem

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose servers were started and stopped once."""
    folder = tmp_path_factory.mktemp("pristine") / "var"
    servers = EmbeddedServers(folder, durable=False)
    servers.ensure()
    servers.release()
    return folder


@pytest.fixture
def data_dir(pristine: Path, tmp_path: Path) -> Iterator[Path]:
    """A data folder of this test's own. Whatever runs on it at the end is stopped."""
    folder = tmp_path / "var"
    subprocess.run(["cp", "-a", pristine, folder], check=True)
    # A copy must not begin on the ports of the others.
    (folder / "state.json").unlink()
    yield folder
    # A test that spoils the passwords has started nothing.
    with contextlib.suppress(ServicesProblem):
        EmbeddedServers(folder, durable=False).stop()


@pytest.fixture
def clean_environment() -> dict[str, str]:
    """The environment of a person who has set nothing."""
    ours = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CMO_EVAL_ENV", "CMO_EVAL_DATA_DIR", "PORT")
    return {name: value for name, value in os.environ.items() if name not in ours} | {"CI": "1"}


@pytest.fixture
def python(clean_environment: dict[str, str]) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts Python processes in the project; those still alive at the end are killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **environment: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=clean_environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def processes_working_in(folder: Path) -> list[str]:
    """Names of the living processes whose working folder lies in `folder`."""
    found = []
    for process in psutil.process_iter():
        try:
            inside = Path(process.cwd()).is_relative_to(folder.resolve())
            if inside and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.name())
        except (psutil.Error, OSError):
            continue
    return sorted(found)
