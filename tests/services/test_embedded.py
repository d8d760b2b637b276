"""The embedded servers: start, share, stop, and come back after anything."""

import json
import os
import signal
import socket
import stat
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from cmo_eval.services import EmbeddedServers, ServicesProblem, ServiceUrls
from cmo_eval.services.folder import SOCKET_PATH_LIMIT
from cmo_eval.services.ports import free_port, port_is_free
from cmo_eval.services.processes import reference
from tests.services.conftest import processes_working_in

type Python = Callable[..., "subprocess.Popen[str]"]

# Attaches, says so, and stays until its input ends or it is killed.
ATTACH_AND_STAY = """
import sys, time
from pathlib import Path
from cmo_eval.services import EmbeddedServers
servers = EmbeddedServers(Path(sys.argv[1]), durable=False)
print(servers.ensure().database, flush=True)
time.sleep(float(sys.argv[2]))
servers.release()
"""


def start(folder: Path) -> tuple[EmbeddedServers, ServiceUrls]:
    servers = EmbeddedServers(folder, durable=False)
    return servers, servers.ensure()


def one(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def write_a_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value text)")
        connection.execute("INSERT INTO kept VALUES ('here')")


def pids(servers: EmbeddedServers) -> tuple[int, int]:
    status = servers.status()
    assert status.postgres
    assert status.valkey
    return status.postgres.process.pid, status.valkey.process.pid


def kill(*processes: int) -> None:
    for pid in processes:
        os.kill(pid, signal.SIGKILL)
    while any(reference(pid) for pid in processes):
        time.sleep(0.01)


class TestStart:
    def test_an_empty_folder_gets_both_servers(self, tmp_path: Path) -> None:
        servers, urls = start(tmp_path / "deep" / "var")
        try:
            assert one(urls.database, "SHOW server_encoding") == "UTF8"
            assert one(urls.database, "SELECT current_user") == "cmo_app"
            assert one(urls.database_owner, "SELECT current_user") == "cmo_owner"
            with redis.Redis.from_url(urls.redis) as client:
                assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
                assert client.config_get("appendonly") == {"appendonly": "yes"}
                assert client.config_get("bind") == {"bind": "127.0.0.1"}
        finally:
            assert servers.release()

    def test_only_the_owner_of_the_folder_can_look_inside(self, data_dir: Path) -> None:
        os.chmod(data_dir, 0o755)
        start(data_dir)
        modes = {
            name: stat.S_IMODE((data_dir / name).stat().st_mode)
            for name in (".", "postgres", "valkey", "log")
        }
        assert set(modes.values()) == {0o700}, modes
        assert stat.S_IMODE((data_dir / "passwords.json").stat().st_mode) == 0o600

    def test_folders_above_keep_their_modes(self, tmp_path: Path, pristine: Path) -> None:
        parent = tmp_path / "shared"
        parent.mkdir()
        parent.chmod(0o751)
        subprocess.run(["cp", "-a", pristine, parent / "var"], check=True)
        servers, _ = start(parent / "var")
        servers.release()
        assert stat.S_IMODE(parent.stat().st_mode) == 0o751

    def test_nobody_gets_in_without_a_password(self, data_dir: Path) -> None:
        _, urls = start(data_dir)
        known = psycopg.conninfo.conninfo_to_dict(urls.database)
        for role in ("cmo_app", "cmo_owner", "postgres"):
            for attempt in ("", "postgres", f"{known['password']}x"):
                login = known | {"user": role, "password": attempt, "passfile": "/dev/null"}
                with pytest.raises(psycopg.OperationalError, match="password"):
                    psycopg.connect(psycopg.conninfo.make_conninfo("", **login))
        address = urls.redis.split("@")[1]
        with redis.Redis.from_url(f"redis://{address}") as client, pytest.raises(redis.AuthenticationError):
            client.ping()

    def test_the_servers_listen_on_loopback_and_a_private_socket_only(self, data_dir: Path) -> None:
        servers, _ = start(data_dir)
        addresses, sockets = set(), []
        for pid in pids(servers):
            for connection in psutil.Process(pid).net_connections("all"):
                if connection.family == socket.AF_UNIX and connection.laddr:
                    sockets.append(str(connection.laddr))
                elif connection.status == psutil.CONN_LISTEN:
                    addresses.add(connection.laddr.ip)
        assert addresses == {"127.0.0.1"}
        assert len(sockets) == 1
        assert len(os.fsencode(sockets[0])) <= SOCKET_PATH_LIMIT
        assert stat.S_IMODE(Path(sockets[0]).parent.stat().st_mode) == 0o700

    def test_no_password_stands_on_a_command_line(self, data_dir: Path) -> None:
        servers, _ = start(data_dir)
        secrets = json.loads((data_dir / "passwords.json").read_text()).values()
        lines = [" ".join(psutil.Process(pid).cmdline()) for pid in pids(servers)]
        assert not [line for line in lines if any(secret in line for secret in secrets)]

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root has a right to give up")
    def test_root_gives_up_its_rights(self, data_dir: Path) -> None:
        servers, _ = start(data_dir)
        for pid in pids(servers):
            process = psutil.Process(pid)
            assert set(process.uids()) == {(data_dir / "postgres").stat().st_uid}
            assert 0 not in (*process.uids(), *process.gids())
            status = Path(f"/proc/{pid}/status").read_text().splitlines()
            assert [line.split()[1:] for line in status if line.startswith("Groups:")] == [[]]

    def test_two_folders_run_side_by_side(self, data_dir: Path, tmp_path: Path, pristine: Path) -> None:
        other = tmp_path / "other"
        subprocess.run(["cp", "-a", pristine, other], check=True)
        first, first_urls = start(data_dir)
        second, second_urls = start(other)
        try:
            write_a_row(first_urls.database_owner)
            assert one(second_urls.database, "SELECT to_regclass('kept')") is None
            assert not set(pids(first)) & set(pids(second))
        finally:
            assert second.release()
        assert one(first_urls.database_owner, "SELECT value FROM kept") == "here"


class TestSharing:
    def test_a_second_user_attaches_and_the_last_one_stops_the_servers(self, data_dir: Path) -> None:
        first, urls = start(data_dir)
        second, same = start(data_dir)
        assert urls == same
        assert pids(first) == pids(second)
        assert not first.release()
        assert one(same.database, "SELECT 1") == 1
        assert second.release()
        assert processes_working_in(data_dir) == []

    def test_a_killed_user_no_longer_counts(self, data_dir: Path, python: Python) -> None:
        other = python("-c", ATTACH_AND_STAY, str(data_dir), "600")
        assert other.stdout
        assert other.stdout.readline().startswith("postgresql://")
        servers, _ = start(data_dir)
        other.kill()
        other.wait()
        assert servers.release()
        assert processes_working_in(data_dir) == []

    def test_starters_at_the_same_moment_share_one_pair(self, data_dir: Path, python: Python) -> None:
        starters = [python("-c", ATTACH_AND_STAY, str(data_dir), "0.5") for _ in range(5)]
        answers = [process.communicate(timeout=120) for process in starters]
        assert [process.returncode for process in starters] == [0] * 5, answers
        assert len({out for out, _ in answers}) == 1
        assert processes_working_in(data_dir) == []

    def test_stop_ends_servers_that_others_use(self, data_dir: Path) -> None:
        start(data_dir)
        assert EmbeddedServers(data_dir, durable=False).stop()
        assert processes_working_in(data_dir) == []
        assert not EmbeddedServers(data_dir, durable=False).stop()

    def test_stop_of_a_folder_that_was_never_used_does_nothing(self, tmp_path: Path) -> None:
        assert not EmbeddedServers(tmp_path / "never").stop()
        assert not (tmp_path / "never").exists()


class TestComingBack:
    def test_data_and_ports_stay(self, data_dir: Path) -> None:
        servers, urls = start(data_dir)
        write_a_row(urls.database_owner)
        with redis.Redis.from_url(urls.redis) as client:
            client.set("kept", "here")
        servers.release()
        _, again = start(data_dir)
        assert again == urls
        assert one(again.database_owner, "SELECT value FROM kept") == "here"
        with redis.Redis.from_url(again.redis) as client:
            assert client.get("kept") == b"here"

    def test_killed_servers_come_back_with_their_data(self, data_dir: Path) -> None:
        servers, urls = start(data_dir)
        write_a_row(urls.database_owner)
        killed = pids(servers)
        kill(*killed)
        assert servers.ensure() == urls
        assert not set(pids(servers)) & set(killed)
        assert one(urls.database_owner, "SELECT value FROM kept") == "here"

    def test_a_busy_backend_of_a_killed_server_does_not_block_the_next(self, data_dir: Path) -> None:
        servers, urls = start(data_dir)
        connection = psycopg.connect(urls.database)
        backend = connection.info.backend_pid

        def keep_busy() -> None:
            with suppress(psycopg.Error):
                connection.execute("SELECT sum(sqrt(i)) FROM generate_series(1, 100000000000) AS i")

        thread = threading.Thread(target=keep_busy)
        thread.start()
        # An idle one would end by itself.
        while one(urls.database, f"SELECT state FROM pg_stat_activity WHERE pid = {backend}") != "active":
            time.sleep(0.01)
        kill(pids(servers)[0])
        assert psutil.pid_exists(backend)
        assert one(servers.ensure().database, "SELECT 1") == 1
        thread.join(timeout=120)
        connection.close()
        assert reference(backend) is None

    def test_a_process_number_that_another_program_has_now_does_not_block(self, data_dir: Path) -> None:
        servers, _ = start(data_dir)
        servers.stop()
        owner = (data_dir / "postgres").stat()
        with ExitStack() as stack:
            user = owner.st_uid if os.geteuid() == 0 else None
            other = stack.enter_context(subprocess.Popen(["sleep", "600"], user=user))
            stack.callback(other.kill)
            for name in ("postgres/postmaster.pid", "valkey/valkey.pid"):
                path = data_dir / name
                path.write_text(f"{other.pid}\n/elsewhere\n1\n5432\n\n127.0.0.1\n1 1\nready\n")
                os.chown(path, owner.st_uid, owner.st_gid)
            _, urls = start(data_dir)
            assert one(urls.database, "SELECT 1") == 1
            assert other.poll() is None

    @pytest.mark.parametrize("content", ["", "not a number\n", "999999999\n"])
    def test_a_broken_lock_file_does_not_block(self, data_dir: Path, content: str) -> None:
        lock = data_dir / "postgres" / "postmaster.pid"
        lock.write_text(content)
        owner = (data_dir / "postgres").stat()
        os.chown(lock, owner.st_uid, owner.st_gid)
        _, urls = start(data_dir)
        assert one(urls.database, "SELECT 1") == 1

    def test_a_lost_or_broken_state_file_does_no_harm(self, data_dir: Path) -> None:
        servers, urls = start(data_dir)
        (data_dir / "state.json").write_text("{broken")
        other, again = start(data_dir)
        assert again.database == urls.database
        with redis.Redis.from_url(again.redis) as client:
            assert client.ping()
        assert len(processes_working_in(data_dir / "valkey")) == 1
        other.release()
        servers.release()

    def test_ports_taken_meanwhile_are_given_up(self, data_dir: Path) -> None:
        servers, urls = start(data_dir)
        status = servers.status()
        assert status.postgres
        assert status.valkey
        ports = (status.postgres.port, status.valkey.port)
        servers.release()
        with ExitStack() as stack:
            for port in ports:
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
            _, moved = start(data_dir)
            assert moved.database != urls.database
            assert moved.redis != urls.redis
            assert one(moved.database, "SELECT 1") == 1
        assert servers.ensure() == moved

    def test_a_cluster_half_made_is_made_again(self, tmp_path: Path) -> None:
        part = tmp_path / "var" / "postgres.part"
        part.mkdir(parents=True)
        (part / "PG_VERSION").write_text("18\n")
        servers, urls = start(tmp_path / "var")
        try:
            assert one(urls.database, "SELECT 1") == 1
            assert not part.exists()
        finally:
            servers.stop()


class TestRefusal:
    def test_data_of_another_major_version(self, data_dir: Path) -> None:
        (data_dir / "postgres" / "PG_VERSION").write_text("16\n")
        with pytest.raises(ServicesProblem) as caught:
            start(data_dir)
        message = str(caught.value)
        assert "\n" not in message
        assert "PostgreSQL 16" in message
        assert "18" in message
        assert "docs/operations.md" in message
        assert processes_working_in(data_dir) == []
        assert (data_dir / "postgres" / "PG_VERSION").read_text() == "16\n"

    def test_the_way_to_upgrade_is_written_down(self) -> None:
        text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
        assert "## Upgrading PostgreSQL" in text

    def test_lost_passwords(self, data_dir: Path) -> None:
        (data_dir / "passwords.json").unlink()
        with pytest.raises(ServicesProblem, match="does not hold the passwords"):
            start(data_dir)
        assert processes_working_in(data_dir) == []

    def test_a_broken_password_file(self, data_dir: Path) -> None:
        (data_dir / "passwords.json").write_text("{}")
        with pytest.raises(ServicesProblem, match="cannot be read as the file of passwords"):
            start(data_dir)

    def test_a_file_in_the_place_of_the_folder(self, tmp_path: Path) -> None:
        (tmp_path / "var").write_text("")
        with pytest.raises(ServicesProblem, match="cannot be used"):
            start(tmp_path / "var")

    def test_a_broken_cluster_says_what_postgresql_said(self, data_dir: Path) -> None:
        (data_dir / "postgres" / "global" / "pg_control").write_bytes(b"")
        with pytest.raises(ServicesProblem, match=r"PostgreSQL did not start: .*pg_control") as caught:
            start(data_dir)
        assert "\n" not in str(caught.value)
        assert processes_working_in(data_dir) == []


def test_a_port_counts_as_taken_while_somebody_listens() -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        assert not port_is_free(port)
    assert port_is_free(port)
