"""The container files, without an engine: they are read, and every command is run for real."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml
from django.core.management import call_command
from pytest_django.fixtures import Settings

from cmo_eval.services.binaries import installed_binaries
from cmo_eval.services.ports import free_port
from tests.databases import url_of
from tests.product import flush_valkey, held_port

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120.0
PRODUCT = ("migrate", "web", "worker", "beat")
SECRETS = (
    "DJANGO_SECRET_KEY",
    "DJANGO_ALLOWED_HOSTS",
    "POSTGRES_PASSWORD",
    "CMO_OWNER_PASSWORD",
    "CMO_APP_PASSWORD",
    "REDIS_PASSWORD",
)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


@pytest.fixture
def environment(committed_db: str) -> Iterator[dict[str, str]]:
    """What the file gives web and worker, with the addresses of the test servers."""
    flush_valkey()
    yield {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "CMO_EVAL_ENV": "production",
        "DJANGO_SECRET_KEY": "0123456789" * 6,
        "DJANGO_ALLOWED_HOSTS": "cmo.example.com",
        "DATABASE_URL": url_of(committed_db),
        "DATABASE_OWNER_URL": url_of(committed_db),
        "REDIS_URL": os.environ["REDIS_URL"],
    }
    flush_valkey()


def image_command() -> list[str]:
    """The command that the image runs when the file gives none."""
    found = re.search(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert found
    command: list[str] = json.loads(found.group(1))
    return command


@contextmanager
def running(
    command: list[str], environment: dict[str, str], log: Path
) -> "Iterator[subprocess.Popen[bytes]]":
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=SECONDS)


def until_healthy(check: Callable[[], int], process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while check() != 0:
        assert process.poll() is None, log.read_text()[-3000:]
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.2)


def health(compose: dict[str, Any], service: str, environment: dict[str, str]) -> int:
    kind, *command = compose["services"][service]["healthcheck"]["test"]
    assert kind == "CMD"
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode


def test_every_lasting_service_has_a_health_check_and_comes_back(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name == "migrate":
            continue
        assert service["healthcheck"]["test"], name
        assert service["restart"] == "unless-stopped", name


def test_the_product_runs_from_one_image_without_rights(compose: dict[str, Any]) -> None:
    services = [compose["services"][name] for name in PRODUCT]
    assert len({service["image"] for service in services}) == 1
    for service in services:
        assert service["user"] not in ("", "0", "root")
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
    assert re.search(r"^USER 10001$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def test_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name in SECRETS:
        assert f"${{{name}:?" in text, name
        assert f"${{{name}:-" not in text, name
    used = set(re.findall(r"\$\{(\w+)", text)) - {"CMO_EVAL_VERSION"}
    # What may be left out has an empty default, or one that is no secret.
    optional = set(re.findall(r"\$\{(\w+):-[\w@-]*\}", text))
    assert used - optional == set(SECRETS)


def test_only_migrate_knows_the_owner(compose: dict[str, Any]) -> None:
    for name in PRODUCT:
        given = json.dumps(compose["services"][name]["environment"])
        assert ("cmo_owner" in given) is (name == "migrate"), name


def test_nothing_but_the_web_port_is_published_and_that_on_loopback(compose: dict[str, Any]) -> None:
    published = {
        name: service["ports"] for name, service in compose["services"].items() if "ports" in service
    }
    assert published == {"web": ["127.0.0.1:8000:8000"]}


def test_the_image_holds_hashed_packages_and_no_tests_or_data() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes -r requirements/runtime.txt" in text
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {"tests", "var", ".*"} <= set(ignored)


def test_static_files_can_be_collected_under_hashed_names(settings: Settings, tmp_path: Path) -> None:
    """As the image does it: every file that a style sheet names must be there."""
    settings.STATIC_ROOT = tmp_path
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}
    call_command("collectstatic", interactive=False, verbosity=0)
    collected = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert any(name.endswith(".css") for name in collected)
    assert all((tmp_path / hashed).exists() for hashed in collected.values())


@pytest.mark.slow
def test_migrate_runs(compose: dict[str, Any], environment: dict[str, str], committed_db: str) -> None:
    owner = environment | {"DATABASE_OWNER_URL": url_of(committed_db, "DATABASE_OWNER_URL")}
    done = subprocess.run(
        compose["services"]["migrate"]["command"],
        cwd=ROOT,
        env=owner,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "No migrations to apply" in done.stdout


@pytest.mark.slow
def test_web_starts_and_its_health_check_tells_life_from_death(
    compose: dict[str, Any], environment: dict[str, str], tmp_path: Path
) -> None:
    with held_port() as port:
        environment = environment | {"PORT": str(port)}
        command = [part.replace(":8000", f":{port}") for part in image_command()]
        assert health(compose, "web", environment) == 1
        with running(command, environment, tmp_path / "log") as web:
            until_healthy(lambda: health(compose, "web", environment), web, tmp_path / "log")
        assert health(compose, "web", environment) == 1


@pytest.mark.slow
@pytest.mark.worker
def test_worker_starts_and_its_health_check_tells_life_from_death(
    compose: dict[str, Any], environment: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with running(compose["services"]["worker"]["command"], environment, log) as worker:
        # Asked before the worker listens, the check waits in vain for ten seconds.
        until_healthy(lambda: 0 if " ready." in log.read_text() else 1, worker, log)
        until_healthy(lambda: health(compose, "worker", environment), worker, tmp_path / "log")
    assert health(compose, "worker", environment) == 1


@pytest.mark.slow
def test_beat_starts_and_its_health_check_tells_life_from_death(
    compose: dict[str, Any], environment: dict[str, str], tmp_path: Path
) -> None:
    schedule = tmp_path / "beat-schedule"
    environment = environment | {"BEAT_SCHEDULE": str(schedule)}
    command = [part.replace("/tmp/", f"{tmp_path}/") for part in compose["services"]["beat"]["command"]]
    assert health(compose, "beat", environment) == 1
    with running(command, environment, tmp_path / "log") as beat:
        until_healthy(lambda: health(compose, "beat", environment), beat, tmp_path / "log")
    old = time.time() - 3600
    for path in tmp_path.glob("beat-schedule*"):
        os.utime(path, (old, old))
    assert health(compose, "beat", environment) == 1


def test_the_health_check_of_postgresql_tells_life_from_death(
    compose: dict[str, Any], committed_db: str
) -> None:
    kind, program, *options = compose["services"]["postgres"]["healthcheck"]["test"]
    assert kind == "CMD"
    command = [str(installed_binaries().postgres / program), *options]
    port = url_of(committed_db).rsplit(":", 1)[1].split("/")[0]

    def answer(port: str) -> int:
        # However long a busy machine takes: a compose file asks again, a test asks once.
        asked = [*command, f"--port={port}", "--timeout=60"]
        return subprocess.run(asked, capture_output=True, check=False).returncode

    assert answer(port) == 0
    assert answer(str(free_port())) != 0


def test_the_command_of_redis_starts_a_server_with_its_password_and_rules(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "redis-server").symlink_to(installed_binaries().valkey)
    written = compose["services"]["redis"]["command"]
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "REDISCLI_AUTH": "secret"}
    with ExitStack() as stack:
        port = stack.enter_context(held_port())
        here = f"dir {tmp_path}\nport {port}"
        command = [part.replace("dir /data", here).replace("$$", "$") for part in written]
        server = stack.enter_context(running(command, environment, tmp_path / "log"))
        client = redis.Redis(port=port, password="secret")

        def check() -> int:
            try:
                return 0 if client.ping() else 1
            except redis.ConnectionError:
                return 1

        until_healthy(check, server, tmp_path / "log")
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        client.close()
        with redis.Redis(port=port) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()
