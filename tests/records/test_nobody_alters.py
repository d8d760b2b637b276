"""Nobody alters the history or a signed record: by ORM, SQL, admin, in bulk, from a shell or a worker.

Each way tries to update, to delete and to truncate, and leaves everything as it was. A superuser with every
trigger switched off can; then the record's signature is void, and `verify_history` names what was touched.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connections, transaction
from django.db.models import F, Model, ProtectedError
from django.forms import modelform_factory

from accounts.models import User
from accounts.roles import Role
from jobs.models import Job
from jobs.registry import Finish, Progress, handler
from jobs.services import job_request, job_run
from partners.models import Organization, Site, StandingDecision
from records.context import recorded
from records.models import Entry, Signature
from records.refusals import Refused
from records.signing.proof import proof_tell
from records.signing.services import signature_withdraw
from records.signing.state import signatures_of
from records.verification import verify
from tests import makers
from tests.databases import ROOT, url_of
from tests.records.conftest import Superuser
from tests.records.declared import APPROVED, person, sign

REFUSED = (DatabaseError, ValidationError, ProtectedError)
DECISION, ENTRY, SIGNATURE = StandingDecision, Entry, Signature


@dataclass(frozen=True)
class Target:
    """A row that nobody may touch, and a column that a forger would like to change."""

    model: type[Model]
    column: str

    @property
    def table(self) -> str:
        return self.model._meta.db_table.replace('"', "")

    def row(self) -> Model:
        found = self.model._default_manager.order_by("-pk").first()
        assert found is not None
        return found


TARGETS = [Target(DECISION, "rationale"), Target(ENTRY, "reason"), Target(SIGNATURE, "printed_name")]


def signed_decision() -> StandingDecision:
    """A decision, signed by its author and approved by another person."""
    with recorded(actor="system: test", reason="the audit of October"):
        organization = Organization.objects.create(legal_name="Aster Biologics", kind="cdmo")
        site = Site.objects.create(organization=organization, name="Aster Visp")
        makers.agreement(site)
        made = StandingDecision.objects.create(
            site=site, standing="qualified", occasion="initial", rationale="Audited.", decided_on="2026-11-01"
        )
    sign(made, person(Role.QA, "Ada Winter"))
    sign(made, person(Role.QA, "Bea Summer"), APPROVED)
    return made


@pytest.fixture(autouse=True)
def quick(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def signed(db: None) -> StandingDecision:
    return signed_decision()


def everything() -> list[Any]:
    """All that must stay as it is."""
    return [list(target.model._default_manager.order_by("pk").values_list()) for target in TARGETS]


def statement(text: str, using: str = "default") -> Callable[[Target], None]:
    def run(target: Target) -> None:
        with connections[using].cursor() as cursor:
            cursor.execute(text.format(table=target.table, column=target.column))

    return run


def saved(target: Target) -> None:
    row = target.row()
    setattr(row, target.column, "Better.")
    row.save()


def in_bulk(target: Target) -> None:
    row = target.row()
    setattr(row, target.column, "Better.")
    target.model._default_manager.bulk_update([row], [target.column])


def upserted(target: Target) -> None:
    row = target.row()
    setattr(row, target.column, "Better.")
    target.model._default_manager.bulk_create(
        [row], update_conflicts=True, unique_fields=["pk"], update_fields=[target.column]
    )


def by_admin(target: Target) -> None:
    """What the admin site does with a form, were it installed (it is not)."""
    row = target.row()
    form = modelform_factory(target.model, fields=[target.column])({target.column: "Better."}, instance=row)
    assert form.is_valid()
    ModelAdmin(target.model, AdminSite()).save_model(None, form.save(commit=False), form, change=True)  # type: ignore[arg-type]


def deleted_by_admin(target: Target) -> None:
    rows = target.model._default_manager.all()
    ModelAdmin(target.model, AdminSite()).delete_queryset(None, rows)  # type: ignore[arg-type]


WAYS: dict[str, Callable[[Target], Any]] = {
    "save": saved,
    "queryset update": lambda target: target.model._default_manager.update(**{target.column: "Better."}),
    "another key": lambda target: target.model._default_manager.update(id=F("id") + 1_000),
    "delete": lambda target: target.row().delete(),
    "queryset delete": lambda target: target.model._default_manager.all().delete(),
    "raw delete": lambda target: target.model._default_manager.all()._raw_delete("default"),
    "bulk update": in_bulk,
    "upsert": upserted,
    "admin save": by_admin,
    "admin delete": deleted_by_admin,
    "SQL update": statement("update {table} set {column} = 'Better.'"),
    "SQL delete": statement("delete from {table}"),
    "SQL truncate": statement("truncate {table} cascade"),
    "SQL merge": statement("merge into {table} t using (select 1) s on true when matched then delete"),
    "SQL copy": statement(
        "create temp table kept on commit drop as table {table}; delete from {table}; "
        "insert into {table} select * from kept"
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["", "a good reason, one would think"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.model.__name__)
def test_it_stays_as_it_was(target: Target, way: str, reason: str, signed: StandingDecision) -> None:
    before = everything()
    with pytest.raises(REFUSED), recorded(actor="system: forger", reason=reason):
        WAYS[way](target)
    assert everything() == before
    assert [state.valid for state in signatures_of(signed)] == [True, True]


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize(
    "text", ["update {table} set {column} = 'x'", "delete from {table}", "truncate {table} cascade"]
)
def test_the_owner_of_the_tables_is_refused_as_well(text: str) -> None:
    """The owner migrates; even so its statements are held to the triggers."""
    with transaction.atomic(using="owner"), recorded(reason="a migration", using="owner"):
        signer = User.objects.using("owner").create(email="o@example.org", full_name="O", role=Role.QA)
        organization = Organization.objects.using("owner").create(legal_name="Aster Biologics")
        site = Site.objects.using("owner").create(organization=organization, name="Aster Visp")
        made = StandingDecision.objects.using("owner").create(
            site=site, standing="qualified", occasion="initial", rationale="Audited.", decided_on="2026-11-01"
        )
        signature = Signature(
            model=DECISION._meta.label, record_pk=made.pk, user=signer, printed_name="O", meaning="approved"
        )
        proof_tell(signature, using="owner")
        signature.save(using="owner", force_insert=True)
        for target in TARGETS:
            with pytest.raises(REFUSED), transaction.atomic(using="owner"):
                statement(text, "owner")(target)


ATTEMPTS: list[Callable[[], object]] = []


@handler("tests.forger", "Forger")
def _forge(job: Job, progress: Progress) -> Finish:
    def finish() -> None:
        ATTEMPTS.pop()()

    return finish


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.model.__name__)
def test_a_worker_fails_and_says_so(target: Target, committed_db: str) -> None:
    signed_decision()
    for way in ("queryset update", "queryset delete", "SQL truncate"):
        before = everything()[0], everything()[2], Entry.objects.exclude(model="jobs.Job").count()
        ATTEMPTS.append(lambda way=way: WAYS[way](target))  # type: ignore[misc]
        job = job_request(kind="tests.forger", key=f"{target.table} {way}")
        job_run(job.pk)
        job.refresh_from_db()
        assert not ATTEMPTS, "the attempt was made"
        assert job.error_text.split(":")[0] in {
            error.__name__ for error in (*REFUSED, *DatabaseError.__subclasses__())
        }
        assert (everything()[0], everything()[2], Entry.objects.exclude(model="jobs.Job").count()) == before


SHELL = """
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from partners.models import StandingDecision
from records.models import Entry, Signature
from records.context import recorded
refused = 0
for model, column in ((StandingDecision, "rationale"), (Entry, "reason"), (Signature, "printed_name")):
    for act in (
        lambda: model.objects.update(**{column: "Better."}),
        lambda: model.objects.all().delete(),
        lambda: connection.cursor().execute("truncate " + model._meta.db_table.replace('"', "") + " cascade"),
    ):
        try:
            with recorded(reason="by hand"):
                act()
        except (DatabaseError, ProtectedError):
            refused += 1
print("refused", refused)
"""


def test_a_shell_is_refused(committed_db: str) -> None:
    signed_decision()
    before = everything()
    environment = {
        **os.environ,
        "DATABASE_URL": url_of(committed_db),
        "DATABASE_OWNER_URL": url_of(committed_db, "DATABASE_OWNER_URL"),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", SHELL],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.strip().endswith("refused 9"), done.stderr
    assert everything() == before


def test_a_record_altered_by_a_superuser_is_named(committed_db: str, superuser: Superuser) -> None:
    made = signed_decision()
    assert verify().intact
    superuser("update partners_standingdecision set rationale = 'Never audited.' where id = %s", made.pk)
    states = signatures_of(made)
    author = User.objects.get(full_name="Ada Winter")
    assert [state.valid for state in states] == [False, False]
    assert [(each.label, each.signed, each.now) for each in states[0].altered] == [
        ("Rationale", "Audited.", "Never audited.")
    ]
    with pytest.raises(Refused, match="void"):
        signature_withdraw(
            signature=Signature.objects.get(meaning="authored"), actor=author, reason="hide it"
        )
    named = {problem.kind: problem for problem in verify().problems}
    assert set(named) == {"record changed", "signature void"}
    message = named["signature void"].message
    assert (
        f"partners.StandingDecision {made.pk} is not as Ada Winter signed it" in message or "Bea" in message
    )
    assert "Rationale" in message


def test_a_record_deleted_by_a_superuser_is_named(committed_db: str, superuser: Superuser) -> None:
    made = signed_decision()
    superuser("delete from partners_standingdecision where id = %s", made.pk)
    assert {problem.kind for problem in verify().problems} == {"record removed", "signature void"}


@pytest.mark.parametrize(
    "change", ["content = '{}'", "content_sha256 = repeat('0', 64)", "record_pk = record_pk + 1"]
)
def test_an_altered_signature_is_void(change: str, committed_db: str, superuser: Superuser) -> None:
    made = signed_decision()
    superuser(f"update records_signature set {change}")
    assert not any(state.valid for state in signatures_of(made))
    assert {"record changed", "signature void"} <= {problem.kind for problem in verify().problems}


def test_a_lock_that_was_switched_off_is_named(committed_db: str, superuser: Superuser) -> None:
    superuser("alter table partners_standingdecision disable trigger trust_lock_update_record")
    problem = verify().problems[0]
    assert (problem.kind, problem.where) == ("lock off", "partners_standingdecision")
