"""Upload, check, save, review: as a person does it. The jobs are run in place of the worker."""

import errno
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from audits.models import Inspection, RegulatoryAction
from imports.models import HeldRow, ImportFile, ImportRun, NameMatch
from imports.selectors import firms_to_count, sites_suggested
from imports.source_index import INDEX_JOB
from jobs.models import Job
from jobs.services import job_cancel, job_run
from partners.models import Organization, Site
from tests.imports import files
from tests.imports.conftest import Import

pytestmark = pytest.mark.django_db


@pytest.fixture
def qa() -> User:
    return User.objects.create_user("qa@example.com", None, full_name="Quinn Abel", role=Role.QA)


@pytest.fixture
def client_qa(client: Client, qa: User) -> Client:
    client.force_login(qa, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def upload(client: Client, path: Path, **fields: str) -> ImportRun:
    content = SimpleUploadedFile(path.name, path.read_bytes())
    response = client.post(reverse("imports:import-create"), {"upload": content, **fields})
    assert response.status_code == 302, response.content.decode()[:2000]
    return ImportRun.objects.latest("pk")


def work() -> None:
    for job_id in Job.objects.filter(state=Job.State.QUEUED).values_list("pk", flat=True):
        job_run(job_id)


def page(client: Client, name: str, *args: int, **query: str) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def compliance(path: Path, *rows: tuple[str, ...]) -> Path:
    return files.write_csv(path, files.COMPLIANCE_HEADER, rows)


def test_a_file_is_checked_shown_and_saved(client_qa: Client, qa: User, tmp_path: Path) -> None:
    rows = [files.compliance_row(n) for n in range(3)]
    run = upload(client_qa, compliance(tmp_path / "letters.csv", *rows))
    assert "every 1s" in page(client_qa, "imports:import-detail", run.pk)
    work()
    run.refresh_from_db()
    assert (run.state, run.source, run.created) == ("ready", "fda-compliance-actions", 3)
    assert not RegulatoryAction.objects.exists()
    shown = page(client_qa, "imports:import-detail", run.pk)
    assert "Save 3 rows" in shown
    client_qa.post(reverse("imports:import-commit", args=[run.pk]))
    work()
    run.refresh_from_db()
    assert (run.state, run.requested_by) == ("committed", qa)
    assert RegulatoryAction.objects.count() == 3
    assert "letters.csv" in page(client_qa, "imports:import-list")


def test_saving_twice_saves_once(client_qa: Client, tmp_path: Path) -> None:
    run = upload(client_qa, compliance(tmp_path / "a.csv", files.compliance_row(1)))
    work()
    for _ in range(2):
        client_qa.post(reverse("imports:import-commit", args=[run.pk]))
        work()
    assert Job.objects.filter(kind="imports.commit").count() == 1
    assert RegulatoryAction.objects.count() == 1


def test_problems_are_listed_with_row_column_and_value(client_qa: Client, tmp_path: Path) -> None:
    bad = files.compliance_row(2, date="yesterday", action="Fine")
    run = upload(client_qa, compliance(tmp_path / "a.csv", files.compliance_row(1), bad))
    work()
    listed = page(client_qa, "imports:import-problems", run.pk)
    assert "yesterday" in listed
    assert "Known action types are" in listed
    assert "Save the 1 good row" in page(client_qa, "imports:import-detail", run.pk)
    export = client_qa.get(reverse("imports:import-problems", args=[run.pk]), {"export": "csv"})
    assert b"yesterday" in b"".join(export) if export.streaming else b"yesterday" in export.content
    client_qa.post(reverse("imports:import-commit", args=[run.pk]), {"good_rows": "1"})
    work()
    assert RegulatoryAction.objects.count() == 1


def test_saving_without_asking_for_the_good_rows_saves_nothing(client_qa: Client, tmp_path: Path) -> None:
    bad = files.compliance_row(2, date="yesterday")
    run = upload(client_qa, compliance(tmp_path / "a.csv", files.compliance_row(1), bad))
    work()
    client_qa.post(reverse("imports:import-commit", args=[run.pk]))
    work()
    run.refresh_from_db()
    assert run.state == ImportRun.State.READY
    assert not RegulatoryAction.objects.exists()


def test_a_refused_file_says_why(client_qa: Client, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(b"%PDF-1.7 renamed")
    run = upload(client_qa, path)
    work()
    run.refresh_from_db()
    assert run.state == ImportRun.State.REFUSED
    assert "the content is PDF" in page(client_qa, "imports:import-detail", run.pk)


@pytest.mark.parametrize(
    "where",
    [
        "django.core.files.uploadhandler.TemporaryFileUploadHandler.new_file",
        "imports.models.ImportFile.content_packed",
    ],
)
def test_an_upload_for_which_there_is_no_room_is_told_and_leaves_nothing(
    client_qa: Client, monkeypatch: pytest.MonkeyPatch, settings: Any, where: str
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1
    monkeypatch.setattr(where, Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))
    client_qa.raise_request_exception = False
    client_qa.cookies["django_language"] = "fr"
    sent = {"upload": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")}
    response = client_qa.post(reverse("imports:import-create"), sent)
    assert response.status_code == 507
    assert "plus de place sur le serveur" in response.content.decode()
    assert not ImportRun.objects.exists()
    assert not ImportFile.objects.exists()


def test_another_extension_is_refused_in_the_form(client_qa: Client) -> None:
    upload_ = SimpleUploadedFile("a.exe", b"x")
    response = client_qa.post(reverse("imports:import-create"), {"upload": upload_})
    assert response.status_code == 422
    assert "Export as .csv or .xlsx" in response.content.decode()
    assert not ImportRun.objects.exists()


def test_gone_rows_and_changes_are_listed(client_qa: Client, commit: Import, tmp_path: Path) -> None:
    stored = [files.compliance_row(n, date=f"2024-03-0{n}") for n in (1, 2, 3)]
    commit("fda-compliance-actions", compliance(tmp_path / "a.csv", *stored))
    renamed = files.compliance_row(3, date="2024-03-03", name="Renamed SA")
    run = upload(client_qa, compliance(tmp_path / "b.csv", stored[0], renamed))
    work()
    assert "3100000002" in page(client_qa, "imports:import-missing", run.pk)
    changes = page(client_qa, "imports:import-changes", run.pk)
    assert "Invented Pharma 3" in changes
    assert "Firm, as the source wrote it" in changes
    assert "Renamed SA" in changes


def test_a_failed_check_can_be_started_again(
    client_qa: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = upload(client_qa, compliance(tmp_path / "a.csv", files.compliance_row(1)))
    Job.objects.update(state=Job.State.FAILED)
    assert "Start again" in page(client_qa, "imports:import-detail", run.pk)
    client_qa.post(reverse("imports:import-retry", args=[run.pk]))
    work()
    run.refresh_from_db()
    assert run.state == ImportRun.State.READY


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.EXECUTIVE, Role.PARTNER])
def test_other_roles_may_not_import(client: Client, role: Role) -> None:
    user = User.objects.create_user("x@example.com", None, full_name="X", role=role)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("imports:import-list")).status_code == 403
    assert client.post(reverse("imports:import-create")).status_code == 403


# Firms without site -----------------------------------------------------------------------------


@pytest.fixture
def letter(commit: Import, tmp_path: Path) -> str:
    """A warning letter without FEI, and a site of nearly the same name with the same letter on record."""
    row = ("03/20/2024", "03/05/2024", "Invented Pharma 1, S.A.", "CDER", "CGMP/Drugs/Adulterated", "", "")
    commit("fda-compliance-actions", compliance(tmp_path / "a.csv", files.compliance_row(1)))
    commit("fda-warning-letters", files.write_csv(tmp_path / "w.csv", files.WARNING_LETTER_HEADER, [row]))
    return "invented pharma 1, s.a."


def decide(client: Client, firm: str, decision: str) -> None:
    client.post(reverse("imports:firm-decide"), {"firm": firm, "decision": decision})


def test_the_site_with_the_same_letter_is_suggested(client_qa: Client, letter: str) -> None:
    best = sites_suggested(letter)[0]
    assert (best.site.fei, best.same_letter) == ("3100000001", True)
    assert "Invented Pharma 1, S.A." in page(client_qa, "imports:firm-list")
    assert "warning letter of the same days" in page(client_qa, "imports:firm-review", firm=letter)


def test_only_a_letter_of_the_site_itself_is_evidence(
    client_qa: Client, letter: str, commit: Import, tmp_path: Path
) -> None:
    twin = files.compliance_row(9, name="Invented Pharma 1, S.A.", date="2020-01-01")
    commit("fda-compliance-actions", compliance(tmp_path / "b.csv", twin))
    evidence = {each.site.fei: each.same_letter for each in sites_suggested(letter)}
    assert evidence == {"3100000001": True, "3100000009": False}


def test_a_plant_named_otherwise_is_suggested_by_its_letter(
    letter: str, commit: Import, tmp_path: Path
) -> None:
    plant = files.compliance_row(
        8, name="Invented Pharmaceuticals (Lyon) Private Works Nine", date="2024-03-04"
    )
    commit("fda-compliance-actions", compliance(tmp_path / "b.csv", plant))
    assert "3100000008" in {each.site.fei for each in sites_suggested(letter)}


def test_web_shops_wait_but_do_not_call_for_attention(commit: Import, tmp_path: Path) -> None:
    shop = ("03/20/2024", "03/05/2024", "Vape Shop", "CTP", "Family Smoking Prevention/Adulterated", "", "")
    plant = ("03/20/2024", "03/05/2024", "Plant", "CDER", "CGMP/Drugs/Adulterated", "", "")
    commit(
        "fda-warning-letters", files.write_csv(tmp_path / "w.csv", files.WARNING_LETTER_HEADER, [shop, plant])
    )
    assert (firms_to_count().count(), firms_to_count(relevant=True).count()) == (2, 1)


def test_a_site_is_found_by_its_fei(letter: str) -> None:
    other = Site.objects.create(
        organization=Organization.objects.create(legal_name="Elsewhere"), name="Elsewhere", fei="4444"
    )
    assert other.pk in {each.site.pk for each in sites_suggested(letter, "4444")}


def test_a_firm_is_confirmed_and_the_decision_undone(client_qa: Client, qa: User, letter: str) -> None:
    site = Site.objects.get(fei="3100000001")
    decide(client_qa, letter, str(site.pk))
    action = RegulatoryAction.objects.get(source="fda-warning-letters")
    assert (action.site, action.match_state) == (site, "matched")
    match = NameMatch.objects.get()
    assert match.decided_by == qa
    assert "Undo" in page(client_qa, "imports:firm-decisions")
    client_qa.post(reverse("imports:firm-undo", args=[match.pk]))
    action.refresh_from_db()
    assert (action.site, action.match_state) == (None, "unmatched")
    assert RegulatoryAction.objects.get(source="fda-compliance-actions").site == site


def test_a_firm_is_set_aside_and_comes_back(client_qa: Client, letter: str) -> None:
    decide(client_qa, letter, "dismiss")
    assert RegulatoryAction.objects.get(source="fda-warning-letters").match_state == "dismissed"
    client_qa.post(reverse("imports:firm-undo", args=[NameMatch.objects.get().pk]))
    assert RegulatoryAction.objects.get(source="fda-warning-letters").match_state == "unmatched"


def test_a_site_is_created_for_a_firm_nobody_knows(client_qa: Client, letter: str) -> None:
    decide(client_qa, letter, "create")
    site = RegulatoryAction.objects.get(source="fda-warning-letters").site
    assert site is not None
    assert (site.fei, site.organization.kind) == (None, "unclassified")


def test_a_decision_about_nobody_is_refused(client_qa: Client) -> None:
    decide(client_qa, "no such firm", "dismiss")
    decide(client_qa, "no such firm", "99999999")
    assert not NameMatch.objects.exists()


def test_held_inspections_go_to_the_confirmed_site_and_back(
    client_qa: Client, commit: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = list(next(iter(files.inspection_rows(1, sites=1))))
    row[0], name = "-", row[1]
    path = files.write_csv(tmp_path / "a.csv", files.INSPECTION_HEADER, [row])
    commit("fda-inspections", path)
    site = Site.objects.create(organization=Organization.objects.create(legal_name="O"), name="Plant")
    decide(client_qa, HeldRow.objects.get().firm_key, str(site.pk))
    inspection = Inspection.objects.get()
    assert (inspection.site, inspection.matched_name) == (site, " ".join(name.split()))
    shown = reverse("imports:source-row", args=["inspections", inspection.pk])
    job = Job.objects.get(kind=INDEX_JOB)
    # The import was the command's: the job is nobody's, so it is asked for again every few seconds.
    assert "every 3s" in client_qa.get(shown).content.decode()
    job_cancel(job=job, actor=None)
    assert "Start again" in client_qa.get(shown).content.decode()
    assert client_qa.post(shown).status_code == 302
    job_run(job.pk)
    monkeypatch.setattr("imports.source_index.read_table", Mock(side_effect=AssertionError))
    page = client_qa.get(shown)
    assert page.status_code == 200
    assert name in page.content.decode()
    monkeypatch.undo()
    assert client_qa.get(reverse("imports:source-row", args=["letters", inspection.pk])).status_code == 404
    Inspection.objects.update(source="demo")
    invented = client_qa.get(reverse("imports:source-row", args=["inspections", inspection.pk]))
    assert "Invented for demonstration" in invented.content.decode()
    Inspection.objects.update(source="fda-inspections")
    assert commit("fda-inspections", path).unchanged == 1
    client_qa.post(reverse("imports:firm-undo", args=[NameMatch.objects.get().pk]))
    assert (Inspection.objects.count(), HeldRow.objects.count()) == (0, 1)
    assert commit("fda-inspections", path).unchanged == 1


def test_lists_take_a_fixed_number_of_queries(
    client_qa: Client, commit: Import, tmp_path: Path, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    rows = [("03/20/2024", "03/05/2024", f"Firm {n}", "CDER", "CGMP/Drugs", "", "") for n in range(60)]
    commit("fda-warning-letters", files.write_csv(tmp_path / "w.csv", files.WARNING_LETTER_HEADER, rows))
    for name in ("imports:import-list", "imports:firm-list", "imports:firm-decisions"):
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            page(client_qa, name)
