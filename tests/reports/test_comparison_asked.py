"""A comparison asked for by the form or the command: what is ticked, refused, and kept."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pptx import Presentation

from partners.models import Site
from programs.models import Candidate, WorkPackage
from records.context import recorded
from reports.comparisons import ComparisonRefused, comparison_make
from reports.models import Report, ReportFile
from scorecards.selectors import ranking_of
from tests.reports.conftest import AS_OF, Login, World

ASK = "/reports/compare/?program=NOVA"


def sent(page: str, **changes: Any) -> dict[str, Any]:
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    fields = {"token": token[1], "formats": ["pdf"], "language": "en", "paper": "a4", "run": ""}
    return fields | {"as_of": AS_OF.isoformat()} | changes


def test_the_form_ticks_the_first_ranked_and_the_same_form_gives_the_same_report(
    package: WorkPackage, world: World, browser: Login
) -> None:
    client = browser(world.member)
    page = client.get(ASK).content.decode()
    assert page.count('name="sites"') == 3
    assert page.count(" checked") == 4  # three candidates and the PDF
    form = sent(page, sites=[world.site.pk, world.other.pk], formats=["pdf", "pptx"])
    first, second = client.post(ASK, form), client.post(ASK, form)
    report = Report.objects.get()
    assert first["Location"] == second["Location"] == f"/reports/{report.pk}/"
    assert (report.kind, report.formats, report.package) == ("comparison", ["pdf", "pptx"], package)
    assert report.candidates.count() == 2
    shown = client.get(f"/reports/{report.pk}/").content.decode()
    assert "Éclat Lyon" in shown
    # Back in the browser, with one more candidate: another question, and the first report stays as it was.
    third = next(
        row.head.site_id
        for row in ranking_of(package, AS_OF).candidates
        if row.head.site_id not in (world.site.pk, world.other.pk)
    )
    other = client.post(ASK, form | {"sites": [world.site.pk, world.other.pk, third]})
    assert other["Location"] != first["Location"]
    assert report.candidates.count() == 2
    assert Report.objects.exclude(pk=report.pk).get().candidates.count() == 3
    assert "Éclat Metz" in client.get("/reports/?q=Metz").content.decode()


def test_what_is_no_number_ticks_nobody(package: WorkPackage, world: World, browser: Login) -> None:
    client = browser(world.member)
    assert client.get(f"{ASK}&site=²").status_code == 200
    form = sent(client.get(ASK).content.decode(), sites=["²"])
    assert client.post(ASK, form).status_code == 422


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sites": []}, "Choose at least two candidates to compare."),
        ({"sites": "one"}, "Choose at least two candidates to compare."),
        ({"sites": "stranger"}, "One of these sites is not a candidate in this evaluation."),
        ({"formats": []}, "Choose at least one format."),
        ({"as_of": "2999-01-01"}, "The date lies ahead."),
    ],
)
def test_a_refusal_stands_beside_the_field_and_keeps_what_was_chosen(
    package: WorkPackage, world: World, browser: Login, changes: dict[str, Any], message: str
) -> None:
    sites = {"one": [world.site.pk], "stranger": [world.site.pk, 999_999]}
    changes["sites"] = sites.get(changes.get("sites", ""), changes.get("sites")) if not isinstance(
        changes.get("sites"), list
    ) else changes["sites"]  # fmt: skip
    if changes["sites"] is None:
        changes["sites"] = [world.site.pk, world.other.pk]
    client = browser(world.member)
    form = sent(client.get(ASK).content.decode(), paper="letter") | changes
    response = client.post(ASK, form)
    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert '<option value="letter" selected>' in page
    assert not Report.objects.exists()
    for site in changes["sites"]:
        if site != 999_999:
            assert re.search(rf'value="{site}" id="sites-{site}" checked', page)


def test_more_than_eight_are_refused(package: WorkPackage, world: World) -> None:
    with recorded(actor=None, reason="test"):
        organization = world.site.organization
        for at in range(9):
            site = Site.objects.create(organization=organization, name=f"More {at}", fei=f"400{at}")
            Candidate.objects.create(work_package=package, site=site)
    sites = list(package.candidates.values_list("site_id", flat=True))
    with pytest.raises(ComparisonRefused, match="eight candidates at most") as refusal:
        comparison_make(
            package=package, sites=sites, formats=["xlsx"], language="en", paper="a4", as_of=AS_OF, key="k"
        )
    assert refusal.value.field == "sites"


def test_the_form_takes_no_more_queries_for_more_candidates(
    package: WorkPackage, world: World, browser: Login
) -> None:
    client = browser(world.member)
    client.get(ASK)
    with CaptureQueriesContext(connection) as few:
        client.get(ASK)
    with recorded(actor=None, reason="test"):
        for at in range(6):
            site = Site.objects.create(
                organization=world.site.organization, name=f"More {at}", fei=f"400{at}"
            )
            Candidate.objects.create(work_package=package, site=site)
    client.get(ASK)
    with CaptureQueriesContext(connection) as many:
        client.get(ASK)
    assert len(many) == len(few)


def command(out: Path, *more: str) -> str:
    told = io.StringIO()
    call_command(
        "report",
        *("comparison", "--program", "NOVA", "--out", str(out), "--as-of", AS_OF.isoformat(), *more),
        stdout=told,
        stderr=io.StringIO(),
    )
    return told.getvalue()


def test_the_command_writes_the_format_asked_for(package: WorkPackage, tmp_path: Path) -> None:
    out = tmp_path / "finalists.xlsx"
    told = json.loads(command(out, "--sites", "3002, 3001", "--format", "xlsx", "--language", "fr", "--json"))
    file = ReportFile.objects.get()
    assert out.read_bytes() == bytes(file.content)
    assert (told["format"], told["pages"], told["file_sha256"]) == ("xlsx", None, file.sha256)
    assert set(told["sites"]) == {"3001", "3002"}
    assert told["inputs_sha256"] == file.report.inputs_sha256
    command(tmp_path / "usual.pptx", "--format", "pptx")
    assert Presentation(str(tmp_path / "usual.pptx")).core_properties.author == "CMO Eval"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--sites", "3001"), "at least two candidates"),
        (("--sites", "3001,77"), "No site has the FEI 77"),
        (("--format", "docx"), "choose pdf or xlsx or pptx"),
        (("--package", "Fill"), "no work package Fill"),
        (("--frozen", "abc"), "No frozen evaluation begins with abc"),
    ],
)
def test_the_command_refuses_in_one_line(
    package: WorkPackage, tmp_path: Path, more: tuple[str, ...], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        command(tmp_path / "no.pdf", *more)
    assert not Report.objects.exists()
    assert not list(tmp_path.iterdir())
