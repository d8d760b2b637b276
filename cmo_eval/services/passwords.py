"""The generated passwords of the embedded servers, kept in one file that only we may read."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cmo_eval.services.problems import ServicesProblem


@dataclass(frozen=True, slots=True)
class Passwords:
    """One password for each login of the embedded servers."""

    superuser: str
    owner: str
    app: str
    valkey: str


def load_passwords(path: Path) -> Passwords:
    """Read the passwords, making them on the first call.

    Raises:
        ServicesProblem: when the file is there but is not ours.
    """
    if not path.exists():
        _write(path, Passwords(*(secrets.token_hex(32) for _ in range(4))))
    try:
        return Passwords(**json.loads(path.read_text()))
    except (OSError, TypeError, ValueError) as error:
        raise ServicesProblem(f"{path} cannot be read as the file of passwords: {error}") from None


def _write(path: Path, passwords: Passwords) -> None:
    temporary = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(passwords), file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
