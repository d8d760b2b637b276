"""Asking for a report: once, by those who may, for what can be reported on."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from jobs.models import Job
from jobs.services import job_fail, job_run
from partners.models import Site
from programs.models import Candidate
from reports.models import Report, ReportFile
from reports.papers import paper_request, record_history
from reports.services import ReportRefused, report_retry
from tests.reports.conftest import Login, World


def test_the_same_form_sent_twice_makes_one_report(world: World) -> None:
    first = world.request(token="a")
    second = world.request(token="a")
    assert first.pk == second.pk
    assert (Report.objects.count(), Job.objects.count()) == (1, 1)


def test_two_forms_make_two_reports(world: World) -> None:
    assert world.request(token="a").pk != world.request(token="b").pk


def test_a_token_belongs_to_its_person(world: World) -> None:
    world.member.role = world.outsider.role
    assert world.request(token="a").pk != world.request(token="a", actor=world.outsider).pk


def test_a_double_click_on_two_connections_makes_one_report_that_is_made_once(own_world: World) -> None:
    barrier = threading.Barrier(4, timeout=120)
    found: list[int] = []

    def click() -> None:
        barrier.wait()
        report = own_world.request(token="same")
        found.append(report.pk)
        barrier.wait()
        assert report.job_id
        job_run(report.job_id)
        connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    report = Report.objects.select_related("job").get()
    assert report.is_issued
    assert report.job
    assert report.job.attempt == 1
    assert ReportFile.objects.count() == 1


def test_a_role_that_may_not_ask_is_refused(world: World) -> None:
    with pytest.raises(PermissionDenied):
        world.request(actor=world.assessor)
    assert not Report.objects.exists()


def test_a_site_that_is_no_candidate_is_refused(world: World) -> None:
    with pytest.raises(ReportRefused, match="not among the candidates"):
        world.request(site=world.outside)
    assert not Job.objects.exists()


def test_a_declined_candidate_is_refused(world: World) -> None:
    Candidate.objects.filter(site=world.site).update(stage="declined")
    with pytest.raises(ReportRefused, match="not among the candidates"):
        world.request()


def test_a_day_that_lies_ahead_is_refused(world: World) -> None:
    with pytest.raises(ReportRefused, match="lies ahead"):
        world.request(as_of=timezone.localdate() + timedelta(days=1))


def test_a_report_that_failed_can_be_made_again(world: World) -> None:
    report = world.request()
    job = _failed(report)
    report_retry(report=report, actor=world.member)
    job.refresh_from_db()
    assert (job.state, job.error_key) == ("queued", "")


def test_who_may_ask_for_a_paper_may_have_it_made_again(world: World, browser: Login) -> None:
    asked = record_history(world.site, Site, world.site.pk)
    paper = paper_request(report=asked, language="en", paper="a4", actor=world.assessor, token="a")
    job, client = _failed(paper), browser(world.assessor)
    assert "Make it again" in client.get(f"/reports/{paper.pk}/").content.decode()
    assert client.post(f"/reports/{paper.pk}/retry/").status_code == 302
    job.refresh_from_db()
    assert job.state == "queued"
    report = world.request()
    _failed(report)
    assert "Make it again" not in client.get(f"/reports/{report.pk}/").content.decode()
    assert client.post(f"/reports/{report.pk}/retry/").status_code == 403


def _failed(report: Report) -> Job:
    job = report.job
    assert job
    Job.objects.filter(pk=job.pk).update(state="running", attempt=1, lease_until=timezone.now())
    job.refresh_from_db()
    job_fail(job=job, key="Broken.", retry=False)
    return job
