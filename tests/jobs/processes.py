"""Real workers, a real clock and a broker of one's own, to be killed and stopped."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import redis

from cmo_eval.services.binaries import installed_binaries
from cmo_eval.services.ports import LOOPBACK
from tests.product import ROOT, held_port, kill_group

CELERY = (sys.executable, "-m", "celery", "--app=tests.jobs.worker_app", "--skip-checks")
PATIENCE_SECONDS = 240.0


def eventually(met: Callable[[], bool], what: str) -> None:
    """Wait until something is so; how long it takes is not what is tested."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not met():
        assert time.monotonic() < deadline, f"waited in vain for: {what}"
        time.sleep(0.1)


class Worker:
    """A worker process with its pool, in a process group of its own."""

    def __init__(self, environment: dict[str, str], log: Path, concurrency: int = 1) -> None:
        self.log = log
        options = ("worker", f"--concurrency={concurrency}", "--loglevel=INFO", "--without-gossip")
        self.process = _spawn((*CELERY, *options, "--without-mingle"), environment, log)
        eventually(lambda: " ready." in log.read_text(errors="replace"), f"worker ready: {log}")

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def kill_child(self) -> None:
        self.children()[0].kill()

    def kill_parent(self) -> None:
        """As the kernel does when memory runs out: nothing is cleaned up."""
        kill_group(self.process)


class Broker:
    """A Valkey server that can be stopped and started on the same port, with an append-only file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held = ExitStack()
        self.port = self._held.enter_context(held_port())
        self.url = f"redis://{LOOPBACK}:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [str(installed_binaries().valkey), "--port", str(self.port), "--bind", LOOPBACK]
        options = ["--dir", str(self.folder), "--appendonly", "yes", "--save", ""]
        self.process = _spawn((*command, *options), dict(os.environ), self.folder / "broker.log")
        eventually(self._answers, "the broker answers")

    def stop(self) -> None:
        if self.process is not None:
            # In good order, so that the file holds all messages.
            self.process.terminate()
            self.process.wait(timeout=PATIENCE_SECONDS)
            self.process = None

    def close(self) -> None:
        """Stop for good: others may have the port again."""
        self.stop()
        self._held.close()

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


@contextmanager
def clock(environment: dict[str, str], folder: Path, name: str = "beat") -> Iterator[None]:
    """A real beat that runs the reconciler every second."""
    options = ("beat", f"--schedule={folder / name}", "--pidfile=")
    process = _spawn((*CELERY, *options), environment, folder / f"{name}.log")
    try:
        yield
    finally:
        kill_group(process)


def _spawn(command: tuple[str, ...], environment: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
