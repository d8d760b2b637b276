"""Restoring: all is loaded, and its rows counted, in one transaction; then rights, triggers and keys."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from cmo_eval.backup.archive import DUMP, FILES, Manifest, archive_read, file_sha256
from cmo_eval.backup.making import KEPT_FILES, sealing_key
from cmo_eval.backup.problems import BackupRefused
from cmo_eval.backup.programs import OWNER, run
from cmo_eval.services.folder import DataFolder
from cmo_eval.services.supervisor import children_status
from records.verification import AnchorPoint, verify

ADDRESSES = {"DATABASE_URL": "default", "DATABASE_OWNER_URL": OWNER}
MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
# Everything of the owner's goes; extensions, which the superuser made, stay.
CLEAR = """
do $clear$
declare found record;
begin
    for found in select nspname from pg_namespace
        where nspowner = current_user::regrole and nspname <> 'public'
    loop execute format('drop schema %I cascade', found.nspname); end loop;
    for found in select c.oid::regclass as name, c.relkind from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relowner = current_user::regrole
        and c.relkind in ('r', 'p', 'v', 'm')
    loop
        execute format(case found.relkind when 'v' then 'drop view if exists %s cascade'
            when 'm' then 'drop materialized view if exists %s cascade'
            else 'drop table if exists %s cascade' end, found.name);
    end loop;
    for found in select c.oid::regclass as name from pg_class c where c.relnamespace = 'public'::regnamespace
        and c.relowner = current_user::regrole and c.relkind = 'S'
    loop execute format('drop sequence %s cascade', found.name); end loop;
    for found in select p.oid::regprocedure as name from pg_proc p
        where p.pronamespace = 'public'::regnamespace and p.proowner = current_user::regrole
        and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    loop execute format('drop routine %s cascade', found.name); end loop;
end $clear$;
"""
COUNTED = """
do $counted$
declare told record; found bigint;
begin
    for told in select * from json_each_text($expected$%s$expected$) loop
        execute format('select count(*) from %%I.%%I',
            split_part(told.key, '.', 1), split_part(told.key, '.', 2)) into found;
        if found <> told.value::bigint then
            raise exception '%% holds %% rows, %% were expected', told.key, found, told.value;
        end if;
    end loop;
end $counted$;
"""
# The oldest that the product runs on.
OLDEST_MAJOR = 15
# What a dump sets for itself that an older server does not know.
NOT_EVERYWHERE = b"SET transaction_timeout"
SETTING_LINES = 40


@dataclass(frozen=True)
class Restored:
    """The outcome: when the backup was made, the rows now there, the history's entries and whether intact."""

    made_at: str
    rows: int
    entries: int
    intact: bool
    history_head: str
    files: tuple[str, ...]


def backup_restore(source: Path, *, replace: bool = False, sha256: str = "", trust: bool = False) -> Restored:
    """Make the instance what it was when the backup was made. What cannot be restored whole changes nothing.

    What a dump holds runs as the owner of the database, so something has to vouch for the file.

    Args:
        source: the file that `backup_make` wrote.
        replace: also where people have accounts already; all of it is lost then.
        sha256: the hash of the file, as it was told when the backup was made.
        trust: also a file for which neither the hash nor the key of this server vouches.

    Raises:
        BackupRefused: a damaged file, one of a newer release, one that nothing vouches for, an instance that
            is in use or not empty.
    """
    with tempfile.TemporaryDirectory(prefix="cmo-eval-restore-") as folder:
        if sha256:
            _refuse_other(source, sha256)
        manifest, is_sealed = archive_read(source, Path(folder), sealing_key())
        _refuse_newer(manifest)
        if not (is_sealed or sha256 or trust):
            raise BackupRefused(
                _(
                    "Nothing vouches for %(file)s: it is not sealed with the key of this server, and what it "
                    "holds would run as the owner of the database. Give --sha256 with the hash that backup "
                    "printed, or --trust where you know who wrote it."
                )
                % {"file": source}
            )
        _refuse_old_server()
        _refuse_target(replace)
        script = _script(Path(folder), manifest)
        _load(script, manifest)
        files = _files_put_back(Path(folder), manifest)
    _bring_up_to_date()
    position, _colon, head = manifest.history_head.partition(":")
    anchors = [AnchorPoint(int(position), head, _("the backup"))] if head else []
    proof = verify(anchors=anchors)
    if not proof.intact:
        raise BackupRefused(
            _("Restored, but the change history is not intact: %(why)s") % {"why": proof.problems[0].message}
        )
    return Restored(
        made_at=manifest.made_at,
        rows=sum(manifest.tables.values()),
        entries=proof.entries,
        intact=proof.intact,
        history_head=manifest.history_head,
        files=files,
    )


def _refuse_other(source: Path, sha256: str) -> None:
    try:
        found = file_sha256(source)
    except OSError:
        # What is wrong with it is told when it is read.
        return
    if found != sha256.strip().lower():
        raise BackupRefused(
            _("%(file)s has the SHA-256 %(found)s: it is not the file that was meant.")
            % {"file": source, "found": found}
        )


def _refuse_newer(manifest: Manifest) -> None:
    known = MigrationLoader(None, ignore_no_migrations=True).graph.nodes
    ours = {f"{app}.{name}" for app, name in known}
    unknown = sorted(set(manifest.migrations) - ours)
    if unknown:
        told = _(
            "The backup was made by a newer release (%(release)s with %(migration)s): restore it with that."
        )
        raise BackupRefused(told % {"release": manifest.release, "migration": unknown[0]})


def _refuse_old_server() -> None:
    found = _server_major()
    if found < OLDEST_MAJOR:
        raise BackupRefused(
            _("The server is PostgreSQL %(found)d; the product needs %(oldest)d or later.")
            % {"found": found, "oldest": OLDEST_MAJOR}
        )


def _server_major() -> int:
    with connections[OWNER].cursor() as cursor:
        cursor.execute("select current_setting('server_version_num')::int / 10000")
        found = int(cursor.fetchone()[0])
    connections[OWNER].close()
    return found


def _load(script: Path, manifest: Manifest) -> None:
    """Run the script in one transaction. Of a server of another major version, a refusal says so."""
    try:
        run("psql", ["-X", "-q", "--single-transaction", "--set=ON_ERROR_STOP=1"], script=script)
    except BackupRefused as refusal:
        made_on, here = manifest.postgres.partition(".")[0], _server_major()
        if made_on == str(here):
            raise
        told = _(
            "The backup is of PostgreSQL %(made_on)s; this server, PostgreSQL %(here)d, did not take it: "
            "%(why)s"
        )
        raise BackupRefused(told % {"made_on": made_on, "here": here, "why": refusal}) from None


def _refuse_target(replace: bool) -> None:
    # A product for which nobody asks just now holds no session, and would go on with what it knew before.
    running = children_status(DataFolder(settings.ENV.data_dir))
    if running:
        raise BackupRefused(
            _("The product is running (%(names)s). Stop it first, with make stop.")
            % {"names": ", ".join(running)}
        )
    connections["default"].close()
    with connections[OWNER].cursor() as cursor:
        # Whoever vacuums is nobody.
        cursor.execute(
            "select count(*) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid() and usesysid is not null"
        )
        others = cursor.fetchone()[0]
        cursor.execute("select to_regclass('public.accounts_user') is not null")
        people = 0
        if cursor.fetchone()[0]:
            cursor.execute("select count(*) from accounts_user")
            people = cursor.fetchone()[0]
    connections[OWNER].close()
    if others:
        raise BackupRefused(
            _("The database is in use (%(count)d sessions). Stop web, worker and beat first.")
            % {"count": others}
        )
    if people and not replace:
        raise BackupRefused(
            _("This instance is not empty: %(count)d people have accounts. With --replace all of it is lost.")
            % {"count": people}
        )


def _script(folder: Path, manifest: Manifest) -> Path:
    """One script for one transaction: clear, load, count."""
    loaded = folder / "loaded.sql"
    run("pg_restore", ["--no-owner", "--no-privileges", f"--file={loaded}", str(folder / DUMP)])
    script = folder / "restore.sql"
    with script.open("wb") as output, loaded.open("rb") as lines:
        output.write(CLEAR.encode())
        for number, line in enumerate(lines):
            if number > SETTING_LINES or not line.startswith(NOT_EVERYWHERE):
                output.write(line)
        output.write((COUNTED % json.dumps(manifest.tables)).encode())
    loaded.unlink()
    return script


def _files_put_back(folder: Path, manifest: Manifest) -> tuple[str, ...]:
    """The files of the data folder; a key that the environment gives stays the one in use."""
    put = []
    for name in KEPT_FILES:
        if f"{FILES}{name}" not in manifest.members:
            continue
        if name == "secret_key" and os.environ.get("DJANGO_SECRET_KEY"):
            continue
        target: Path = settings.ENV.data_dir / name
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        part.touch(mode=0o600)
        shutil.copyfile(folder / name, part)
        part.replace(target)
        put.append(name)
    return tuple(put)


def _bring_up_to_date() -> None:
    """Migrations that the backup lacks, and the rights of both roles, triggers and the key of signing.

    In a process of its own, which reads the key that was just put back.
    """
    command = [sys.executable, str(MANAGE), "migrate", "--no-input", "--skip-checks", "--verbosity", "0"]
    addresses = {name: _address(alias) for name, alias in ADDRESSES.items()}
    given = os.environ | addresses | {"REDIS_URL": settings.ENV.redis_url}
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise BackupRefused(
            _("The data is restored, but migrating it failed: %(why)s") % {"why": lines[-1] if lines else "?"}
        )


def _address(alias: str) -> str:
    """A connection's address, as the environment writes it."""
    told = connections[alias].settings_dict
    who = f"{quote(told['USER'])}:{quote(told['PASSWORD'])}"
    query = f"?{urlencode(told['OPTIONS'])}" if told["OPTIONS"] else ""
    port = f":{told['PORT']}" if told["PORT"] else ""
    return f"postgresql://{who}@{told['HOST']}{port}/{quote(told['NAME'])}{query}"
