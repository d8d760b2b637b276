"""PostgreSQL's own programs for dumps: those of the wheel, or those of a folder that is named.

The wheel's speak no TLS. For a server that asks for it, `CMO_EVAL_PG_BIN` names the folder of other ones.
"""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connections
from django.utils.translation import gettext as _

from cmo_eval.backup.problems import BackupRefused
from cmo_eval.services.binaries import installed_binaries
from cmo_eval.services.problems import ServicesProblem

OWNER = "owner"


def program(name: str) -> Path:
    """The path of `pg_dump`, `pg_restore` or `psql`.

    Raises:
        BackupRefused: when there is none.
    """
    named = os.environ.get("CMO_EVAL_PG_BIN")
    try:
        folder = Path(named) if named else installed_binaries().postgres
    except ServicesProblem as problem:
        raise BackupRefused(str(problem)) from None
    path = folder / name
    if not path.exists():
        raise BackupRefused(_("%(program)s is not in %(folder)s.") % {"program": name, "folder": folder})
    return path


def owner_environment() -> dict[str, str]:
    """How the programs reach the database as its owner; the password stands on no command line."""
    told: dict[str, Any] = connections[OWNER].settings_dict
    given = {
        "PGHOST": told["HOST"],
        "PGPORT": told["PORT"],
        "PGUSER": told["USER"],
        "PGPASSWORD": told["PASSWORD"],
        "PGDATABASE": told["NAME"],
        "PGSSLMODE": told["OPTIONS"].get("sslmode", ""),
        "PGSSLROOTCERT": told["OPTIONS"].get("sslrootcert", ""),
        "PGAPPNAME": "cmo-eval backup",
    }
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME", "TMPDIR") if name in os.environ}
    return kept | {name: str(value) for name, value in given.items() if value}


def run(name: str, arguments: Sequence[str], *, script: Path | None = None) -> None:
    """Run a program as the owner; a script goes to its standard input.

    Raises:
        BackupRefused: with the program's own first error.
    """
    command = [str(program(name)), *arguments]
    with open(script or os.devnull, "rb") as given:
        done = subprocess.run(
            command, env=owner_environment(), stdin=given, capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        raise BackupRefused(
            _("%(program)s failed: %(why)s") % {"program": name, "why": _first_error(done.stderr)}
        )


def _first_error(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = next((line for line in lines if "error" in line.lower()), lines[0] if lines else "?")
    return told.rpartition("ERROR:")[2].strip() or told
