"""The data folder: what lies where, and what the launcher remembers between starts."""

import json
import os
import stat
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from cmo_eval.services.account import Account
from cmo_eval.services.problems import ServicesProblem

# sockaddr_un.sun_path holds 108 bytes with its closing zero; the name is the longest PostgreSQL makes.
SOCKET_PATH_LIMIT = 107
LONGEST_SOCKET_NAME = "/.s.PGSQL.65535"
LOG_LIMIT_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class State:
    """What is kept between starts; all of it can be lost without harm."""

    postgres_port: int = 0
    valkey_port: int = 0
    socket_dir: str = ""
    roles_version: str = ""


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Paths below `CMO_EVAL_DATA_DIR`."""

    root: Path

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    @property
    def passwords(self) -> Path:
        return self.root / "passwords.json"

    @property
    def start_lock(self) -> Path:
        return self.root / "start.lock"

    @property
    def users_lock(self) -> Path:
        return self.root / "users.lock"

    def log(self, name: str) -> Path:
        """The log file of a server or process; the previous one is set aside at 10 MB."""
        path = self.root / "log" / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path

    def prepare(self) -> None:
        """Create the folder, closed to everybody else. The folders above are left as they are.

        Raises:
            ServicesProblem: when it cannot be created or written to.
        """
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            status = self.root.stat()
            if status.st_uid == os.geteuid() and not status.st_mode & stat.S_ISVTX:
                self.root.chmod(0o700)
            (self.root / "log").mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise ServicesProblem(
                f"The data folder {self.root} cannot be used ({error.strerror}): set CMO_EVAL_DATA_DIR to a "
                "folder that you may write to."
            ) from None

    def own_folder(self, path: Path, account: Account) -> Path:
        """Create a folder below ours that only the server's user may enter."""
        path.mkdir(mode=0o700, exist_ok=True)
        account.give(path)
        path.chmod(0o700)
        return path

    def state(self) -> State:
        """What was remembered; a missing or broken file counts as nothing."""
        try:
            loaded: dict[str, Any] = json.loads(self._state_file.read_text())
            return State(**loaded)
        except (OSError, TypeError, ValueError):
            return State()

    def remember(self, **changes: Any) -> State:
        """Change the state and keep it."""
        state = replace(self.state(), **changes)
        temporary = self._state_file.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(asdict(state)))
        temporary.chmod(0o600)
        temporary.replace(self._state_file)
        return state

    def socket_dir(self, account: Account) -> Path:
        """A private folder for the socket: ours when its path is short enough and the server can reach it."""
        own = self.root / "run"
        if not account.dropped and len(os.fsencode(own)) + len(LONGEST_SOCKET_NAME) <= SOCKET_PATH_LIMIT:
            return self.own_folder(own, account)
        known = Path(self.state().socket_dir or os.devnull)
        if _is_private_folder(known, account):
            return known
        fresh = Path(tempfile.mkdtemp(prefix="cmo-eval-", dir="/tmp"))
        account.give(fresh)
        self.remember(socket_dir=str(fresh))
        return fresh

    @property
    def _state_file(self) -> Path:
        return self.root / "state.json"


def _is_private_folder(path: Path, account: Account) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid == account.uid
        and stat.S_IMODE(status.st_mode) == 0o700
    )
