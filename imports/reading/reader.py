"""Reads a file in a child process with limited memory and time."""

import errno
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imports.reading.container import container_kind
from imports.reading.limits import DEFAULT_LIMITS, Limits
from imports.reading.refusal import Refused

if TYPE_CHECKING:
    import polars as pl

ROOT = Path(__file__).resolve().parents[2]


class Child:
    """The process that parses a file. It says a line of JSON for each part that it wrote."""

    def __init__(self, arguments: list[str], directory: Path, limits: Limits) -> None:
        self.limits = limits
        self._is_late = False
        self._said = directory / "stderr"
        # One thread: the parser's pools reserve address space for each, which counts against the limit.
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "POLARS_MAX_THREADS": "1",
        }
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "imports.reading.parse", *arguments],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
            )
        self._timer = threading.Timer(limits.seconds, self.end_late)
        self._timer.daemon = True
        self._timer.start()

    def told(self) -> Iterator[dict[str, Any]]:
        """What the process says, each time once it says it. Raises `Refused`, or OSError on a full disk."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith(b"\n"):
                told: dict[str, Any] = json.loads(line)
                if "refused" in told:
                    raise Refused(told["refused"], told["params"])
                if "no_room" in told:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                yield told
        code = self.process.wait()
        if self._is_late or code in (-signal.SIGXCPU, -signal.SIGKILL):
            raise Refused("too_slow", {"seconds": self.limits.seconds})
        if code != 0:
            raise Refused(*_failure(self._said.read_text(errors="replace"), code))

    def end_late(self) -> None:
        """Its time is over; one that finished before is not late, however slowly its parts are read."""
        if self.process.poll() is None:
            self._is_late = True
            self.process.kill()

    def end(self) -> None:
        """Nobody listens any more."""
        self._timer.cancel()
        self.process.kill()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process.wait()


class RawTable:
    """The file as text: parts with the columns `line`, `cells`, `c0` … `cn`; the header is still a row.

    `first` are the first rows and `first_lines` their numbers as a spreadsheet shows them. Later parts are
    still being written while the first ones are read, so asking for them may wait, and may raise `Refused`.
    """

    def __init__(self, directory: Path, told: Iterator[dict[str, Any]]) -> None:
        first = next(told)
        self._directory, self._told = directory, told
        self._parts: int = first["parts"]
        self._rows: int = first["rows"]
        self._expected: int = first["expected"]
        self._is_done = False
        self.width: int = first["width"]
        self.first = tuple(tuple(cells) for cells in first["first"])
        self.first_lines: tuple[int, ...] = tuple(first["first_lines"])
        self.encoding: str = first["encoding"]
        self.sheet: str = first["sheet"]

    def _wait(self) -> None:
        """Until another part is there, or the end."""
        told = next(self._told, None)
        if told is None:
            self._is_done = True
        else:
            self._parts, self._rows = told["parts"], told["rows"]

    @property
    def rows(self) -> int:
        """How many rows there are; known when the whole file has been parsed."""
        while not self._is_done:
            self._wait()
        return self._rows

    @property
    def rows_expected(self) -> int:
        """About how many rows there are, without waiting: the lines of a text file, until it is parsed.

        0 where nobody can say yet, as of a workbook.
        """
        return self._rows if self._is_done else self._expected and max(self._expected, self._rows)

    def parts(self) -> Iterator[Path]:
        """The files of the parts, in order, each once it is there."""
        for number in itertools.count():
            while number >= self._parts and not self._is_done:
                self._wait()
            if number >= self._parts:
                return
            yield self._directory / f"part-{number:05}.arrow"

    def batches(self) -> Iterator["pl.DataFrame"]:
        """The parts one after the other, so that memory does not grow with the file."""
        import polars as pl

        for part in self.parts():
            yield pl.read_ipc(part)


@contextmanager
def read_table(path: Path, name: str, limits: Limits = DEFAULT_LIMITS) -> Iterator[RawTable]:
    """Read a CSV or XLSX file, named `name` by whoever sent it. The parts live as long as the context.

    Raises `Refused` with the reason when the file is not what its name says, is too large, is a bomb, holds a
    formula, or cannot be parsed within the limits of memory and time; of what comes later in the file, when
    it is come to.
    """
    kind = container_kind(path, name, limits)
    with tempfile.TemporaryDirectory(prefix="cmo-eval-import-") as directory:
        arguments = [str(path), kind, directory, json.dumps(asdict(limits))]
        child = Child(arguments, Path(directory), limits)
        try:
            yield RawTable(Path(directory), child.told())
        finally:
            child.end()


def _failure(stderr: str, code: int) -> tuple[str, dict[str, str | int]]:
    """A child that died: out of memory when the allocator said so or aborted, otherwise unreadable."""
    if code == -signal.SIGABRT or "MemoryError" in stderr or "memory allocation" in stderr:
        return "too_much_memory", {}
    lines = stderr.strip().splitlines()
    return "unreadable", {"detail": lines[-1][:200] if lines else f"exit {code}"}
