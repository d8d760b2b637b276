"""Asking before an import is undone: what would happen is worked out once until anything changes."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from imports.undoing.restoring import rows_put_back
from imports.undoing.services import run_undo_request, undo_plan, undo_plan_kept
from jobs.models import Job
from jobs.services import job_run
from partners.models import Site
from records.context import recorded
from tests import makers
from tests.imports import files
from tests.imports.test_undo import COMPLIANCE, compliance, everything, saved

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
