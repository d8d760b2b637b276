"""The product as its users meet it: real web server and worker processes on a database of their own."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cmo_eval.services.children import Child, web, worker
from cmo_eval.services.ports import LOOPBACK, free_port
from tests.databases import url_of

ROOT = Path(__file__).resolve().parents[1]
READY_SECONDS = 240.0


@dataclass(frozen=True)
class Product:
    """A running product.

    Attributes:
        url: the address of its web server, without a slash at the end.
        database: the name of its database; the test's own ORM is on the same one.
        logs: the folder with web.log and worker.log.
    """

    url: str
    database: str
    logs: Path
    environment: dict[str, str]

    def log(self, name: str) -> str:
        """What a process has written so far."""
        return (self.logs / f"{name}.log").read_text(errors="replace")


@contextmanager
def running_product(database: str, logs: Path) -> Iterator[Product]:
    """Start web and worker on a database of this session, wait until both are ready, stop them at the end."""
    flush_valkey()
    environment = environment_for(database)
    with ExitStack() as stack:
        port = stack.enter_context(held_port())
        product = Product(f"http://{LOOPBACK}:{port}", database, logs, environment)
        stack.callback(flush_valkey)
        serving = stack.enter_context(running(web(port, workers=1), environment, logs))
        working = stack.enter_context(running(worker(concurrency=1), environment, logs))
        wait_until(lambda: _lives(port), serving, product, "web")
        wait_until(lambda: " ready." in product.log("worker"), working, product, "worker")
        yield product


@contextmanager
def held_port() -> Iterator[int]:
    """A port for a server to be started, which nobody else is given meanwhile, nor while it starts again.

    A server may listen beside a socket that is bound and does not listen, where both allow it as servers do;
    whoever asks the system for a port is given another.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as holder:
        port = free_port()
        holder.bind((LOOPBACK, port))
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        yield port


def environment_for(database: str) -> dict[str, str]:
    """The environment of a process that works on a database of this session."""
    return os.environ | {
        "DATABASE_URL": url_of(database),
        "DATABASE_OWNER_URL": url_of(database, "DATABASE_OWNER_URL"),
        "DJANGO_SETTINGS_MODULE": "cmo_eval.settings",
    }


@contextmanager
def running(child: Child, environment: dict[str, str], logs: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """Run a process of the product in a group of its own, and kill the whole group at the end.

    What a stop in good order takes, seconds for a worker, is tried in tests/services/test_run.py.
    """
    with (logs / f"{child.name}.log").open("ab") as output:
        process = subprocess.Popen(
            child.command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill_group(process)


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process that leads a group, and its children with it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def flush_valkey() -> None:
    """Empty the session's Valkey database: no message of one test may reach the next."""
    import redis

    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.flushdb()


def forget_work() -> None:
    """Wait until the workers have done what they were told; empty Valkey of all but what they listen to."""
    import redis

    deadline = time.monotonic() + READY_SECONDS
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        while client.llen("celery") or client.hlen("unacked"):
            assert time.monotonic() < deadline, "The test before has left work that does not end."
            time.sleep(0.05)
        for key in client.scan_iter():
            if not key.startswith(b"_kombu.binding."):
                client.delete(key)


def wait_until(
    ready: Callable[[], bool], process: "subprocess.Popen[bytes]", product: Product, name: str
) -> None:
    """Wait until a process is ready; fail with its log when it ends or takes too long."""
    deadline = time.monotonic() + READY_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"The {name} process did not get ready:\n{product.log(name)[-4000:]}")
        time.sleep(0.05)


def _lives(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=READY_SECONDS)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
