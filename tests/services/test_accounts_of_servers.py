"""Under whose name the servers run, and where their programs may lie."""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from cmo_eval.services import EmbeddedServers, ServicesProblem, binaries
from cmo_eval.services.account import account_for
from cmo_eval.services.binaries import Binaries, binaries_for, installed_binaries
from tests.services.conftest import processes_working_in

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give up rights or act as another user")

in_open_checkout = pytest.mark.skipif(
    not all(folder.stat().st_mode & stat.S_IXOTH for folder in Path(__file__).parents),
    reason="no other user can reach this checkout",
)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter; pytest's own are closed."""
    folder = Path(tempfile.mkdtemp(prefix="cmo-eval-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def closed_binaries(tmp_path: Path) -> Binaries:
    """The programs as in a virtual environment in root's home, where no other user may look."""
    found = installed_binaries()
    package = found.postgres.parents[1]
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    shutil.copytree(package / "pginstall", home / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(libraries, home / libraries.name)
    shutil.copy2(found.valkey, home / "valkey-server")
    return Binaries(home / package.name / "pginstall" / "bin", home / "valkey-server")


@as_root
def test_programs_in_a_closed_home_are_copied_out_once(
    data_dir: Path, open_folder: Path, closed_binaries: Binaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "installed_binaries", lambda: closed_binaries)
    monkeypatch.setattr(binaries, "COPIES", open_folder / "copies")
    servers = EmbeddedServers(data_dir, durable=False)
    with psycopg.connect(servers.ensure().database) as connection:
        assert connection.execute("SELECT 'a' % 'a'").fetchone() == (True,)
    copies = list((open_folder / "copies").iterdir())
    assert len(copies) == 1
    writable = [
        path for path in copies[0].rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o022
    ]
    assert writable == []
    before = copies[0].stat().st_mtime_ns
    again = binaries_for(account_for(data_dir / "postgres"))
    assert again.postgres.is_relative_to(copies[0])
    assert copies[0].stat().st_mtime_ns == before
    # Nothing was opened up to get there.
    assert stat.S_IMODE(closed_binaries.valkey.parent.stat().st_mode) == 0o700


@as_root
def test_root_goes_on_as_the_user_who_made_the_data(data_dir: Path) -> None:
    other = 2  # bin, which every Unix has
    for path in [data_dir / "postgres", *(data_dir / "postgres").rglob("*")]:
        os.chown(path, other, other, follow_symlinks=False)
    servers = EmbeddedServers(data_dir, durable=False)
    servers.ensure()
    status = servers.status()
    assert status.postgres
    assert psutil.Process(status.postgres.process.pid).uids().effective == other


@as_root
@in_open_checkout
def test_an_ordinary_user_runs_them_as_itself(open_folder: Path) -> None:
    folder = open_folder / ("deep" * 30) / "var"
    folder.parent.mkdir()
    os.chown(folder.parent, 65534, 65534)
    answer = _as_user(65534, folder)
    assert answer == "cmo_app 65534"
    assert processes_working_in(folder) == []


@as_root
def test_data_of_another_user_is_refused_in_one_line(data_dir: Path, open_folder: Path) -> None:
    folder = open_folder / "var"
    subprocess.run(["cp", "-a", data_dir, folder], check=True)
    # As when root has run it first, in a folder that is the user's.
    subprocess.run(["chown", "2:2", folder], check=True)
    answer = _as_user(2, folder)
    assert "\n" not in answer
    assert "another user" in answer


def _as_user(uid: int, folder: Path) -> str:
    """Start the servers in a child that has become another user; give what it found."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            answer = _start_and_tell(folder)
        except BaseException as error:
            answer = repr(error)
        os.write(writing, answer.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read()
    os.waitpid(pid, 0)
    return answer


def _start_and_tell(folder: Path) -> str:
    servers = EmbeddedServers(folder, durable=False)
    try:
        urls = servers.ensure()
        with psycopg.connect(urls.database) as connection:
            row = connection.execute("SELECT current_user").fetchone()
        running = servers.status().postgres
        assert row
        assert running
        return f"{row[0]} {psutil.Process(running.process.pid).uids().effective}"
    except ServicesProblem as problem:
        return str(problem)
    finally:
        servers.release()


@as_root
def test_links_in_the_servers_folder_give_nothing_away(data_dir: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("root's own")
    (data_dir / "valkey" / "soft").symlink_to(secret)
    os.link(secret, data_dir / "valkey" / "hard")
    EmbeddedServers(data_dir, durable=False).ensure()
    assert secret.stat().st_uid == 0
