"""Keeps web, worker and beat alive, and ends them together."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cmo_eval.services.children import Child
from cmo_eval.services.command_line import PROJECT
from cmo_eval.services.folder import DataFolder
from cmo_eval.services.processes import ProcessRef, group_members, is_alive, reference, stop_process

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
# A child that lived this long starts again with the first pause.
STEADY_SECONDS = 60.0
# The worker finishes its task within this time or is cut off; the job's lease brings it back.
PATIENCE_SECONDS = 10.0
KILL_SECONDS = 5.0


@dataclass
class _Kept:
    child: Child
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS
    restart_at: float = field(default=0.0)


class Supervisor:
    """Starts children, starts them again when they die, and stops them.

    Args:
        children: what to run.
        folder: where the logs go, and the file by which a later run finds what an earlier one left behind.
        environment: of the children.
        say: prints one line for the person at the terminal.
    """

    def __init__(
        self,
        children: Sequence[Child],
        folder: DataFolder,
        environment: Mapping[str, str],
        say: Callable[[str], None],
    ) -> None:
        self._kept = [_Kept(child) for child in children]
        self._folder = folder
        self._environment = dict(environment)
        self._say = say

    def start(self, name: str) -> None:
        """Start one child ahead of the others, which the next check starts."""
        for kept in self._kept:
            if kept.child.name == name:
                self._spawn(kept)

    def check(self) -> None:
        """Start again what died, after a pause that doubles while it keeps dying."""
        now = time.monotonic()
        for kept in self._kept:
            if kept.process is not None and kept.process.poll() is not None:
                self._bury(kept, now)
            if kept.process is None and now >= kept.restart_at:
                self._spawn(kept)

    def is_running(self, name: str) -> bool:
        """Whether the child of that name is alive now."""
        return any(
            kept.child.name == name and kept.process is not None and kept.process.poll() is None
            for kept in self._kept
        )

    def stop(self) -> None:
        """End every child with all its descendants."""
        living = [kept.process for kept in self._kept if kept.process is not None]
        for process in living:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_SECONDS
        for process in living:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for process in living:
            end_group(process.pid)
            process.wait()
        for kept in self._kept:
            kept.process = None
        _register(self._folder).unlink(missing_ok=True)

    def _spawn(self, kept: _Kept) -> None:
        with self._folder.log(kept.child.name).open("ab") as output:
            kept.process = subprocess.Popen(
                kept.child.command,
                cwd=PROJECT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # A group of its own: Ctrl-C reaches us alone, and we end the children in order.
                start_new_session=True,
            )
        kept.started = time.monotonic()
        self._keep_register()

    def _bury(self, kept: _Kept, now: float) -> None:
        assert kept.process is not None
        code = kept.process.returncode
        # A killed parent leaves its pool behind.
        end_group(kept.process.pid)
        if now - kept.started > STEADY_SECONDS:
            kept.pause = FIRST_PAUSE_SECONDS
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        log = self._folder.log(kept.child.name)
        self._say(f"{kept.child.name} {how}; starting it again in {kept.pause:.0f} s (log: {log})")
        kept.process = None
        kept.restart_at = now + kept.pause
        kept.pause = min(kept.pause * 2, LONGEST_PAUSE_SECONDS)

    def _keep_register(self) -> None:
        running = [
            (kept.child.name, reference(kept.process.pid)) for kept in self._kept if kept.process is not None
        ]
        told = [{"name": name, **asdict(ref)} for name, ref in running if ref is not None]
        path = _register(self._folder)
        temporary = path.with_suffix(".part")
        temporary.write_text(json.dumps(told))
        temporary.replace(path)


def stop_orphans(folder: DataFolder) -> int:
    """End what a killed run left behind. Gives the number of processes (with their descendants) ended."""
    known = [ref for _, ref in _registered(folder)]
    leaders = [ref for ref in known if is_alive(ref)]
    # A pool whose leader was killed as well is known by its group and its folder. A number that another
    # process has now names no group of ours.
    groups = [ref for ref in known if is_alive(ref) or reference(ref.pid) is None]
    members = [member for ref in groups for member in group_members(ref.pid, PROJECT)]
    for ref in leaders:
        with contextlib.suppress(ProcessLookupError):
            os.kill(ref.pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(is_alive(ref) for ref in leaders) and time.monotonic() < deadline:
        time.sleep(0.05)
    for ref in {*leaders, *members}:
        stop_process(ref, [(signal.SIGKILL, KILL_SECONDS)])
    _register(folder).unlink(missing_ok=True)
    return len({*leaders, *members})


def children_status(folder: DataFolder) -> dict[str, ProcessRef]:
    """The children of a run that are alive now, by name."""
    return {name: ref for name, ref in _registered(folder) if is_alive(ref)}


def _registered(folder: DataFolder) -> list[tuple[str, ProcessRef]]:
    """What the register says, whether it lives or not; an entry of an earlier release has no name."""
    try:
        entries = json.loads(_register(folder).read_text())
        return [(str(entry.get("name", "")), ProcessRef(entry["pid"], entry["born"])) for entry in entries]
    except (OSError, AttributeError, KeyError, TypeError, ValueError):
        return []


def end_group(leader: int) -> None:
    """Kill whatever is left of a process group of ours, and wait until it is gone."""
    deadline = time.monotonic() + KILL_SECONDS
    while time.monotonic() < deadline:
        try:
            os.killpg(leader, signal.SIGKILL)
        except ProcessLookupError:
            return
        except PermissionError:
            return
        time.sleep(0.02)


def _register(folder: DataFolder) -> Path:
    return folder.root / "children.json"
