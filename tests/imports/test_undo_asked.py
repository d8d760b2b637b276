"""Asking before an import is undone: what would happen is worked out once until anything changes."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audits.models import RegulatoryAction
from imports.models import ImportRun
from imports.undoing.restoring import rows_put_back
from imports.undoing.services import run_undo_request, undo_plan, undo_plan_kept
from jobs.models import Job
from jobs.services import job_run
from partners.models import Site
from records.context import recorded
from records.models import Entry
from tests import makers
from tests.imports import files
from tests.imports.files import compliance
from tests.imports.undoing import COMPLIANCE, everything, saved

pytestmark = pytest.mark.usefixtures("committed_db")


def test_what_would_go_is_worked_out_once_until_anything_is_recorded(tmp_path: Path) -> None:
    run = saved(COMPLIANCE, compliance(tmp_path / "a.csv", *map(files.compliance_row, (1, 2))))
    client = makers.signed_in(makers.person(Role.QA))
    address = reverse("imports:import-undo", args=[run.pk])
    first = undo_plan_kept(run)
    assert first == undo_plan(run)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address).content.decode()
    assert "Rows that go" in page
    assert not [each for each in queries if "undo_rows" in each["sql"]]
    with recorded(actor=makers.person(full_name="Ada Editor")):
        Site.objects.filter(pk=Site.objects.order_by("pk")[0].pk).update(city="Lyon")
    assert "Ada Editor" in client.get(address).content.decode()
    assert undo_plan_kept(run) == undo_plan(run) != first


def test_an_undoing_that_was_cut_off_changes_nothing_and_is_done_by_the_next_attempt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = saved(COMPLIANCE, compliance(tmp_path / "a.csv", *map(files.compliance_row, (1, 2))))
    run_undo_request(run=run, reason="The wrong file", actor=makers.person(Role.QA))
    job, before = Job.objects.get(kind="imports.undo"), everything()

    def cut_off(*given: Any) -> None:
        rows_put_back(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr("imports.undoing.services.rows_put_back", cut_off)
        with pytest.raises(KeyboardInterrupt):
            job_run(job.pk)
    run.refresh_from_db()
    assert (run.state, everything()) == ("undoing", before)
    Job.objects.filter(pk=job.pk, state="running").update(lease_until=timezone.now())
    job_run(job.pk)
    for each in (run, job):
        each.refresh_from_db()
    assert (run.state, job.state, job.attempt) == ("undone", "succeeded", 2)
    assert not Site.objects.exists()


@pytest.fixture
def run(tmp_path: Path) -> ImportRun:
    """An import of two letters, of two new sites."""
    return saved(COMPLIANCE, compliance(tmp_path / "a.csv", files.compliance_row(1), files.compliance_row(2)))


def work() -> None:
    for job_id in Job.objects.filter(state=Job.State.QUEUED).values_list("pk", flat=True):
        job_run(job_id)


def page(client: Client, name: str, run: ImportRun) -> str:
    response = client.get(reverse(f"imports:{name}", args=[run.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_a_person_undoes_an_import_with_a_reason(run: ImportRun) -> None:
    person = makers.person(Role.QA)
    client = makers.signed_in(person)
    address = reverse("imports:import-undo", args=[run.pk])
    assert address in page(client, "import-detail", run)
    assert "Rows that go" in page(client, "import-undo", run)
    without = client.post(address, {"reason": "  "})
    assert without.status_code == 422
    assert "Say why the import is undone." in without.content.decode()
    for _ in range(2):
        client.post(address, {"reason": "Wrong export"})
    run.refresh_from_db()
    assert run.state == ImportRun.State.UNDOING
    assert Job.objects.filter(kind="imports.undo").count() == 1
    work()
    run.refresh_from_db()
    assert (run.state, run.undo_requested_by, run.undo_reason) == ("undone", person, "Wrong export")
    assert not RegulatoryAction.objects.exists()
    entry = Entry.objects.filter(model="partners.Site", op="D").latest("pk")
    assert (entry.actor_id, entry.reason) == (person.pk, "undone: a.csv. Wrong export")
    shown = page(client, "import-detail", run)
    assert "Wrong export" in shown
    assert address not in shown
    assert client.get(address).status_code == 302


def test_what_stands_against_it_is_told_on_both_pages_and_it_can_be_asked_again(run: ImportRun) -> None:
    client = makers.signed_in(makers.person(Role.SOURCING), language="fr")
    client.post(reverse("imports:import-undo", args=[run.pk]), {"reason": "Faux"})
    site = Site.objects.all()[0]
    with recorded(actor=makers.person(full_name="Ada Editor")):
        Site.objects.filter(pk=site.pk).update(city="Lyon")
    work()
    run.refresh_from_db()
    assert run.state == ImportRun.State.COMMITTED
    for name in ("import-detail", "import-undo"):
        assert "a été modifié depuis par" in page(client, name, run)
    Site.objects.filter(pk=site.pk).update(city=site.city)
    client.post(reverse("imports:import-undo", args=[run.pk]), {"reason": "Faux"})
    work()
    run.refresh_from_db()
    assert run.state == ImportRun.State.UNDONE


def test_an_undoing_that_failed_is_told_and_started_again(run: ImportRun) -> None:
    client = makers.signed_in(makers.person(Role.QA))
    client.post(reverse("imports:import-undo", args=[run.pk]), {"reason": "Wrong export"})
    Job.objects.filter(kind="imports.undo").update(state=Job.State.FAILED)
    assert "Nothing was undone." in page(client, "import-detail", run)
    client.post(reverse("imports:import-retry", args=[run.pk]))
    work()
    run.refresh_from_db()
    assert run.state == ImportRun.State.UNDONE


def command(run: ImportRun, *options: str) -> dict[str, Any]:
    out = StringIO()
    try:
        call_command("undo_import", str(run.pk), "--json", *options, stdout=out)
    except SystemExit as ended:
        return dict(json.loads(out.getvalue())) | {"code": ended.code}
    return dict(json.loads(out.getvalue())) | {"code": 0}


def test_the_command_answers_with_one_object(run: ImportRun) -> None:
    looked = command(run, "--dry-run")
    assert (looked["code"], looked["undone"]["removed"]["partners.Site"]) == (0, 2)
    assert RegulatoryAction.objects.count() == 2
    assert "--reason" in command(run)["refused"]
    with recorded(actor=makers.person()):
        Site.objects.filter(fei="3100000001").update(city="Lyon")
    stopped = command(run, "--reason", "x")
    assert (stopped["code"], stopped["blockers"][0]["key"]) == (1, "place_edited")
    assert stopped["blockers"][0]["message"].startswith("1 site or organization")
    with pytest.raises(CommandError, match="was edited since"):
        call_command("undo_import", str(run.pk), "--reason", "x")
    Site.objects.filter(fei="3100000001").update(city="")
    done = command(run, "--reason", "x")
    assert (done["code"], done["state"], done["undone"]["rows_removed"]) == (0, "undone", 2)
    assert command(ImportRun(pk=999), "--reason", "x")["code"] == 1
