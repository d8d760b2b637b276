"""The pages of reports: library, request, progress, download."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jobs.models import Job
from jobs.services import job_run
from reports.models import Report
from tests.reports.conftest import AS_OF, Login, World

LIBRARY = "/reports/"
ASK = "/reports/ask/"


def issued(world: World, **changes: Any) -> Report:
    report = world.request(**changes)
    assert report.job_id
    job_run(report.job_id)
    report.refresh_from_db()
    return report


def sent_form(world: World, page: str, **changes: str) -> dict[str, str]:
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    fields = {
        "token": token[1],
        "site": str(world.site.pk),
        "language": "en",
        "paper": "a4",
        "as_of": AS_OF.isoformat(),
    }
    return fields | changes


def test_an_empty_library_says_why_and_what_next(world: World, browser: Login) -> None:
    page = browser(world.member).get(LIBRARY).content.decode()
    assert "No report was issued yet" in page
    assert f'href="{ASK}"' in page
    assert "<table" not in page


def test_whoever_may_not_ask_is_not_offered_to(world: World, browser: Login) -> None:
    page = browser(world.assessor).get(LIBRARY).content.decode()
    assert "No report was issued yet" in page
    assert f'href="{ASK}"' not in page


def test_asking_leads_to_the_page_of_the_report_and_the_same_form_to_the_same_one(
    world: World, browser: Login
) -> None:
    client = browser(world.member)
    address = f"{ASK}?program=NOVA&site={world.site.pk}"
    form = sent_form(world, client.get(address).content.decode())
    first, second = client.post(address, form), client.post(address, form)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"] == f"/reports/{Report.objects.get().pk}/"


def test_the_form_begins_with_the_candidate_and_the_language_of_the_person(
    world: World, browser: Login
) -> None:
    world.member.language = "fr"
    world.member.save()
    page = browser(world.member).get(f"{ASK}?program=NOVA&site={world.other.pk}").content.decode()
    assert f'<option value="{world.other.pk}" selected>' in page
    assert '<option value="fr" selected>' in page
    assert "Éclat Nice" not in page


def test_bad_input_is_told_at_the_field_and_what_was_typed_is_kept(world: World, browser: Login) -> None:
    client = browser(world.member)
    address = f"{ASK}?program=NOVA"
    form = sent_form(world, client.get(address).content.decode(), as_of="2999-01-01", paper="letter")
    response = client.post(address, form)
    page = response.content.decode()
    assert response.status_code == 422
    assert "The date lies ahead." in page
    assert 'value="2999-01-01"' in page
    assert '<option value="letter" selected>' in page
    assert not Report.objects.exists()


def test_a_site_of_no_candidate_cannot_be_smuggled_in(world: World, browser: Login) -> None:
    client = browser(world.member)
    address = f"{ASK}?program=NOVA"
    form = sent_form(world, client.get(address).content.decode(), site=str(world.outside.pk))
    assert client.post(address, form).status_code == 422
    assert not Report.objects.exists()


def test_without_a_program_the_person_chooses_among_their_own(world: World, browser: Login) -> None:
    assert "?program=NOVA" in browser(world.member).get(ASK).content.decode()
    page = browser(world.outsider).get(ASK).content.decode()
    assert "NOVA" not in page
    assert "None of your programs has candidates yet" in page


def test_the_page_of_a_waiting_report_shows_progress_and_asks_again(world: World, browser: Login) -> None:
    report = world.request()
    page = browser(world.member).get(f"/reports/{report.pk}/").content.decode()
    assert "You can leave this page" in page
    assert 'hx-trigger="job-finished from:body"' in page
    assert "Download" not in page


def test_another_member_sees_it_being_made_without_the_job_of_someone_else(
    world: World, browser: Login
) -> None:
    report = world.request()
    page = browser(world.assessor).get(f"/reports/{report.pk}/").content.decode()
    assert 'hx-trigger="every 3s"' in page
    assert f"/jobs/{report.job_id}/" not in page


def test_the_page_of_an_issued_report_offers_the_file_and_tells_the_hashes(
    world: World, browser: Login
) -> None:
    report = issued(world)
    page = browser(world.assessor).get(f"/reports/{report.pk}/").content.decode()
    assert f'href="/reports/{report.pk}/file/pdf/"' in page
    assert report.inputs_sha256 in page
    assert report.files.get().sha256 in page


def test_the_page_of_a_failed_report_tells_the_reason_and_offers_to_try_again(
    world: World, browser: Login
) -> None:
    report = world.request()
    Job.objects.filter(report=report).update(state="failed", error_key="The reason.")
    client = browser(world.member)
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "The reason." in page
    assert client.post(f"/reports/{report.pk}/retry/").status_code == 302
    assert Job.objects.get(report=report).state == "queued"
    assert client.get(f"/reports/{report.pk}/retry/").status_code == 405


def test_the_file_is_an_attachment_under_our_name(world: World, browser: Login) -> None:
    report = issued(world)
    response = browser(world.member).get(f"/reports/{report.pk}/file/pdf/")
    assert response.content.startswith(b"%PDF-")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="due-diligence_NOVA_3001_{AS_OF}.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_a_report_that_is_not_issued_has_no_file(world: World, browser: Login) -> None:
    report = world.request()
    assert browser(world.member).get(f"/reports/{report.pk}/file/pdf/").status_code == 404


@pytest.mark.parametrize("name", ["report-detail", "report-file", "report-retry"])
@pytest.mark.parametrize("who", ["outsider", "partner"])
def test_outsiders_are_told_nothing(world: World, browser: Login, name: str, who: str) -> None:
    report = world.request()
    Report.objects.filter(pk=report.pk).update(issued_at=report.requested_at, inputs_sha256="ab" * 32)
    address = reverse(f"reports:{name}", args=[report.pk])
    client = browser(getattr(world, who))
    method = client.post if name == "report-retry" else client.get
    assert method(address).status_code == 404
    assert method(reverse(f"reports:{name}", args=[report.pk + 999])).status_code == 404


def test_the_library_of_an_outsider_names_nothing_of_the_program(world: World, browser: Login) -> None:
    world.request()
    for query in ("", "?q=Lyon", f"?program={world.program.pk}", "?export=csv"):
        response = browser(world.outsider).get(f"{LIBRARY}{query}")
        page = b"".join(response).decode() if response.streaming else response.content.decode()
        assert "Éclat" not in page
        assert "NOVA" not in page


def test_the_library_takes_the_same_number_of_queries_however_long_it_is(
    world: World, browser: Login
) -> None:
    client = browser(world.member)
    world.request(token="first")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIBRARY).status_code == 200
        return len(captured)

    queries()
    few = queries()
    for number in range(20):
        world.request(token=str(number), site=world.other if number % 2 else world.site)
    about = {"program": world.program, "package": world.program.packages.get(), "as_of": AS_OF}
    Report.objects.bulk_create(Report(key=f"plan {n}", kind="distribution", **about) for n in range(3))
    assert queries() == few
    assert few <= 12


def test_the_library_filters_by_text_program_state_and_hash(world: World, browser: Login) -> None:
    done = issued(world, token="done")
    world.request(token="waiting", site=world.other)
    client = browser(world.member)

    def names(query: str) -> set[str]:
        rows = client.get(f"{LIBRARY}?{query}").context["table"].rows
        return {row.record.site.name for row in rows}

    assert names("") == {"Éclat Lyon", "Éclat Metz"}
    assert names("q=metz") == {"Éclat Metz"}
    assert names("q=3001") == {"Éclat Lyon"}
    assert names(f"q={done.inputs_sha256[:12].upper()}") == {"Éclat Lyon"}
    assert names("state=issued") == {"Éclat Lyon"}
    assert names("state=making") == {"Éclat Metz"}
    assert names("state=failed") == set()
    assert names(f"program={world.program.pk}") == {"Éclat Lyon", "Éclat Metz"}
    assert names("sort=site") == {"Éclat Lyon", "Éclat Metz"}


def test_the_library_exports_what_it_shows(world: World, browser: Login) -> None:
    world.request()
    response = browser(world.member).get(f"{LIBRARY}?export=csv")
    text = b"".join(response).decode()
    assert "Éclat Lyon · Due diligence" in text
    assert "NOVA" in text
