"""Asking before an import is undone: what would happen is worked out once until anything changes."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from imports.undoing.services import undo_plan, undo_plan_kept
from partners.models import Site
from records.context import recorded
from tests import makers
from tests.imports import files
from tests.imports.test_undo import COMPLIANCE, compliance, saved

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
