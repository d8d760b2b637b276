"""Floors and exceptions in papers: shown among the must-haves, carried, and computed again."""

import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from django.conf import settings
from django.utils import timezone

from programs.models import Program, WorkPackage
from reports import making
from reports.compared.tables import must_have_table, unmet_table
from reports.compared.view import Compared, compared
from reports.figures.canonical import canonical_json, from_json
from reports.figures.comparison import Comparison
from reports.figures.due_diligence import ChainHead, DueDiligence
from reports.models import Report
from reports.office.slides import comparison_slides
from reports.office.workbook import comparison_workbook
from reports.paper.findings import headline
from reports.proof.recompute import comparison_differences, due_diligence_differences
from scorecards.models import FloorException
from tests.conftest import DEMO_DAY

GATE = "floor:temperature-experience"


@pytest.fixture
def package(demo_db: None) -> WorkPackage:
    """The logistics partners of the demonstration, one of them below a floor by a signed exception."""
    program = Program.objects.get(code="DORADO")
    found = program.packages.get(name="Logistics partner")
    found.program = program
    return found


def text_of(package: WorkPackage, kind: Report.Kind, as_of: date = DEMO_DAY, **more: object) -> str:
    report = Report(as_of=as_of, kind=kind, program=package.program, package=package, **more)
    sites = list(package.candidates.values_list("site_id", flat=True))
    issued = timezone.now().replace(microsecond=0)
    return making.figures_of(report, sites, issued_at=issued, history=ChainHead(7, "ab" * 32))


def comparison_of(package: WorkPackage, as_of: date = DEMO_DAY) -> Compared:
    return compared(text_of(package, Report.Kind.COMPARISON, as_of))


def test_a_comparison_shows_the_floor_and_who_signed(package: WorkPackage) -> None:
    exception = FloorException.objects.select_related("author", "approver").get()
    view = comparison_of(package)
    row = next(line for line in must_have_table(view).rows if line[0].text.startswith("Floor: "))
    assert sorted(item.text for item in row[1:]) == ["By exception", "Pass", "Pass"]
    told = next(line for line in unmet_table(view).rows if line[1].text.startswith("Floor: "))
    for words in (exception.reason, str(exception.author), str(exception.approver)):
        assert words in told[3].text
    assert comparison_differences(view.figures) == []
    inputs = canonical_json(view.figures)
    book = openpyxl.load_workbook(
        io.BytesIO(comparison_workbook(inputs=inputs, language="en", paper="letter"))
    )
    assert "By exception" in {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert comparison_slides(inputs=inputs, language="fr")[1] > 5


def test_what_a_report_says_of_a_floor_is_computed_again(package: WorkPackage) -> None:
    figures = comparison_of(package).figures
    assert any(row.excepted for row in figures.inputs.candidates)
    bare = replace(
        figures,
        inputs=replace(
            figures.inputs, candidates=tuple(replace(row, excepted=()) for row in figures.inputs.candidates)
        ),
    )
    found = comparison_differences(from_json(Comparison, canonical_json(bare)))
    assert any(GATE in each.path for each in found), "without its exception the candidate is excluded"
    assert any(each.said == "ranked" and each.computed == "excluded" for each in found)


def test_a_due_diligence_report_says_that_it_is_by_exception(package: WorkPackage) -> None:
    site = FloorException.objects.get().site
    figures = from_json(DueDiligence, text_of(package, Report.Kind.DUE_DILIGENCE, site=site))
    assert "by a signed exception" in headline(figures.evaluation)
    assert due_diligence_differences(figures) == []
    gate = next(row for row in figures.evaluation.gates if row.key == GATE)
    assert gate.status == "excepted"
    assert gate.evidence, "the records behind the value"
    assert figures.product_version == settings.VERSION
