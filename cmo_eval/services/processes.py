"""Processes by id and birth, so that a reused process id is never mistaken for a server of ours."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class ProcessRef:
    """A process that was seen alive: its id, and when it was born (seconds since 1970)."""

    pid: int
    born: float


def reference(pid: int) -> ProcessRef | None:
    """The living process of that id, or None when there is none (a zombie is none)."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return ProcessRef(pid, process.create_time())
    except psutil.Error:
        return None


def own_reference() -> ProcessRef:
    """This process."""
    return ProcessRef(os.getpid(), psutil.Process().create_time())


def collect(pid: int) -> None:
    """Let the system forget a child that we let go and that is dead now."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def is_alive(ref: ProcessRef) -> bool:
    """Whether the very process is still there."""
    current = reference(ref.pid)
    return current is not None and abs(current.born - ref.born) < 1


def works_in(pid: int, name: str, folder: Path) -> bool:
    """Whether the process has that name and that working folder, which is how we know a server of ours."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or process.name() != name:
            return False
        return os.path.samefile(process.cwd(), folder)
    except (psutil.Error, OSError):
        return False


def all_working_in(name: str, folder: Path) -> list[ProcessRef]:
    """Every process of that name with that working folder."""
    found = []
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == name and works_in(process.pid, name, folder):
            ref = reference(process.pid)
            if ref is not None:
                found.append(ref)
    return found


def group_members(leader: int, folder: Path) -> list[ProcessRef]:
    """The living processes of a process group that work in this folder; its leader may be gone."""
    members = []
    for process in psutil.process_iter():
        try:
            inside = os.getpgid(process.pid) == leader and os.path.samefile(process.cwd(), folder)
        except (psutil.Error, OSError):
            continue
        ref = reference(process.pid) if inside else None
        if ref is not None:
            members.append(ref)
    return members


def let_go(process: "subprocess.Popen[bytes]") -> ProcessRef:
    """Give up a child that outlives its `Popen` object on purpose; its reference is what we know it by."""
    ref = reference(process.pid)
    if ref is None:
        raise ProcessLookupError(process.pid)
    # Popen warns of a child still running when it is collected; a return code tells it that all is well.
    process.returncode = 0
    return ref


def stop_process(ref: ProcessRef, stages: Sequence[tuple[signal.Signals, float]]) -> bool:
    """Send each signal in turn, waiting so many seconds after it. True when the process is gone."""
    for number, seconds in stages:
        if not is_alive(ref):
            break
        try:
            os.kill(ref.pid, number)
            psutil.Process(ref.pid).wait(timeout=seconds)
        except (ProcessLookupError, psutil.NoSuchProcess):
            break
        except psutil.TimeoutExpired:
            continue
    return not is_alive(ref)
