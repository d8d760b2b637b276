"""The file of a backup: a tar of the database's dump, files of the data folder, and a manifest of hashes.

manifest.json     what is in it, of which release, how many rows of which table, the head of the history
manifest.sha256   the hash of the manifest
manifest.seal     its HMAC under a key of the instance (RFC 2104), which tells who wrote it
database.dump     PostgreSQL's own format
files/…           secret_key, demo_password, where the data folder has them
"""

import hashlib
import hmac
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from cmo_eval.backup.problems import BackupRefused

FORMAT = 1
MANIFEST, MANIFEST_HASH, DUMP, FILES = "manifest.json", "manifest.sha256", "database.dump", "files/"
SEAL = "manifest.seal"
# A manifest is small; whatever claims to be a larger one is something else.
MOST_MANIFEST_BYTES = 10_000_000
CHUNK = 1 << 20


@dataclass(frozen=True)
class Member:
    """One file of the archive."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What the archive holds. `tables` counts the rows of each table by `schema.table`."""

    made_at: str
    release: str
    postgres: str
    migrations: list[str]
    tables: dict[str, int]
    history_head: str
    members: dict[str, Member] = field(default_factory=dict)
    format: int = FORMAT


def archive_write(target: Path, manifest: Manifest, parts: Mapping[str, Path], key: bytes) -> str:
    """Write the archive beside its place and move it there whole, readable by its owner only.

    Args:
        key: seals the manifest, and by its hashes everything else.

    Returns:
        The SHA-256 of the archive.
    """
    told = json.dumps(asdict(manifest), sort_keys=True, indent=1).encode()
    digest = hashlib.sha256(told).hexdigest().encode()
    handle, name = tempfile.mkstemp(prefix=".backup-", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as output:
            with tarfile.open(fileobj=output, mode="w", format=tarfile.PAX_FORMAT) as archive:
                _add_bytes(archive, MANIFEST, told)
                _add_bytes(archive, MANIFEST_HASH, digest)
                _add_bytes(archive, SEAL, _seal(told, key))
                for member, path in parts.items():
                    archive.add(path, member, recursive=False, filter=_plain)
            output.flush()
            os.fsync(output.fileno())
        sha256 = file_sha256(part)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return sha256


def archive_read(source: Path, folder: Path, key: bytes) -> tuple[Manifest, bool]:
    """Check the archive and lay its members out in a folder; nothing is taken from it that the hashes deny.

    Returns:
        The manifest, and whether it was sealed with the key.

    Raises:
        BackupRefused: when it cannot be read, is damaged, or is of a later format.
    """
    try:
        with tarfile.open(source, "r:") as archive:
            manifest, is_sealed = _manifest(archive, key)
            for name, expected in manifest.members.items():
                _lay_out(archive, name, expected, folder)
    except FileNotFoundError:
        raise BackupRefused(_("%(file)s does not exist.") % {"file": source}) from None
    except (OSError, tarfile.TarError, EOFError) as problem:
        raise _damaged(source, str(problem) or type(problem).__name__) from None
    except _Broken as problem:
        raise _damaged(source, str(problem)) from None
    return manifest, is_sealed


def file_member(path: Path) -> Member:
    """Size and hash of a file."""
    return Member(path.stat().st_size, file_sha256(path))


def file_sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


class _Broken(Exception):
    pass


def _seal(told: bytes, key: bytes) -> bytes:
    return hmac.new(key, told, hashlib.sha256).hexdigest().encode()


def _manifest(archive: tarfile.TarFile, key: bytes) -> tuple[Manifest, bool]:
    told = _small(archive, MANIFEST)
    digest = _small(archive, MANIFEST_HASH).decode(errors="replace").strip()
    if hashlib.sha256(told).hexdigest() != digest:
        raise _Broken(_("the manifest does not have its own hash"))
    try:
        plain: dict[str, Any] = json.loads(told)
        if plain["format"] > FORMAT:
            raise BackupRefused(
                _("The backup was made by a later release (%(release)s). Restore it with that one.")
                % {"release": plain.get("release", "?")}
            )
        members = {name: Member(**each) for name, each in plain.pop("members").items()}
        manifest = Manifest(**plain, members=members)
    except (KeyError, TypeError, ValueError):
        raise _Broken(_("the manifest cannot be read")) from None
    if DUMP not in manifest.members:
        raise _Broken(_("%(name)s is missing") % {"name": DUMP})
    # Releases before wrote none.
    seal = _small(archive, SEAL) if SEAL in archive.getnames() else b""
    return manifest, hmac.compare_digest(seal.strip(), _seal(told, key))


def _small(archive: tarfile.TarFile, name: str) -> bytes:
    opened, size = _open(archive, name)
    if size > MOST_MANIFEST_BYTES:
        raise _Broken(_("the manifest cannot be read"))
    return opened.read()


def _open(archive: tarfile.TarFile, name: str) -> tuple[BinaryIO, int]:
    try:
        info = archive.getmember(name)
        opened = archive.extractfile(info)
    except KeyError:
        opened = None
    if opened is None:
        raise _Broken(_("%(name)s is missing") % {"name": name})
    return opened, info.size  # type: ignore[return-value]


def _lay_out(archive: tarfile.TarFile, name: str, expected: Member, folder: Path) -> None:
    # Names come from outside: only those that we write are laid out, and none leaves the folder.
    plain = name.removeprefix(FILES)
    if name != DUMP and (not name.startswith(FILES) or Path(plain).name != plain or plain.startswith(".")):
        raise _Broken(_("%(name)s does not belong into a backup") % {"name": name})
    opened, size = _open(archive, name)
    digest = hashlib.sha256()
    with (folder / Path(name).name).open("xb") as output:
        while chunk := opened.read(CHUNK):
            digest.update(chunk)
            output.write(chunk)
    if size != expected.size or digest.hexdigest() != expected.sha256:
        raise _Broken(_("%(name)s is not as the manifest says") % {"name": name})


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    archive.addfile(info, io.BytesIO(content))


def _plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nothing of the machine in it: no user, no group."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mode = 0o600
    return info


def _damaged(source: Path, why: str) -> BackupRefused:
    return BackupRefused(
        _("%(file)s is damaged: %(why)s. Nothing was restored.") % {"file": source, "why": why}
    )
