"""Reads a file in a child process with limited memory and time."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imports.reading.container import container_kind
from imports.reading.limits import DEFAULT_LIMITS, Limits
from imports.reading.refusal import Refused

if TYPE_CHECKING:
    import polars as pl

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class RawTable:
    """The file as text: parts with the columns `line`, `cells`, `c0` … `cn`; the header is still a row.

    `first` are the first rows and `first_lines` their numbers as a spreadsheet shows them.
    """

    parts: tuple[Path, ...]
    rows: int
    width: int
    first: tuple[tuple[str, ...], ...]
    first_lines: tuple[int, ...]
    encoding: str
    sheet: str

    def batches(self) -> Iterator["pl.DataFrame"]:
        """The parts one after the other, so that memory does not grow with the file."""
        import polars as pl

        for part in self.parts:
            yield pl.read_ipc(part)


@contextmanager
def read_table(
    path: Path, name: str, limits: Limits = DEFAULT_LIMITS, *, only: int | None = None
) -> Iterator[RawTable]:
    """Read a CSV or XLSX file, named `name` by whoever sent it. The parts live as long as the context.

    With `only`, the first rows, in which the header is, and that line.

    Raises `Refused` with the reason when the file is not what its name says, is too large, is a bomb, holds
    a formula, or cannot be parsed within the limits of memory and time.
    """
    kind = container_kind(path, name, limits)
    with tempfile.TemporaryDirectory(prefix="cmo-eval-import-") as directory:
        found = _run_child([str(path), kind, directory, json.dumps(asdict(limits)), str(only or "")], limits)
        yield RawTable(
            parts=tuple(Path(directory) / f"part-{i:05}.arrow" for i in range(found["parts"])),
            rows=found["rows"],
            width=found["width"],
            first=tuple(tuple(cells) for cells in found["first"]),
            first_lines=tuple(found["first_lines"]),
            encoding=found["encoding"],
            sheet=found["sheet"],
        )


def _run_child(arguments: list[str], limits: Limits) -> dict[str, Any]:
    # One thread: the parser's pools reserve address space for each, which counts against the limit.
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "POLARS_MAX_THREADS": "1",
    }
    try:
        finished = subprocess.run(
            [sys.executable, "-m", "imports.reading.parse", *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused("too_slow", {"seconds": limits.seconds}) from None
    if finished.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise Refused("too_slow", {"seconds": limits.seconds})
    if finished.returncode != 0:
        raise Refused(*_failure(finished.stderr.decode(errors="replace"), finished.returncode))
    answer = json.loads(finished.stdout)
    if "refused" in answer:
        raise Refused(answer["refused"], answer["params"])
    return dict(answer)


def _failure(stderr: str, code: int) -> tuple[str, dict[str, str | int]]:
    """A child that died: out of memory when the allocator said so or aborted, otherwise unreadable."""
    if code == -signal.SIGABRT or "MemoryError" in stderr or "memory allocation" in stderr:
        return "too_much_memory", {}
    lines = stderr.strip().splitlines()
    return "unreadable", {"detail": lines[-1][:200] if lines else f"exit {code}"}
