"""The supervisor of web, worker and beat, here over small children."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from cmo_eval.services.children import Child
from cmo_eval.services.folder import DataFolder
from cmo_eval.services.supervisor import Supervisor, children_status, stop_orphans

type Python = Callable[..., "subprocess.Popen[str]"]

# A child with a child of its own, as gunicorn and Celery have; both numbers go to a file.
FAMILY = """
import os, subprocess, sys, time
stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", stubborn])
with open(sys.argv[1], "a") as file:
    file.write(f"{os.getpid()} {child.pid}\\n")
time.sleep(600)
"""


class Stage:
    """A supervisor over one family, and what it said."""

    def __init__(self, folder: Path, script: str = FAMILY) -> None:
        self.data = DataFolder(folder)
        self.data.prepare()
        self.said: list[str] = []
        self.numbers = folder / "numbers"
        child = Child("family", (sys.executable, "-c", script, str(self.numbers)))
        self.supervisor = Supervisor([child], self.data, os.environ, self.said.append)

    def generations(self, count: int, *, checking: bool = True) -> list[list[int]]:
        """Wait until so many generations have lived, and give their process numbers."""
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            lines = self.numbers.read_text().splitlines() if self.numbers.exists() else []
            if len(lines) >= count:
                return [[int(number) for number in line.split()] for line in lines]
            if checking:
                self.supervisor.check()
            time.sleep(0.02)
        raise AssertionError(f"only {len(lines)} generations lived: {self.said}")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.supervisor.stop()


def living(numbers: list[int]) -> list[int]:
    return [number for number in numbers if _lives(number)]


def _lives(number: int) -> bool:
    try:
        return bool(psutil.Process(number).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_stop_ends_children_and_their_children(stage: Stage) -> None:
    stage.supervisor.start("family")
    numbers = stage.generations(1)[0]
    assert living(numbers) == numbers
    stage.supervisor.stop()
    assert living(numbers) == []
    assert stop_orphans(stage.data) == 0


def test_a_dead_child_is_started_again_with_one_line_and_without_its_old_children(stage: Stage) -> None:
    stage.supervisor.start("family")
    first = stage.generations(1)[0]
    os.kill(first[0], signal.SIGKILL)
    second = stage.generations(2)[1]
    assert living(first) == []
    assert living(second) == second
    assert len(stage.said) == 1
    assert "family was ended by SIGKILL" in stage.said[0]


def test_the_pause_grows_while_a_child_keeps_dying(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "import sys; open(sys.argv[1], 'a').write('0\\n'); sys.exit(3)")
    stage.supervisor.start("family")
    stage.generations(3)
    stage.supervisor.stop()
    assert "ended with code 3; starting it again in 1 s" in stage.said[0]
    assert "starting it again in 2 s" in stage.said[1]


SUPERVISE = """
import os, sys, time
sys.path.insert(0, os.getcwd())
from contextlib import ExitStack
from pathlib import Path
from tests.services.test_supervisor import Stage
stage = Stage(Path(sys.argv[1]))
stage.supervisor.start("family")
time.sleep(600)
"""


@pytest.mark.parametrize("leader_killed_too", [False, True])
def test_what_a_killed_run_left_behind_is_found_and_ended(
    tmp_path: Path, python: Python, leader_killed_too: bool
) -> None:
    run = python("-c", SUPERVISE, str(tmp_path))
    watcher = Stage(tmp_path)
    numbers = watcher.generations(1, checking=False)[0]
    # A child can be quicker than the note of it that the run keeps.
    while not children_status(watcher.data):
        time.sleep(0.02)
    run.kill()
    run.wait()
    if leader_killed_too:
        os.kill(numbers[0], signal.SIGKILL)
    assert stop_orphans(watcher.data) >= 1
    assert living(numbers) == []


def test_a_reused_process_number_is_left_alone(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    with ExitStack() as stack:
        other = stack.enter_context(subprocess.Popen(["sleep", "600"], start_new_session=True))
        stack.callback(other.kill)
        (tmp_path / "children.json").write_text(f'[{{"pid": {other.pid}, "born": 1000000.0}}]')
        assert stop_orphans(data) == 0
        assert other.poll() is None


def test_the_status_names_the_children_that_live(stage: Stage) -> None:
    stage.supervisor.start("family")
    numbers = stage.generations(1)[0]
    assert {name: ref.pid for name, ref in children_status(stage.data).items()} == {"family": numbers[0]}
    stage.supervisor.stop()
    assert children_status(stage.data) == {}
    (stage.data.root / "children.json").write_text('["nonsense"]')
    assert children_status(stage.data) == {}
