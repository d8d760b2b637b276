"""The file of a backup: what is damaged or foreign is refused in one line, before anything is restored."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cmo_eval.backup.archive import Manifest, archive_read, archive_write, file_member
from cmo_eval.backup.problems import BackupRefused

KEY = b"a key of the instance"
type Members = dict[str, bytes]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    parts = {"database.dump": tmp_path / "dump", "files/secret_key": tmp_path / "key"}
    parts["database.dump"].write_bytes(b"PGDMP" + bytes(range(256)) * 40)
    parts["files/secret_key"].write_bytes(b"a long secret")
    manifest = Manifest("2026-11-01T00:00:00+00:00", "0.1.0", "18.6", [], {"public.t": 3}, "")
    manifest.members.update({name: file_member(path) for name, path in parts.items()})
    target = tmp_path / "made.backup"
    archive_write(target, manifest, parts, KEY)
    return target


def read(path: Path) -> Manifest:
    folder = path.with_name(f"{path.name}.out")
    folder.mkdir()
    return archive_read(path, folder, KEY)[0]


def members_of(path: Path) -> Members:
    with tarfile.open(path) as opened:
        return {info.name: opened.extractfile(info).read() for info in opened}  # type: ignore[union-attr]


def rewritten(path: Path, change: Callable[[Members], None]) -> Path:
    members = members_of(path)
    change(members)
    changed = path.with_name("changed.backup")
    with tarfile.open(changed, "w") as output:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            output.addfile(info, io.BytesIO(content))
    return changed


def retold(held: Members, **changes: Any) -> None:
    """Another manifest, with a hash that fits: only its content can give it away."""
    told = json.loads(held["manifest.json"]) | changes
    held["manifest.json"] = json.dumps(told).encode()
    held["manifest.sha256"] = hashlib.sha256(held["manifest.json"]).hexdigest().encode()


def test_what_was_written_is_read_again(archive: Path) -> None:
    manifest = read(archive)
    assert manifest.tables == {"public.t": 3}
    assert (archive.parent / "made.backup.out" / "secret_key").read_bytes() == b"a long secret"
    assert archive.stat().st_mode & 0o777 == 0o600


def test_only_what_the_instance_wrote_is_sealed_with_its_key(archive: Path, tmp_path: Path) -> None:
    def sealed(path: Path, key: bytes) -> bool:
        folder = tmp_path / f"{path.name}-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        return archive_read(path, folder, key)[1]

    assert sealed(archive, KEY)
    assert not sealed(archive, b"another key")
    assert not sealed(rewritten(archive, lambda members: retold(members, tables={})), KEY)
    assert not sealed(rewritten(archive, lambda members: members.__delitem__("manifest.seal")), KEY)


@pytest.mark.parametrize("name", ["database.dump", "files/secret_key", "manifest.json", "manifest.sha256"])
def test_one_changed_byte_of_any_part_is_found(archive: Path, name: str) -> None:
    def flip(members: Members) -> None:
        content = bytearray(members[name])
        content[len(content) // 2] ^= 1
        members[name] = bytes(content)

    with pytest.raises(BackupRefused, match="is damaged") as refused:
        read(rewritten(archive, flip))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["database.dump", "files/secret_key", "manifest.json", "manifest.sha256"])
def test_a_missing_part_is_named(archive: Path, name: str) -> None:
    with pytest.raises(BackupRefused, match=f"{name} is missing"):
        read(rewritten(archive, lambda members: members.__delitem__(name)))


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.5])
def test_a_file_that_was_cut_short_is_refused(archive: Path, share: float) -> None:
    whole = archive.read_bytes()
    cut = archive.with_name("cut.backup")
    cut.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(BackupRefused, match="is damaged"):
        read(cut)


def test_something_else_is_no_backup(tmp_path: Path) -> None:
    other = tmp_path / "other.backup"
    other.write_bytes(b"%PDF-1.7 " * 400)
    with pytest.raises(BackupRefused, match="is damaged"):
        read(other)
    with pytest.raises(BackupRefused, match="does not exist"):
        read(tmp_path / "none.backup")


@pytest.mark.parametrize("name", ["../outside", "files/../../outside", "files/.hidden", "/etc/passwd"])
def test_no_member_leaves_the_folder(archive: Path, name: str) -> None:
    def add(members: Members) -> None:
        members[name] = b"x"
        told = json.loads(members["manifest.json"])
        told["members"][name] = {"size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
        retold(members, members=told["members"])

    with pytest.raises(BackupRefused, match="does not belong into a backup"):
        read(rewritten(archive, add))
    assert not (archive.parent / "outside").exists()


def test_a_later_format_is_left_to_the_release_that_wrote_it(archive: Path) -> None:
    with pytest.raises(BackupRefused, match="later release"):
        read(rewritten(archive, lambda members: retold(members, format=2, release="9.0")))


def test_a_backup_that_fails_half_way_leaves_no_file(tmp_path: Path) -> None:
    manifest = replace(Manifest("", "", "", [], {}, ""), members={})
    with pytest.raises(FileNotFoundError):
        archive_write(tmp_path / "made.backup", manifest, {"database.dump": tmp_path / "none"}, KEY)
    assert list(tmp_path.iterdir()) == []
