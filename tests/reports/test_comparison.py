"""A comparison of candidates: the figures of the scorecard in a PDF, a spreadsheet and slides."""

import io
import re
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.utils import timezone
from pptx import Presentation
from pypdf import PdfReader

from jobs.services import job_run
from partners.models import Site
from programs.models import Candidate, WorkPackage
from records.context import recorded
from reports import making
from reports.compared.answer import answers, headline
from reports.compared.view import compared
from reports.comparisons import comparison_request
from reports.figures.canonical import from_json
from reports.figures.comparison import Comparison
from reports.figures.due_diligence import ChainHead
from reports.models import Report, ReportFigures, ReportFile
from reports.office.fitting import fit
from reports.office.slides import comparison_slides
from reports.office.workbook import comparison_workbook
from reports.paper.document import document_of
from scorecards.head_to_head import duel_of
from scorecards.models import EvaluationRun
from scorecards.selectors import ranking_of
from scorecards.sensitivity import shares_of, weight_ranges
from scorecards.services import evaluation_freeze
from tests.reports.conftest import AS_OF, World


def figures(package: WorkPackage, sites: list[int] | None = None, **changes: Any) -> tuple[str, Comparison]:
    """The figures of a comparison, of all candidates unless named, without making a file."""
    sites = sites or list(package.candidates.values_list("site_id", flat=True))
    changes |= {"kind": Report.Kind.COMPARISON, "program": package.program, "package": package}
    report = Report(as_of=AS_OF, **changes)
    text = making.figures_of(
        report, sites, issued_at=timezone.now().replace(microsecond=0), history=ChainHead(7, "ab" * 32)
    )
    return text, from_json(Comparison, text)


def test_every_figure_is_that_of_the_scorecard_page(package: WorkPackage) -> None:
    _text, told = figures(package)
    ranking = ranking_of(package, AS_OF)
    rows = {row.head.site_id: row for row in ranking.candidates}
    assert told.chosen == tuple(rows)
    assert told.outcome.digest == ranking.evaluation.digest
    for said in told.outcome.field:
        result = rows[said.site_id].result
        assert (said.rank, said.best_rank, said.worst_rank) == (
            result.rank,
            result.best_rank,
            result.worst_rank,
        )
        assert (said.score, said.score_upper, said.completeness) == (
            result.score,
            result.score_upper,
            result.completeness,
        )
    for candidate in told.outcome.candidates:
        row = rows[candidate.site_id]
        assert [(cell.key, cell.low, cell.high) for cell in candidate.cells] == [
            (cell.criterion.key, cell.low, cell.high) for cell in row.criteria
        ]
        assert sum(cell.points_low for cell in candidate.cells) == pytest.approx(row.result.score)
        assert candidate.gates == {gate.criterion.key: gate.status.value for gate in row.gates}
    shares = {share.row.head.site_id: share for share in shares_of(ranking).rows}
    assert told.outcome.shares
    assert {row.site_id: (row.near, row.near_open, row.any_open) for row in told.outcome.shares.rows} == {
        site: (share.near, share.near_open, share.any_open) for site, share in shares.items()
    }
    ranges = {one.key: (one.weight, one.lower, one.upper) for one in weight_ranges(ranking)}
    weights = told.outcome.weights
    assert {row.key: (row.weight, row.lower, row.upper) for row in weights if row.key in ranges} == ranges
    assert told.outcome.duel
    first, second = ranking.candidates[:2]
    assert told.outcome.duel.ahead == duel_of(ranking, first, second).ahead
    assert sum(part.points for part in told.outcome.duel.points) == pytest.approx(told.outcome.duel.ahead)


def test_who_is_excluded_is_compared_without_a_rank(package: WorkPackage, world: World) -> None:
    text, told = figures(package)
    nice = next(row for row in told.outcome.field if row.site_id == world.outside.pk)
    assert (nice.status, nice.rank) == ("excluded", None)
    html = document_of("comparison", inputs=text, language="en", paper="a4").html
    assert "Éclat Nice is excluded by a must-have: its score is shown, but it has no rank." in html
    assert told.outcome.duel
    assert world.outside.pk not in {told.outcome.duel.a, told.outcome.duel.b}
    letters = {each.site_id: each.record.open_letters for each in told.profiles}
    assert letters == {world.site.pk: 0, world.other.pk: 0, world.outside.pk: 1}


def test_the_answer_says_where_the_leader_of_the_ranking_is_not_compared(
    package: WorkPackage, world: World
) -> None:
    with recorded(actor=None, reason="test"):
        unseen = Site.objects.create(organization=world.site.organization, name="Éclat Brest", fei="4001")
        Candidate.objects.create(work_package=package, site=unseen)
    text, told = figures(package, [unseen.pk, world.other.pk])
    assert told.outcome.lead
    assert told.outcome.lead.leaders == (world.site.pk,)
    view = compared(text)
    assert re.match(
        r"Éclat Metz stands first of those compared, at rank 2 with [\d.]+ points", headline(view)
    )
    sentences = " ".join(sentence for _question, part in answers(view) for sentence in part)
    assert "The first of the whole ranking is not among those compared: Éclat Lyon" in sentences
    assert "Éclat Metz comes first in" in sentences


def test_a_table_of_many_words_gets_smaller_letters_until_it_fits() -> None:
    widths = [2.0, 3.0]
    few, many = [["one", "two"]] * 4, [["one", "a good many words that do not fit a line " * 3]] * 12
    assert fit(few, widths, 5.0, 12.0).letter == 12.0
    assert fit(few, widths, 5.0, 12.0).heights == (0.36,) * 4
    small = fit(many, widths, 5.0, 12.0)
    assert 7.0 <= small.letter < 12.0
    assert small.total <= 5.0
    assert fit(many * 9, widths, 5.0, 12.0).letter == 7.0


def test_a_worker_makes_all_three_files_from_the_same_figures(package: WorkPackage, world: World) -> None:
    report = comparison_request(
        package=package,
        sites=[world.other.pk, world.site.pk],
        formats=["pptx", "pdf", "xlsx"],
        language="fr",
        paper="a4",
        as_of=AS_OF,
        actor=world.member,
        token="three",
    )
    assert report.formats == ["pdf", "xlsx", "pptx"]
    assert report.job_id
    job_run(report.job_id)
    report.refresh_from_db()
    assert report.is_issued
    files = {file.format: bytes(file.content) for file in ReportFile.objects.filter(report=report)}
    text = bytes(ReportFigures.objects.get(report=report).inputs)
    told = from_json(Comparison, text.decode())
    reader = PdfReader(io.BytesIO(files["pdf"]))
    assert reader.attachments["figures.json"] == [text]
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert all(report.inputs_sha256 in page for page in pages)
    assert "Qui est en tête, et de combien" in pages[1]
    leader = told.outcome.field[0]
    shown = f"{leader.score:.1f}".replace(".", ",")
    assert f"avec {shown} points" in pages[1]

    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    ranking = book["Classement"]
    assert [cell.value for cell in ranking["A"][1:]] == [row.name for row in told.outcome.field[:2]]
    assert [cell.value for cell in ranking["F"][1:3]] == pytest.approx(
        [row.score for row in told.outcome.field[:2]]
    )
    assert ranking.freeze_panes == "B2"
    figures_shown = [cell.value for page in book for row in page for cell in row if cell.data_type == "n"]
    assert all(number == round(number, 6) for number in figures_shown if isinstance(number, float))
    assert report.inputs_sha256 in [cell.value for cell in book.worksheets[0]["B"]]
    record = book["Antécédents réglementaires"]
    days = [cell.value for row in record.iter_rows(min_row=2) for cell in row if cell.is_date]
    assert days, "dates are dates"

    slides = Presentation(io.BytesIO(files["pptx"])).slides
    titles = [slide.shapes.title.text for slide in slides]
    assert shown in titles[1]
    charts = [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]
    assert list(charts[0].plots[0].series[0].values) == [row.score for row in told.outcome.field[:2]]
    words = [cell.text for slide in slides for shape in slide.shapes if shape.has_table
             for row in shape.table.rows for cell in row.cells]  # fmt: skip
    assert report.inputs_sha256 in words


def test_what_was_typed_is_text_in_every_file(package: WorkPackage, world: World) -> None:
    formula = '=HYPERLINK("http://127.0.0.1","\u0007x")<script>'
    with recorded(actor=None, reason="test"):
        Site.objects.filter(pk=world.site.pk).update(name=formula)
    text, _told = figures(package)
    book = openpyxl.load_workbook(io.BytesIO(comparison_workbook(inputs=text, language="en", paper="letter")))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    typed = [cell for cell in cells if isinstance(cell.value, str) and "HYPERLINK" in cell.value]
    assert typed
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in typed)
    assert not any(cell.data_type == "f" for cell in cells)
    content, slides = comparison_slides(inputs=text, language="en")
    assert len(Presentation(io.BytesIO(content)).slides) == slides
    html = document_of("comparison", inputs=text, language="en", paper="a4").html
    assert "<script" not in html


def test_a_frozen_evaluation_is_compared_as_it_was(package: WorkPackage, world: World) -> None:
    run, _created = evaluation_freeze(package=package, as_of=AS_OF, actor=world.member)
    with recorded(actor=None, reason="test"):
        world.site.capability_set.all().delete()
    text, told = figures(package, run=EvaluationRun.objects.select_related("frozen_by").get(pk=run.pk))
    assert told.frozen
    assert told.frozen.sha256 == run.sha256
    assert told.outcome.digest == run.result["digest"]
    assert told.outcome.digest != ranking_of(package, AS_OF).evaluation.digest
    assert run.sha256 in document_of("comparison", inputs=text, language="en", paper="a4").html
    assert compared(text).figures.as_of == AS_OF


def test_amounts_keep_their_currency(package: WorkPackage, world: World) -> None:
    candidate = package.candidates.get(site=world.site)
    with recorded(actor=None, reason="test"):
        candidate.proposals.create(received_on=AS_OF, cost=Decimal("1234567.50"), currency="CHF")
    text, _told = figures(package)
    html = document_of("comparison", inputs=text, language="en", paper="a4").html
    assert "1,234,567.50\N{NO-BREAK SPACE}CHF" in html
    book = openpyxl.load_workbook(io.BytesIO(comparison_workbook(inputs=text, language="en", paper="a4")))
    cost = next(cell for row in book["Offers"].iter_rows() for cell in row if cell.value == 1234567.5)
    assert "CHF" in cost.number_format
