"""How the system is: what an administrator looks at before anybody calls. Plain data, nine queries."""

import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import django
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.template.defaultfilters import filesizeformat
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.factors import factors_unreadable
from common.numbers import moment_text, percent_text
from jobs.pulse import last_tick
from jobs.selectors import Workload, workload
from records.handlers import LastVerification, last_verification
from records.install import is_installed
from records.models import Anchor

# Beat asks twice a minute; a worker that does long jobs answers later.
TICK_LATE = timedelta(minutes=5)
BACKUP_LATE = timedelta(days=2)
VERIFIED_LATE = timedelta(days=2)
DISK_LOW = 0.10
LARGEST_TABLES = 6

DATABASE = """
    select current_setting('server_version'), pg_database_size(current_database()),
        (select count(*) from pg_stat_activity where datname = current_database()),
        current_setting('max_connections')::int, pg_postmaster_start_time()"""
TABLES = f"""
    select case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname,
        pg_total_relation_size(c.oid), case when c.reltuples >= 0 then c.reltuples::bigint end
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname in ('public', 'history')
    order by 2 desc limit {LARGEST_TABLES}"""


@dataclass(frozen=True)
class Trouble:
    """Something that is not well, and what to do about it."""

    tone: str
    what: str
    next_step: str


@dataclass(frozen=True)
class Table:
    """A table of the database: what it holds, its name, its size in words, its rows as last estimated."""

    holds: str
    name: str
    size: str
    rows: int | None


@dataclass(frozen=True)
class Database:
    """The database server as it stands."""

    version: str
    size: int
    sessions: int
    most_sessions: int
    started_at: datetime
    migrated: bool
    installed: bool
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Disk:
    """The disk of the data folder, in bytes."""

    free: int
    total: int

    @property
    def share_free(self) -> float:
        return self.free / self.total if self.total else 0.0


@dataclass(frozen=True)
class Health:
    """Everything the page shows."""

    troubles: tuple[Trouble, ...]
    database: Database
    disk: Disk
    jobs: Workload
    ticked_at: datetime | None
    backup: Anchor | None
    verification: LastVerification
    versions: tuple[tuple[str, str], ...]


def health_now(now: datetime) -> Health:
    """How the system is now. Raises what the database's client raises when it is away."""
    database, disk = _database(), disk_of(str(settings.ENV.data_dir))
    jobs, ticked = workload(now=now), last_tick()
    backup = Anchor.objects.filter(source__startswith="backup ").order_by("-id").first()
    verification, unreadable = last_verification(), factors_unreadable()
    troubles = [
        *_database_troubles(database),
        *_work_troubles(jobs, ticked, now),
        *_keeping_troubles(disk, backup, verification, unreadable, now),
    ]
    versions = (
        ("CMO Eval", settings.VERSION),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        ("PostgreSQL", database.version),
        (_("Operating system"), platform.platform(terse=True)),
    )
    return Health(tuple(troubles), database, disk, jobs, ticked, backup, verification, versions)


def disk_of(folder: str) -> Disk:
    """The disk on which a folder lies; nothing is known of one that is not there."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return Disk(0, 0)
    return Disk(usage.free, usage.total)


def _held_in(table: str) -> str:
    """What a table holds, in the reader's language; nothing for one that is no model's."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table.replace('"', "") == table:
            return capfirst(str(model._meta.verbose_name_plural))
    return ""


def _database() -> Database:
    with connection.cursor() as cursor:
        cursor.execute(DATABASE)
        version, size, sessions, most, started = cursor.fetchone()
        cursor.execute(TABLES)
        tables = tuple(
            Table(_held_in(name), name, filesizeformat(bytes_), rows)
            for name, bytes_, rows in cursor.fetchall()
        )
    executor = MigrationExecutor(connection)
    return Database(
        version=version.partition(" ")[0],
        size=size,
        sessions=sessions,
        most_sessions=most,
        started_at=started,
        migrated=not executor.migration_plan(executor.loader.graph.leaf_nodes()),
        installed=is_installed(connection.alias, kept=True),
        tables=tables,
    )


def _database_troubles(database: Database) -> Iterator[Trouble]:
    if not database.migrated:
        yield Trouble("bad", _("The database is older than this release."), _("Run manage.py migrate."))
    elif not database.installed:
        yield Trouble(
            "bad",
            _("The database lacks triggers or this server’s key for signing: nothing can be signed."),
            _("Run manage.py migrate once more, as after every change of DJANGO_SECRET_KEY."),
        )
    if database.sessions > 0.8 * database.most_sessions:
        yield Trouble(
            "caution",
            _("%(used)d of %(most)d sessions of the database are in use.")
            % {"used": database.sessions, "most": database.most_sessions},
            _("Allow more in PostgreSQL (max_connections), or run fewer web processes."),
        )


def _work_troubles(jobs: Workload, ticked: datetime | None, now: datetime) -> Iterator[Trouble]:
    limit = timedelta(seconds=settings.JOB_WAITING_LIMIT_SECONDS)
    if jobs.oldest is not None and now - jobs.oldest > limit:
        yield Trouble(
            "bad",
            _("A job has been waiting since %(moment)s: nobody works.")
            % {"moment": moment_text(jobs.oldest)},
            _("Look whether the worker runs, and into its log."),
        )
    if ticked is None or now - ticked > TICK_LATE:
        yield Trouble(
            "caution",
            _("No worker has done what the clock (beat) asks every half minute.")
            if ticked is None
            else _("No worker has answered the clock (beat) since %(moment)s.")
            % {"moment": moment_text(ticked)},
            _("Look whether beat and the worker run. Reminders and checks wait meanwhile."),
        )
    if jobs.failed_lately:
        yield Trouble(
            "caution",
            ngettext(
                "%(count)d job failed in the last 24 hours.",
                "%(count)d jobs failed in the last 24 hours.",
                jobs.failed_lately,
            )
            % {"count": jobs.failed_lately},
            _("The list of jobs says why, and starts them again."),
        )


def _keeping_troubles(
    disk: Disk, backup: Anchor | None, verification: LastVerification, unreadable: int, now: datetime
) -> Iterator[Trouble]:
    if disk.total and disk.share_free < DISK_LOW:
        yield Trouble(
            "bad",
            _("Only %(share)s of the disk is free.") % {"share": percent_text(disk.share_free)},
            _("Make room before PostgreSQL has to stop writing."),
        )
    if backup is None or now - backup.at > BACKUP_LATE:
        yield Trouble(
            "caution",
            _("There is no backup yet.")
            if backup is None
            else _("The last backup is of %(moment)s.") % {"moment": moment_text(backup.at)},
            _("Run manage.py backup, every night by a timer of the host."),
        )
    if verification.at is not None and not verification.intact:
        yield Trouble(
            "bad",
            _("The change history is not intact: %(problem)s") % {"problem": verification.problem},
            _("Leave everything as it is, and compare with a backup."),
        )
    elif verification.at is None or now - verification.at > VERIFIED_LATE:
        yield Trouble(
            "caution",
            _("The change history has not been verified lately."),
            _("Verify it here. It is also verified every night, as long as the clock runs."),
        )
    if unreadable:
        yield Trouble(
            "bad",
            ngettext(
                "%(count)d second factor cannot be read with the server’s keys.",
                "%(count)d second factors cannot be read with the server’s keys.",
                unreadable,
            )
            % {"count": unreadable},
            _("Give the former key to CMO_EVAL_FACTOR_KEYS, then run manage.py factors_renew."),
        )
