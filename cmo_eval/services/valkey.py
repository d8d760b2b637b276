"""One Valkey server over one data folder."""

import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from cmo_eval.services.account import Account
from cmo_eval.services.binaries import Binaries
from cmo_eval.services.folder import DataFolder
from cmo_eval.services.passwords import Passwords
from cmo_eval.services.ports import LOOPBACK
from cmo_eval.services.problems import PortTaken, ServicesProblem
from cmo_eval.services.processes import ProcessRef, all_working_in, let_go, reference, stop_process, works_in
from cmo_eval.services.progress import step

PROCESS = "valkey-server"
PIDFILE = "valkey.pid"
START_SECONDS = 60.0
STOP_STAGES = ((signal.SIGTERM, 20.0), (signal.SIGKILL, 10.0))


@dataclass(frozen=True, slots=True)
class RunningValkey:
    """A live server: its process and its port."""

    process: ProcessRef
    port: int


@dataclass(frozen=True, slots=True)
class ValkeyServer:
    """Starts, finds and stops the server of one data folder. The caller holds the start lock."""

    folder: DataFolder
    account: Account
    binaries: Binaries
    passwords: Passwords

    @property
    def home(self) -> Path:
        return self.folder.valkey

    def url(self, port: int, database: int = 0) -> str:
        """The address with its password."""
        return f"redis://:{self.passwords.valkey}@{LOOPBACK}:{port}/{database}"

    def running(self) -> RunningValkey | None:
        """The live server of this folder, told by its process file and the port that we kept."""
        port = self.folder.state().valkey_port
        try:
            pid = int((self.home / PIDFILE).read_text())
        except (OSError, ValueError):
            return None
        process = reference(pid)
        if process is None or not works_in(pid, PROCESS, self.home) or not self._answers(port):
            return None
        return RunningValkey(process, port)

    def start(self, port: int) -> RunningValkey:
        """Start the server on this port and wait until it answers.

        Raises:
            PortTaken: when another process has the port.
            ServicesProblem: when the server ends or does not answer in a minute.
        """
        self.folder.own_folder(self.home, self.account)
        self.account.give_all_in(self.home)
        self.stop_leftovers()
        (self.home / PIDFILE).unlink(missing_ok=True)
        log = self.folder.log("valkey")
        with step("Starting Valkey."), log.open("ab") as output:
            offset = output.tell()
            process = self._spawn(output.fileno())
            assert process.stdin is not None
            # By standard input: a command line can be read by every user of the machine.
            process.stdin.write(self._config(port).encode())
            process.stdin.close()
            self._wait_ready(process, port, log, offset)
        return RunningValkey(let_go(process), port)

    def stop(self, running: RunningValkey) -> bool:
        """Stop the server cleanly. True when it is gone."""
        return stop_process(running.process, STOP_STAGES)

    def stop_leftovers(self) -> None:
        """Stop a server of this folder that we can no longer talk to."""
        if self.home.exists():
            for process in all_working_in(PROCESS, self.home):
                stop_process(process, STOP_STAGES)

    def _config(self, port: int) -> str:
        return "\n".join(
            [
                f"bind {LOOPBACK}",
                f"port {port}",
                "protected-mode yes",
                f"requirepass {self.passwords.valkey}",
                # A broker that forgets under pressure loses work; it must refuse instead.
                "maxmemory-policy noeviction",
                "appendonly yes",
                "appendfsync everysec",
                'save ""',
                "databases 64",
                "daemonize no",
                f"pidfile {PIDFILE}",
                "enable-debug-command no",
                "",
            ]
        )

    def _spawn(self, output: int) -> "subprocess.Popen[bytes]":
        try:
            return subprocess.Popen(
                [self.binaries.valkey, "-"],
                cwd=self.home,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
                umask=0o077,
                **self.account.spawn,
            )
        except PermissionError as error:
            raise ServicesProblem(
                f"Valkey cannot be started as user id {self.account.uid} ({error.strerror}): run as an "
                "ordinary user, or set DATABASE_URL and REDIS_URL to servers of your own."
            ) from None

    def _wait_ready(self, process: "subprocess.Popen[bytes]", port: int, log: Path, offset: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                with log.open("rb") as file:
                    file.seek(offset)
                    words = file.read().decode("utf-8", "replace").strip()
                if "Failed listening on port" in words or "Address already in use" in words:
                    raise PortTaken(port)
                last = words.splitlines()[-1:] or ["it said nothing"]
                raise ServicesProblem(f"Valkey did not start: {last[0][:300]} (log: {log})")
            if self._answers(port):
                return
            time.sleep(0.02)
        process.kill()
        raise ServicesProblem(f"Valkey did not answer within {START_SECONDS:.0f} seconds (log: {log}).")

    def _answers(self, port: int) -> bool:
        try:
            with socket.create_connection((LOOPBACK, port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.passwords.valkey}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    part = connection.recv(256)
                    if not part:
                        return False
                    answer += part
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"
