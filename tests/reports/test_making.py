"""The worker's part: a report is issued whole, once, or not at all, with the reason told."""

import hashlib
import io
import json
import time

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs.models import Job
from jobs.registry import JobLost
from jobs.services import job_cancel, job_claim, job_finish, job_run
from programs.models import Candidate
from records.verification import verify
from reports import making
from reports.anchors import report_anchors
from reports.figures.due_diligence import ChainHead
from reports.figures.gather import due_diligence_figures
from reports.handlers import report_render
from reports.models import Report, ReportFigures, ReportFile
from reports.paper.document import Document, document_of
from reports.paper.press import RenderingFailed, pdf_print
from tests.product import Product
from tests.reports.conftest import AS_OF, World, build_world


def run(report: Report) -> Report:
    assert report.job_id
    job_run(report.job_id)
    return Report.objects.select_related("job").get(pk=report.pk)


def test_the_worker_issues_the_report_with_its_figures_and_hashes(world: World) -> None:
    report = run(world.request())
    assert report.job
    assert (report.job.state, report.job.result) == ("succeeded", {"url": f"/reports/{report.pk}/"})
    file = ReportFile.objects.get(report=report)
    content, inputs = bytes(file.content), bytes(ReportFigures.objects.get(report=report).inputs)
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert report.inputs_sha256 == hashlib.sha256(inputs).hexdigest()
    assert (file.size_bytes, file.pages) == (
        len(content),
        len(pypdf.PdfReader(io.BytesIO(content)).pages),
    )
    figures = json.loads(inputs)
    assert figures["site"]["name"] == "Éclat Lyon"
    assert figures["as_of"] == AS_OF.isoformat()
    assert {each["name"] for each in figures["evaluation"]["field"]} == {"Éclat Lyon", "Éclat Metz"}


def test_the_issued_report_can_be_made_again_from_what_was_kept(world: World) -> None:
    report = run(world.request(language="fr", paper="letter"))
    inputs = bytes(ReportFigures.objects.get(report=report).inputs).decode()
    again = pdf_print(
        document_of("due_diligence", inputs=inputs, language=report.language, paper=report.paper)
    )
    assert again.sha256 == ReportFile.objects.get(report=report).sha256


def test_a_worker_that_lost_its_job_leaves_nothing(world: World) -> None:
    report = world.request()
    assert report.job_id
    job = job_claim(job_id=report.job_id)
    assert job
    finish = report_render(job, lambda *_args, **_more: None)
    job_cancel(job=job, actor=None)
    with pytest.raises(JobLost):
        job_finish(job=job, finish=finish)
    report.refresh_from_db()
    assert not report.is_issued
    assert not ReportFile.objects.exists()


def test_a_report_that_is_issued_is_not_made_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    report = run(world.request())
    before = report.inputs_sha256
    Job.objects.filter(report=report).update(state="queued", max_attempts=9)
    monkeypatch.setattr(making, "pdf_print", pytest.fail)
    assert run(report).inputs_sha256 == before
    assert ReportFile.objects.count() == 1


def test_a_document_that_cannot_be_rendered_tells_the_reason(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(document: Document) -> None:
        raise RenderingFailed("Rendering took longer than 300 seconds.")

    monkeypatch.setattr(making, "pdf_print", broken)
    report = run(world.request())
    assert not report.is_issued
    assert report.job
    assert report.job.state == "failed"
    assert "300 seconds" in report.job.error


def test_a_candidate_that_was_removed_meanwhile_tells_the_reason(world: World) -> None:
    report = world.request()
    Candidate.objects.filter(site=world.site).delete()
    report = run(report)
    assert report.job
    assert (report.job.state, report.job.attempt) == ("failed", 1)
    assert "no longer among the candidates" in report.job.error


def test_the_figures_take_the_same_number_of_queries_however_much_there_is(world: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            due_diligence_figures(
                program=world.program,
                site=world.site,
                as_of=AS_OF,
                issued_at=timezone.now(),
                requested_by="",
                history=ChainHead(0, ""),
            )
        return len(captured)

    queries()
    few = queries()
    package = world.program.packages.get()
    Candidate.objects.create(work_package=package, site=world.outside)
    world.site.regulatory_actions.bulk_create(
        [
            type(world.site.regulatory_actions.get())(
                site=world.site,
                kind="recall",
                event_key=str(n),
                known_on=AS_OF,
                source="x",
                source_key=str(n),
            )
            for n in range(50)
        ]
    )
    assert queries() == few


def test_the_printed_head_of_the_history_is_the_one_that_is_kept(own_world: World) -> None:
    report = run(own_world.request())
    assert report.history_position
    inputs = json.loads(bytes(ReportFigures.objects.get(report=report).inputs))
    assert inputs["history"] == {"position": report.history_position, "sha256": report.history_sha256}
    outcome = verify(anchors=report_anchors())
    assert outcome.intact, outcome.problems


@pytest.mark.worker
def test_a_real_worker_makes_it(product: Product) -> None:
    world = build_world()
    report = world.request(token="real")

    def ended() -> bool:
        report.refresh_from_db()
        job = Job.objects.get(report=report)
        assert job.state != "failed", product.log("worker")
        return report.is_issued

    deadline = time.monotonic() + 120
    while not ended():
        assert time.monotonic() < deadline, product.log("worker")
        time.sleep(0.5)
    assert bytes(ReportFile.objects.get(report=report).content).startswith(b"%PDF-1.7")
