"""`make run`: servers, migrations, demonstration data, web, worker and beat, until Ctrl-C."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

from cmo_eval.services.children import beat, web, worker
from cmo_eval.services.command_line import PROJECT, data_dir
from cmo_eval.services.embedded import EmbeddedServers
from cmo_eval.services.folder import DataFolder
from cmo_eval.services.locks import FileLock
from cmo_eval.services.ports import LOOPBACK, next_free_port
from cmo_eval.services.preflight import pdf_problem
from cmo_eval.services.problems import ServicesProblem
from cmo_eval.services.processes import ProcessRef, is_alive, own_reference
from cmo_eval.services.progress import step
from cmo_eval.services.supervisor import Supervisor, stop_orphans

PORT = 8000
READY_SECONDS = 180.0
# Longer than the children and the servers are given to end.
STOP_SECONDS = 60.0
CHECK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the caller of `make run` chose."""

    port: int
    port_wanted_by_name: bool
    open_browser: bool

    @classmethod
    def read(cls, environment: Mapping[str, str], *, open_browser: bool) -> "RunOptions":
        """Read PORT.

        Raises:
            ServicesProblem: when PORT is no port.
        """
        text = environment.get("PORT", "")
        if text and not (text.isdecimal() and 0 < int(text) < 65_536):
            raise ServicesProblem(f"PORT is {text!r}; it must be a number from 1 to 65535.")
        return cls(int(text or PORT), bool(text), open_browser)


class ProductRun:
    """One run of the whole product over one data folder."""

    def __init__(self, options: RunOptions) -> None:
        self._options = options
        self._folder = DataFolder(data_dir(os.environ))
        self._stop = threading.Event()
        self._servers: EmbeddedServers | None = None

    def run(self) -> int:
        """Run until a signal. Gives the exit code.

        Raises:
            ServicesProblem: when it cannot start; the message is one line.
        """
        began = time.monotonic()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        self._folder.prepare()
        lock = _run_lock(self._folder)
        if not lock.try_exclusive():
            raise ServicesProblem(
                f"The product is already running on {self._folder.root}: stop it, or set CMO_EVAL_DATA_DIR "
                "to run a second one beside it."
            )
        try:
            _launcher(self._folder).write_text(json.dumps(asdict(own_reference())))
            return self._run(began)
        finally:
            lock.close()

    def _run(self, began: float) -> int:
        if count := stop_orphans(self._folder):
            say(f"Ended {count} processes that an earlier run left behind.")
        if problem := pdf_problem():
            say(problem)
        try:
            self._start_servers()
            accounts = self._prepare_database()
            if not self._stop.is_set():
                self._serve(accounts, began)
        finally:
            if self._servers is not None and not self._servers.release():
                say("PostgreSQL and Valkey stay: another command uses them.")
        say("Stopped.")
        return 0

    def _start_servers(self) -> None:
        if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
            say("Using the servers of DATABASE_URL and REDIS_URL.")
            return
        say(f"Data folder: {self._folder.root}")
        self._servers = EmbeddedServers(self._folder.root)
        urls = self._servers.ensure().as_environment()
        os.environ.update({name: url for name, url in urls.items() if not os.environ.get(name)})

    def _prepare_database(self) -> list[str]:
        if self._stop.is_set():
            return []
        command = [sys.executable, "-m", "cmo_eval.prepare"]
        done = subprocess.run(
            command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False
        )
        # Ctrl-C ends it as well; that is no failure to speak of.
        if done.returncode != 0 and not self._stop.is_set():
            raise ServicesProblem("The database could not be prepared; the error is above.")
        return account_lines(done.stdout)

    def _serve(self, accounts: list[str], began: float) -> None:
        port = next_free_port(self._options.port)
        if port != self._options.port:
            say(f"Port {self._options.port} is taken; using {port} instead.")
        children = [web(port), worker(), beat(self._folder.root)]
        supervisor = Supervisor(children, self._folder, os.environ, say)
        try:
            # The web server has the machine to itself until people can sign in; then the rest starts.
            supervisor.start("web")
            if self._wait_ready(port, supervisor):
                self._greet(f"http://{LOOPBACK}:{port}", accounts, time.monotonic() - began)
            self._watch(supervisor)
        finally:
            say("Stopping.")
            supervisor.stop()

    def _wait_ready(self, port: int, supervisor: Supervisor) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        while not self._stop.is_set():
            if _answers(port):
                return True
            if not supervisor.is_running("web") or time.monotonic() > deadline:
                log = self._folder.log("web")
                last = log.read_text(errors="replace").strip().splitlines()[-1:]
                raise ServicesProblem(f"The web server did not start: {' '.join(last)} (log: {log})")
            self._stop.wait(0.1)
        return False

    def _greet(self, url: str, accounts: list[str], seconds: float) -> None:
        say(f"\n  {url}    (ready after {seconds:.0f} s; Ctrl-C stops everything)\n")
        for line in accounts:
            say(f"  {line}")
        say("")
        if self._options.open_browser and may_open_browser(os.environ):
            webbrowser.open(url)

    def _watch(self, supervisor: Supervisor) -> None:
        while not self._stop.wait(CHECK_SECONDS):
            supervisor.check()
            if self._servers is not None and not self._servers.are_running():
                say("PostgreSQL or Valkey has ended; starting it again.")
                self._servers.ensure()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()


def stop_run(folder: DataFolder) -> bool:
    """Ask a living run to end and wait until it has. True when there was one.

    Ending its servers under it would only make it start them again.

    Raises:
        ServicesProblem: when it does not end.
    """
    if not folder.root.exists():
        return False
    lock = _run_lock(folder)
    try:
        if lock.try_exclusive():
            return False
        with step("Asking the running product to stop."):
            deadline = time.monotonic() + STOP_SECONDS
            asked = False
            while not lock.try_exclusive():
                # It takes the lock first and says who it is a moment later.
                asked = asked or _ask_to_stop(folder)
                if time.monotonic() > deadline:
                    raise ServicesProblem(f"The product that runs on {folder.root} did not stop.")
                time.sleep(0.05)
        return True
    finally:
        lock.close()


def _ask_to_stop(folder: DataFolder) -> bool:
    try:
        ref = ProcessRef(**json.loads(_launcher(folder).read_text()))
    except (OSError, TypeError, ValueError):
        return False
    if not is_alive(ref):
        return False
    os.kill(ref.pid, signal.SIGTERM)
    return True


def _run_lock(folder: DataFolder) -> FileLock:
    return FileLock(folder.root / "run.lock")


def _launcher(folder: DataFolder) -> Path:
    return folder.root / "launcher.json"


def say(text: str) -> None:
    """One line for the person at the terminal, who may have closed it."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


def may_open_browser(environment: Mapping[str, str]) -> bool:
    """Whether a person with a screen is likely there."""
    if environment.get("CI"):
        return False
    return sys.platform == "darwin" or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def account_lines(answer: bytes) -> list[str]:
    """The demonstration accounts as a table, from their JSON; nothing when there are none."""
    try:
        accounts: list[dict[str, str]] = json.loads(answer or b"[]")
    except ValueError:
        return []
    if not accounts:
        return []
    rows = [("role", "e-mail", "password")]
    rows += [(account["role"], account["email"], account["password"]) for account in accounts]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["   ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
