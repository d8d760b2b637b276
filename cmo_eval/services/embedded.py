"""PostgreSQL and Valkey of one data folder, shared by every process that uses them.

Each user of the servers holds a shared lock on one file; whoever leaves last stops them. The kernel releases
the lock of a user that was killed, so the count is never wrong.
"""

import hashlib
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cmo_eval.services.account import account_for
from cmo_eval.services.binaries import binaries_for
from cmo_eval.services.folder import DataFolder
from cmo_eval.services.locks import FileLock, alone
from cmo_eval.services.passwords import load_passwords
from cmo_eval.services.ports import LOOPBACK, free_port, port_is_free
from cmo_eval.services.postgres import APP_ROLE, OWNER_ROLE, SUPERUSER, PostgresServer, RunningPostgres
from cmo_eval.services.problems import PortTaken, ServicesProblem
from cmo_eval.services.progress import step
from cmo_eval.services.valkey import RunningValkey, ValkeyServer

ROLES = Path(__file__).with_name("roles.sql")
PORT_TRIES = 5
PSQL_OPTIONS = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1")
WAITING = "Another command is starting or stopping the servers; waiting for it."


@dataclass(frozen=True, slots=True)
class ServiceUrls:
    """Addresses of the running servers, with passwords."""

    database: str
    database_owner: str
    redis: str

    def as_environment(self) -> dict[str, str]:
        """The variables that the settings read."""
        return {
            "DATABASE_URL": self.database,
            "DATABASE_OWNER_URL": self.database_owner,
            "REDIS_URL": self.redis,
        }


@dataclass(frozen=True, slots=True)
class ServersStatus:
    """What runs now."""

    postgres: RunningPostgres | None
    valkey: RunningValkey | None
    in_use: bool


@dataclass(frozen=True, slots=True)
class _Servers:
    postgres: PostgresServer
    valkey: ValkeyServer


class EmbeddedServers:
    """The servers of one data folder.

    Args:
        data_dir: the folder; created with mode 0700.
        durable: off only for tests, where a crash of the machine may lose the data.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.folder = DataFolder(data_dir.resolve())
        self._durable = durable
        self._use: FileLock | None = None
        self._known: _Servers | None = None

    def ensure(self) -> ServiceUrls:
        """Attach to the running servers, or start what is not running, and count us among the users.

        Raises:
            ServicesProblem: when they cannot run; the message is one line.
        """
        self.folder.prepare()
        with alone(self.folder.start_lock, WAITING):
            servers = self._servers()
            if self._use is None:
                use = FileLock(self.folder.users_lock)
                use.try_shared()
                self._use = use
            try:
                postgres = self._postgres(servers.postgres)
                valkey = servers.valkey.running() or self._start(
                    servers.valkey.start, self.folder.state().valkey_port, "valkey_port"
                )
            except BaseException:
                self._leave(servers)
                raise
        return self._urls(servers, postgres.port, valkey.port)

    def release(self) -> bool:
        """Stop using the servers. True when we were the last and they were stopped."""
        if self._use is None:
            return False
        with alone(self.folder.start_lock, WAITING):
            return self._leave(self._servers())

    def stop(self) -> bool:
        """Stop the servers although others may use them. True when any was running."""
        if not self.folder.root.exists():
            return False
        with alone(self.folder.start_lock, WAITING):
            servers = self._servers()
            ran = self._stop(servers)
            if self._use is not None:
                self._use.close()
                self._use = None
        return ran

    def status(self) -> ServersStatus:
        """What runs now, and whether any process counts as a user."""
        if not self.folder.users_lock.exists():
            return ServersStatus(None, None, in_use=False)
        servers = self._servers()
        probe = FileLock(self.folder.users_lock)
        free = probe.try_exclusive()
        probe.close()
        return ServersStatus(servers.postgres.running(), servers.valkey.running(), in_use=not free)

    def are_running(self) -> bool:
        """Whether both servers are alive."""
        servers = self._servers()
        return servers.postgres.running() is not None and servers.valkey.running() is not None

    def superuser_url(self, database: str = SUPERUSER) -> str:
        """The superuser's address of the running server, for backups and tests.

        Raises:
            ServicesProblem: when the server does not run.
        """
        postgres = self._servers().postgres
        running = postgres.running()
        if running is None:
            raise ServicesProblem(f"PostgreSQL of {self.folder.root} is not running.")
        return postgres.superuser_url(running.port, database)

    def psql(self, script: str, *, database: str = SUPERUSER, env: dict[str, str] | None = None) -> str:
        """Run a script in psql as superuser.

        Raises:
            ServicesProblem: with psql's words when a statement fails.
        """
        servers = self._servers()
        running = servers.postgres.running()
        if running is None:
            raise ServicesProblem(f"PostgreSQL of {self.folder.root} is not running.")
        login = {
            "PGHOST": LOOPBACK,
            "PGPORT": str(running.port),
            "PGUSER": SUPERUSER,
            "PGPASSWORD": servers.postgres.passwords.superuser,
            "PGSSLMODE": "disable",
        }
        done = subprocess.run(
            [
                servers.postgres.binaries.postgres / "psql",
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                database,
            ],
            input=script,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": os.environ.get("PATH", ""), "PGOPTIONS": "-c client_min_messages=warning"}
            | login
            | (env or {}),
        )
        if done.returncode != 0:
            raise ServicesProblem(f"psql failed: {' '.join(done.stderr.split())[:500]}")
        return done.stdout

    def _servers(self) -> _Servers:
        # Kept while we use them: the owner of the data and the place of the programs do not change meanwhile.
        if self._use is None or self._known is None:
            self._known = self._find_servers()
        return self._known

    def _find_servers(self) -> _Servers:
        account = account_for(self.folder.postgres)
        binaries = binaries_for(account)
        passwords = load_passwords(self.folder.passwords)
        return _Servers(
            PostgresServer(self.folder, account, binaries, passwords, self._durable),
            ValkeyServer(self.folder, account, binaries, passwords),
        )

    def _postgres(self, server: PostgresServer) -> RunningPostgres:
        running = server.running() or self._start(
            server.start, self.folder.state().postgres_port, "postgres_port"
        )
        version = hashlib.sha256(ROLES.read_bytes()).hexdigest()
        if self.folder.state().roles_version != version:
            with step("Preparing roles and rights."):
                passwords = {
                    "CMO_OWNER_PASSWORD": server.passwords.owner,
                    "CMO_APP_PASSWORD": server.passwords.app,
                }
                self.psql(ROLES.read_text(), env=passwords)
            self.folder.remember(roles_version=version)
        return running

    def _start[Running](self, start: Callable[[int], Running], kept: int, remember_as: str) -> Running:
        port = kept if kept and port_is_free(kept) else free_port()
        for _ in range(PORT_TRIES):
            self.folder.remember(**{remember_as: port})
            try:
                return start(port)
            except PortTaken:
                port = free_port()
        raise ServicesProblem(f"No free port was found on {LOOPBACK} in {PORT_TRIES} tries.")

    def _leave(self, servers: _Servers) -> bool:
        assert self._use is not None
        last = self._use.try_exclusive()
        try:
            if last:
                self._stop(servers)
        finally:
            self._use.close()
            self._use = None
        return last

    def _stop(self, servers: _Servers) -> bool:
        postgres, valkey = servers.postgres.running(), servers.valkey.running()
        with step("Stopping PostgreSQL and Valkey."):
            if valkey is not None:
                servers.valkey.stop(valkey)
            if postgres is not None:
                servers.postgres.stop(postgres)
            servers.valkey.stop_leftovers()
            if self.folder.postgres.exists():
                servers.postgres.stop_leftovers()
        self._remove_socket_dir()
        return postgres is not None or valkey is not None

    def _remove_socket_dir(self) -> None:
        path = self.folder.state().socket_dir
        if path:
            subprocess.run(["rm", "-rf", path], check=False)
            self.folder.remember(socket_dir="")

    def _urls(self, servers: _Servers, postgres_port: int, valkey_port: int) -> ServiceUrls:
        postgres = servers.postgres
        return ServiceUrls(
            database=postgres.url(postgres_port, user=APP_ROLE, password=postgres.passwords.app),
            database_owner=postgres.url(postgres_port, user=OWNER_ROLE, password=postgres.passwords.owner),
            redis=servers.valkey.url(valkey_port),
        )
