"""Making a backup: one snapshot of the database, as its owner, with what the data folder must not lose."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from cmo_eval.backup.archive import DUMP, FILES, Manifest, archive_write, file_member
from cmo_eval.backup.programs import OWNER, run
from records.anchors import anchor_head

# Files of the data folder without which a restored instance could not go on. Passwords of the embedded
# servers are not among them: they belong to the servers, not to the data.
KEPT_FILES = ("secret_key", "demo_password")
# Sessions do not outlive the instance; the key of signing is made anew from the server's own.
LEFT_EMPTY = ("public.django_session", "public.accounts_signedin", "vault.signing")
ANCHOR = "backup"
SEALED = "cmo_eval.backup.seal"

TABLES = """
    select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e') order by 1"""
HEAD = """
    select position || ':' || encode(hash, 'hex') from history.batch
    where position is not null order by position desc limit 1"""


@dataclass(frozen=True)
class BackupMade:
    """The outcome: the file, its size in bytes and SHA-256, the rows in it, the head of the history."""

    file: str
    size: int
    sha256: str
    rows: int
    history_head: str


def backup_make(target: Path) -> BackupMade:
    """Write a backup of the whole instance; the product may run meanwhile.

    Raises:
        BackupRefused: when PostgreSQL's programs are missing or fail.
        OSError: when the file cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        dump = Path(folder) / DUMP
        with _snapshot() as (cursor, snapshot):
            manifest = _described(cursor)
            empty = [f"--exclude-table-data={name}" for name in LEFT_EMPTY]
            run(
                "pg_dump",
                [
                    "--format=custom",
                    "--no-owner",
                    "--no-privileges",
                    "--exclude-extension=*",
                    f"--snapshot={snapshot}",
                    f"--file={dump}",
                    *empty,
                ],
            )
        parts = {DUMP: dump} | {
            f"{FILES}{name}": path for name in KEPT_FILES if (path := settings.ENV.data_dir / name).exists()
        }
        manifest.members.update({name: file_member(path) for name, path in parts.items()})
        sha256 = archive_write(target, manifest, parts, sealing_key())
    made = BackupMade(
        str(target), target.stat().st_size, sha256, sum(manifest.tables.values()), manifest.history_head
    )
    # The head is told to the outside by it, and system health knows when the last one was made.
    anchor_head(source=f"{ANCHOR} {target.name} {sha256[:12]}")
    return made


def sealing_key() -> bytes:
    """What tells a backup of this instance, or of one with the same server key, from any other file."""
    return hashlib.sha256(f"{SEALED}\0{settings.SECRET_KEY}".encode()).digest()


def backup_name(now: datetime) -> str:
    """The name of a backup that was given none."""
    return f"cmo-eval-{now:%Y%m%d-%H%M%S}.backup"


def row_counts(cursor: CursorWrapper) -> dict[str, int]:
    """The rows of every table whose content a backup holds, by `schema.table`."""
    cursor.execute(TABLES)
    names = [name for (name,) in cursor.fetchall() if name not in LEFT_EMPTY]
    counts = {}
    for name in names:
        schema, _, table = name.partition(".")
        cursor.execute(f'select count(*) from "{schema}"."{table}"')
        counts[name] = int(cursor.fetchone()[0])
    return counts


@contextmanager
def _snapshot() -> Iterator[tuple[CursorWrapper, str]]:
    """A cursor of the owner in a transaction that sees one moment, and the name by which others join it."""
    connection = connections[OWNER]
    with transaction.atomic(using=OWNER), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("select pg_export_snapshot()")
        yield cursor, str(cursor.fetchone()[0])
    connection.close()


def _described(cursor: CursorWrapper) -> Manifest:
    cursor.execute("select app || '.' || name from django_migrations order by 1")
    migrations = [str(name) for (name,) in cursor.fetchall()]
    cursor.execute("select current_setting('server_version')")
    postgres = str(cursor.fetchone()[0])
    cursor.execute(HEAD)
    head = cursor.fetchone()
    return Manifest(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        release=settings.VERSION,
        postgres=postgres,
        migrations=migrations,
        tables=row_counts(cursor),
        history_head=head[0] if head else "",
    )
