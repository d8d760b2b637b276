"""`manage.py` with and without a database of its own."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from cmo_eval.services import EmbeddedServers
from cmo_eval.services.command_line import needs_database
from tests.services.conftest import processes_working_in

type Python = Callable[..., "subprocess.Popen[str]"]

WHO = (
    "import json, sys; from django.db import connection as c; from django.db.migrations.recorder import "
    "MigrationRecorder as R; k = c.cursor(); k.execute('SELECT session_user'); "
    "sys.stdout.write(json.dumps({'user': k.fetchone()[0], 'migrations': len(R(c).applied_migrations())}))"
)


def finish(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, error = process.communicate(timeout=180)
    return process.returncode, out, error


@pytest.mark.parametrize(
    ("line", "needed"),
    [
        ("", False),
        ("help", False),
        ("check", False),
        ("check --deploy", False),
        ("check --database default", True),
        ("check --database=default", True),
        ("makemessages --all", False),
        ("compilemessages", False),
        ("collectstatic --no-input", False),
        ("makemigrations --check", False),
        ("import_records --help", False),
        ("rank -h", False),
        ("--version", False),
        ("import_records fda-483s file.csv --json", True),
        ("rank X", True),
        ("migrate", True),
        ("shell", True),
    ],
)
def test_which_commands_need_a_database(line: str, needed: bool) -> None:
    assert needs_database(["manage.py", *line.split()]) is needed


@pytest.mark.slow
def test_a_command_on_an_empty_folder_brings_its_servers_and_a_migrated_database(
    tmp_path: Path, python: Python
) -> None:
    folder = tmp_path / "var"
    code, out, error = finish(
        python("manage.py", "shell", "--no-imports", "-c", WHO, CMO_EVAL_DATA_DIR=str(folder))
    )
    assert code == 0, error
    answer = json.loads(out)
    assert answer["user"] == "cmo_app"
    assert answer["migrations"] > 20
    assert processes_working_in(folder) == []


@pytest.mark.slow
def test_a_command_uses_running_servers_and_leaves_them_running(data_dir: Path, python: Python) -> None:
    servers = EmbeddedServers(data_dir, durable=False)
    servers.ensure()
    before = servers.status()
    code, _, error = finish(python("manage.py", "showmigrations", CMO_EVAL_DATA_DIR=str(data_dir)))
    assert code == 0, error
    assert servers.status() == before
    servers.release()


def test_a_command_without_need_of_a_database_starts_nothing(tmp_path: Path, python: Python) -> None:
    folder = tmp_path / "var"
    code, _, error = finish(python("manage.py", "diffsettings", CMO_EVAL_DATA_DIR=str(folder)))
    assert code == 0, error
    assert not (folder / "postgres").exists()


def test_a_named_database_is_used_and_nothing_started(tmp_path: Path, python: Python) -> None:
    folder = tmp_path / "var"
    process = python(
        "manage.py",
        "showmigrations",
        CMO_EVAL_DATA_DIR=str(folder),
        DATABASE_URL="postgresql://someone@127.0.0.1:1/nowhere",
    )
    code, _, error = finish(process)
    assert code != 0
    assert "port 1 failed" in error or "Connection refused" in error
    assert not (folder / "postgres").exists()


def test_a_refusal_is_one_line_without_a_trace(data_dir: Path, python: Python) -> None:
    (data_dir / "postgres" / "PG_VERSION").write_text("16\n")
    code, out, error = finish(python("manage.py", "showmigrations", CMO_EVAL_DATA_DIR=str(data_dir)))
    assert code == 1
    assert out == ""
    assert len(error.strip().splitlines()) == 1
    assert "PostgreSQL 16" in error


def test_a_terminated_command_still_stops_its_servers(data_dir: Path, python: Python) -> None:
    sleep = "import time; print('running', flush=True); time.sleep(600)"
    process = python("manage.py", "shell", "--no-imports", "-c", sleep, CMO_EVAL_DATA_DIR=str(data_dir))
    assert process.stdout
    assert process.stdout.readline() == "running\n"
    process.terminate()
    process.wait(timeout=60)
    assert process.returncode == 128 + 15
    assert processes_working_in(data_dir) == []
