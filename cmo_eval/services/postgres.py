"""One PostgreSQL server over one data folder."""

import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from cmo_eval.services.account import Account
from cmo_eval.services.binaries import Binaries
from cmo_eval.services.folder import DataFolder
from cmo_eval.services.passwords import Passwords
from cmo_eval.services.ports import LOOPBACK
from cmo_eval.services.problems import PortTaken, ServicesProblem
from cmo_eval.services.processes import (
    ProcessRef,
    all_working_in,
    collect,
    let_go,
    reference,
    stop_process,
    works_in,
)
from cmo_eval.services.progress import step

DATABASE = "cmo_eval"
SUPERUSER = "postgres"
OWNER_ROLE = "cmo_owner"
APP_ROLE = "cmo_app"

PROCESS = "postgres"
START_SECONDS = 300.0
# Nothing of the caller's environment (PGDATA, PGPORT, locale) may reach the server.
SERVER_ENV = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
# Fast shutdown (clients are disconnected), then immediate (recovered at the next start), then kill.
STOP_STAGES = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "cluster_name": "cmo-eval",
    "max_connections": "100",
    "shared_buffers": "512MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "jit": "off",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_checkpoints": "off",
}
# For tests: a crash of the machine may lose everything, a crash of the server nothing.
NOT_DURABLE = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
}


@dataclass(frozen=True, slots=True)
class RunningPostgres:
    """A live server: its process and its port."""

    process: ProcessRef
    port: int


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """Starts, finds and stops the server of one data folder. The caller holds the start lock."""

    folder: DataFolder
    account: Account
    binaries: Binaries
    passwords: Passwords
    durable: bool = True

    @property
    def cluster(self) -> Path:
        return self.folder.postgres

    def url(self, port: int, *, user: str, password: str, database: str = DATABASE) -> str:
        """The address for a role. The server speaks no TLS, and loopback needs none."""
        return f"postgresql://{user}:{quote(password)}@{LOOPBACK}:{port}/{quote(database)}?sslmode=disable"

    def superuser_url(self, port: int, database: str = SUPERUSER) -> str:
        """The address for the superuser, for the launcher, backups and tests only."""
        return self.url(port, user=SUPERUSER, password=self.passwords.superuser, database=database)

    def running(self) -> RunningPostgres | None:
        """The live server of this folder, told by its lock file and checked against the process itself."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
            pid, port = int(lines[0]), int(lines[3])
        except (OSError, ValueError, IndexError):
            return None
        process = reference(pid)
        if process is None or not works_in(pid, PROCESS, self.cluster):
            return None
        return RunningPostgres(process, port)

    def check_version(self) -> None:
        """Refuse data written by another major version.

        Raises:
            ServicesProblem: with the way to upgrade.
        """
        try:
            written = (self.cluster / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return
        ours = str(self.binaries.postgres_major())
        if written != ours:
            raise ServicesProblem(
                f"{self.cluster} was written by PostgreSQL {written} and this release carries {ours}: "
                "make a dump with the release that wrote it, move the folder away, start, and load the dump "
                "(docs/operations.md, Upgrading PostgreSQL)."
            )

    def start(self, port: int) -> RunningPostgres:
        """Start the server on this port and wait until it answers.

        Raises:
            PortTaken: when another process has the port.
            ServicesProblem: when the server ends or does not answer in five minutes.
        """
        self.check_version()
        sockets = self.folder.socket_dir(self.account)
        if not (self.cluster / "PG_VERSION").exists():
            self._create(sockets)
        self._clear_leftovers()
        log = self.folder.log("postgres")
        options = SETTINGS | {"port": str(port), "unix_socket_directories": str(sockets)}
        if not self.durable:
            options |= NOT_DURABLE
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with step("Starting PostgreSQL."), log.open("ab") as output:
            offset = output.tell()
            process = self._spawn(
                ["postgres", "-D", self._data_argument(self.cluster), *arguments], output.fileno()
            )
            self._wait_ready(process, port, log, offset)
        return RunningPostgres(let_go(process), port)

    def stop(self, running: RunningPostgres) -> bool:
        """Stop the server cleanly. True when it is gone."""
        return stop_process(running.process, STOP_STAGES)

    def stop_leftovers(self) -> None:
        """Stop processes of a server whose first process was killed; they may still hold its memory."""
        for process in all_working_in(PROCESS, self.cluster):
            stop_process(process, STOP_STAGES[1:])

    def _clear_leftovers(self) -> None:
        self.stop_leftovers()
        lock = self.cluster / "postmaster.pid"
        try:
            pid = int(lock.read_text().split(maxsplit=1)[0])
        except (OSError, ValueError, IndexError):
            # Empty or broken after a full disk: nothing of ours runs in this folder, so it says nothing.
            lock.unlink(missing_ok=True)
            return
        # PostgreSQL itself sees through the number of a dead process, but not when another program has it
        # now, or when its dead owner was not yet collected by its parent.
        collect(pid)
        if psutil.pid_exists(pid):
            lock.unlink(missing_ok=True)

    def _create(self, sockets: Path) -> None:
        """Make the cluster beside its place and move it there, so that a half-made one is never used."""
        part = self.cluster.with_name("postgres.part")
        subprocess.run(["rm", "-rf", part], check=True)
        self.folder.own_folder(part, self.account)
        with tempfile.NamedTemporaryFile("w", dir=sockets, prefix="pw-") as password:
            password.write(self.passwords.superuser)
            password.flush()
            self.account.give_open(password.fileno())
            arguments = [
                "initdb",
                f"--pgdata={self._data_argument(part)}",
                f"--username={SUPERUSER}",
                f"--pwfile={password.name}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                # The same order and case rules on every machine, whatever its C library.
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                *([] if self.durable else ["--no-sync"]),
            ]
            saying = step(f"Creating the database in {self.folder.root} (first start).")
            with saying, self.folder.log("initdb").open("wb") as output:
                code = self._spawn(arguments, output.fileno(), folder=part).wait()
        if code != 0:
            raise ServicesProblem(f"initdb failed: {_last_words(self.folder.log('initdb'), 0)}")
        part.rename(self.cluster)

    def _data_argument(self, cluster: Path) -> str:
        # The folders above may be closed to the server's user (a home of root's). We enter the folder before
        # giving up root, and the server finds it as its working folder, without walking the path.
        return "/proc/self/cwd" if self.account.dropped else str(cluster)

    def _spawn(
        self, arguments: list[str], output: int, folder: Path | None = None
    ) -> "subprocess.Popen[bytes]":
        program, *rest = arguments
        try:
            return subprocess.Popen(
                [self.binaries.postgres / program, *rest],
                cwd=folder or self.cluster,
                env=SERVER_ENV,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                umask=0o077,
                **self.account.spawn,
            )
        except PermissionError as error:
            raise ServicesProblem(
                f"PostgreSQL cannot be started as user id {self.account.uid} ({error.strerror}): run as an "
                "ordinary user, or set DATABASE_URL and REDIS_URL to servers of your own."
            ) from None

    def _wait_ready(self, process: "subprocess.Popen[bytes]", port: int, log: Path, offset: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                words = _last_words(log, offset)
                if "could not bind" in words or "could not create any TCP/IP sockets" in words:
                    raise PortTaken(port)
                raise ServicesProblem(f"PostgreSQL did not start: {words} (log: {log})")
            try:
                psycopg.connect(self.superuser_url(port), connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    process.send_signal(signal.SIGINT)
                    process.wait()
                    raise ServicesProblem(
                        f"{self.folder.passwords} does not hold the passwords of {self.cluster}: put the "
                        "file back that belongs to it, or move both away to start empty."
                    ) from None
            time.sleep(0.03)
        process.send_signal(signal.SIGQUIT)
        raise ServicesProblem(f"PostgreSQL did not answer within {START_SECONDS:.0f} seconds (log: {log}).")


def _last_words(log: Path, offset: int) -> str:
    """What a server said last, of fatal lines the first, on one line."""
    with log.open("rb") as file:
        file.seek(min(offset, os.fstat(file.fileno()).st_size))
        lines = [line for line in file.read().decode("utf-8", "replace").splitlines() if line.strip()]
    telling = [
        line for line in lines if "FATAL" in line or "PANIC" in line or "error" in line or "could not" in line
    ]
    return " ".join((telling or lines or ["it said nothing"])[-3:])[:500]
