"""`make run`, for real: web, worker, beat and servers over a data folder of this test's own."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cmo_eval.services import EmbeddedServers
from cmo_eval.services.ports import free_port
from cmo_eval.services.processes import reference
from tests.services.conftest import processes_working_in

type Python = Callable[..., "subprocess.Popen[str]"]
SECONDS = 180.0


class Run:
    """A `make run` and what it printed."""

    def __init__(self, python: Python, folder: Path, port: int) -> None:
        self.folder = folder
        self.lines: list[str] = []
        self.process = python(
            "-m",
            "cmo_eval.services",
            "run",
            CMO_EVAL_DATA_DIR=str(folder),
            PORT=str(port),
            PYTHONUNBUFFERED="1",
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        # The end of the test closes what is read here.
        with contextlib.suppress(ValueError):
            for line in self.process.stdout:
                self.lines.append(line)

    def line_with(self, text: str) -> str:
        """Wait for a line that holds the text."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            for line in list(self.lines):
                if text in line:
                    return line
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"{text!r} was not printed: {self.lines}")

    def port(self) -> int:
        """Wait until the product is ready; give the port it serves."""
        return int(self.line_with("Ctrl-C stops everything").split()[0].rsplit(":", 1)[1])

    def children(self) -> list[int]:
        """Numbers of the processes web, worker and beat."""
        register = self.folder / "children.json"
        until(lambda: len(json.loads(register.read_text())) == 3)
        return [entry["pid"] for entry in json.loads(register.read_text())]


def lives(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.worker
def test_the_product_starts_survives_and_stops(tmp_path: Path, python: Python) -> None:
    folder = tmp_path / "var"
    with socket.create_server(("127.0.0.1", free_port())) as other:
        taken = other.getsockname()[1]
        run = Run(python, folder, taken)
        port = run.port()
    assert f"Port {taken} is taken; using {port} instead." in run.line_with("is taken")
    assert lives(port)
    until(lambda: any("sourcing" in line and "@" in line for line in run.lines))

    # A second one on the same folder is refused in one line.
    second = python("-m", "cmo_eval.services", "run", CMO_EVAL_DATA_DIR=str(folder))
    _, error = second.communicate(timeout=SECONDS)
    assert second.returncode == 1
    assert len(error.strip().splitlines()) == 1
    assert "already running" in error

    # The web server and PostgreSQL are killed: both come back.
    os.kill(run.children()[0], signal.SIGKILL)
    run.line_with("web was ended by SIGKILL; starting it again")
    until(lambda: lives(port))
    servers = EmbeddedServers(folder)
    postgres = servers.status().postgres
    assert postgres
    os.kill(postgres.process.pid, signal.SIGKILL)
    run.line_with("PostgreSQL or Valkey has ended; starting it again.")
    until(servers.are_running)

    # The run itself is killed: the next one clears up and takes the same port, with the same data.
    left_behind = run.children()
    run.process.kill()
    run.process.wait()
    again = Run(python, folder, port)
    assert again.port() == port
    assert "that an earlier run left behind" in again.line_with("Ended")
    assert not any(reference(pid) for pid in left_behind)
    assert not any("demonstration data" in line for line in again.lines)

    # Ctrl-C: nothing is left.
    children = again.children()
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(timeout=SECONDS) == 0
    assert not any(reference(pid) for pid in children)
    assert processes_working_in(folder) == []
    assert not lives(port)


@pytest.mark.worker
def test_a_run_in_another_window_is_stopped(tmp_path: Path, python: Python) -> None:
    folder = tmp_path / "var"
    run = Run(python, folder, free_port())
    run.line_with("Data folder:")
    stop = python("-m", "cmo_eval.services", "stop", CMO_EVAL_DATA_DIR=str(folder))
    assert stop.communicate(timeout=SECONDS)[0].endswith("Stopped.\n")
    assert run.process.wait(timeout=SECONDS) == 0
    assert processes_working_in(folder) == []
    assert not any("starting it again" in line for line in run.lines)


def test_a_port_that_is_none_is_refused(tmp_path: Path, python: Python) -> None:
    process = python("-m", "cmo_eval.services", "run", CMO_EVAL_DATA_DIR=str(tmp_path / "var"), PORT="http")
    _, error = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert error.strip() == "PORT is 'http'; it must be a number from 1 to 65535."


def test_stop_and_status_of_a_folder_where_nothing_runs(tmp_path: Path, python: Python) -> None:
    folder = tmp_path / "var"
    process = python("-m", "cmo_eval.services", "stop", CMO_EVAL_DATA_DIR=str(folder))
    assert process.communicate(timeout=SECONDS)[0] == f"Nothing was running on {folder}.\n"
    process = python("-m", "cmo_eval.services", "status", CMO_EVAL_DATA_DIR=str(folder))
    assert "PostgreSQL: not running" in process.communicate(timeout=SECONDS)[0]
    assert not folder.exists()
