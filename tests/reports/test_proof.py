"""`manage.py verify_report`: an untouched report is confirmed, and every kind of tampering is told."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pypdf
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from pypdf.generic import NameObject, StreamObject

from programs.models import WorkPackage
from reports.comparisons import comparison_make
from reports.figures.canonical import canonical_json, from_json
from reports.figures.comparison import Comparison
from reports.figures.due_diligence import ChainHead, DueDiligence
from reports.figures.gather import due_diligence_figures
from reports.figures.outcome import outcome_of
from reports.models import ReportFile
from reports.paper.document import document_of
from reports.paper.press import pdf_print
from reports.proof.carried import NotAReport, read_pdf
from reports.proof.checks import Finding, Verdict
from reports.proof.recompute import due_diligence_differences
from reports.proof.verify import verify_file, verify_pdf
from reports.services import report_make
from scorecards.carried import ranking_of_inputs
from scorecards.overrides import override_make
from scorecards.plain import ranking_data
from scorecards.selectors import ranking_of
from tests.reports.conftest import AS_OF, World

type Change = Callable[[dict[str, Any]], None]

MADE: dict[str, bytes] = {}


@pytest.fixture
def package(world: World) -> WorkPackage:
    package = world.program.packages.get()
    package.program = world.program
    world.other.regulatory_actions.all().delete()
    return package


@pytest.fixture
def pdf(package: WorkPackage, world: World) -> bytes:
    """An issued comparison; printed once, since what is carried says the same in every world."""
    if "pdf" not in MADE:
        report = comparison_make(
            package=package,
            sites=[world.site.pk, world.other.pk],
            formats=["pdf"],
            language="en",
            paper="letter",
            as_of=AS_OF,
            key="proof",
        )
        MADE["pdf"] = bytes(ReportFile.objects.get(report=report).content)
    return MADE["pdf"]


def attached_again(content: bytes, text: str) -> bytes:
    """The same PDF with other figures attached."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    names = cast(Any, writer.root_object)["/Names"]["/EmbeddedFiles"]["/Names"]
    stream = names[1].get_object()["/EF"]["/F"].get_object()
    assert isinstance(stream, StreamObject)
    stream.set_data(text.encode())
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def tampered(content: bytes, change: Change) -> bytes:
    data = json.loads(read_pdf(content).figures)
    change(data)
    return attached_again(content, canonical_json(data))


def findings(verdict: Verdict) -> dict[str, Finding]:
    return {check.name: check.finding for check in verdict.checks}


def test_an_untouched_report_is_confirmed(world: World, package: WorkPackage, tmp_path: Path) -> None:
    MADE.pop("pdf", None)
    report = comparison_make(
        package=package, sites=[], formats=["pdf"], language="en", paper="letter", as_of=AS_OF, key="proof"
    )
    MADE["pdf"] = content = bytes(ReportFile.objects.get(report=report).content)
    verdict = verify_pdf(content)
    assert set(findings(verdict).values()) == {Finding.HOLDS}
    assert verdict.confirmed
    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    told = io.StringIO()
    call_command("verify_report", str(path), "--without-pages", stdout=told)
    assert "Nothing was altered: this is the report as it was issued." in told.getvalue()


def _score(data: dict[str, Any]) -> None:
    data["outcome"]["field"][0]["score"] += 0.1


def _weight(data: dict[str, Any]) -> None:
    first, second = _groups(data["inputs"]["criteria"])
    first["weight"] = str(Decimal(first["weight"]) + 5)
    second["weight"] = str(Decimal(second["weight"]) - 5)


def _groups(criteria: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The two groups that weigh most."""
    groups = [row for row in criteria if row["parent"] is None and not row["is_must_have"]]
    return sorted(groups, key=lambda row: -Decimal(row["weight"]))[:2]


def _cell(data: dict[str, Any]) -> None:
    candidate = data["inputs"]["candidates"][0]
    at = next(at for at, high in enumerate(candidate["high"]) if high > candidate["low"][at])
    candidate["low"][at] = candidate["high"][at]


def _gate(data: dict[str, Any]) -> None:
    gates = data["inputs"]["candidates"][0]["gates"]
    key = next(iter(gates))
    gates[key] = "fail" if gates[key] != "fail" else "pass"


def _share(data: dict[str, Any]) -> None:
    data["outcome"]["shares"]["rows"][0]["near"] -= 0.01


def _rank(data: dict[str, Any]) -> None:
    data["outcome"]["field"][0]["worst_rank"] = 9


def _bound(data: dict[str, Any]) -> None:
    data["outcome"]["field"][1]["score_upper"] -= 1e-6


def _verified(data: dict[str, Any]) -> None:
    data["profiles"][0]["verified"] += 0.2


def _name(data: dict[str, Any]) -> None:
    data["profiles"][0]["name"] = "Somebody else"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (_score, "outcome.field[0].score"),
        (_rank, "outcome.field[0].worst_rank"),
        (_bound, "outcome.field[1].score_upper"),
        (_weight, "outcome.digest"),
        (_cell, "outcome.digest"),
        (_gate, "outcome.digest"),
        (_share, "outcome.shares.rows[0].near"),
        (_verified, "profiles[0].verified"),
        (_name, "profiles[0].name"),
    ],
)
def test_an_altered_figure_is_named(pdf: bytes, change: Change, path: str) -> None:
    verdict = verify_pdf(tampered(pdf, change), library=False, pages=False)
    found = findings(verdict)
    assert found["figures computed again"] is Finding.ALTERED
    assert found["content hash"] is Finding.ALTERED
    differences = next(check for check in verdict.checks if check.differences).differences
    assert path in [one.path for one in differences]


def _short(data: dict[str, Any]) -> None:
    data["inputs"]["candidates"][0]["low"].pop()


def _stranger(data: dict[str, Any]) -> None:
    data["inputs"]["assessors"] = [[[99, 0, 5000]]]


@pytest.mark.parametrize("change", [_short, _stranger])
def test_inputs_that_do_not_fit_together_are_told_and_no_crash(pdf: bytes, change: Change) -> None:
    verdict = verify_pdf(tampered(pdf, change), library=False, pages=False)
    check = next(check for check in verdict.checks if check.name == "figures computed again")
    assert check.finding is Finding.ALTERED
    assert check.words.startswith("The inputs do not fit together: ")


def forged(text: str) -> str:
    """Figures that were altered with care: another weight, and everything that follows from it."""
    told = from_json(Comparison, text)
    data = json.loads(text)
    _weight(data)
    moved = {row["key"]: row["weight"] for row in data["inputs"]["criteria"]}
    criteria = tuple(replace(row, weight=moved[row.key]) for row in told.inputs.criteria)
    inputs = replace(told.inputs, criteria=criteria)
    outcome = outcome_of(ranking_of_inputs(inputs, told.as_of), told.chosen)
    weights = {row.key: row.share for row in outcome.weights}
    profiles = tuple(
        replace(
            each,
            verified=sum(weights[one.key] for one in each.reasons if one.strength == "verified"),
            documented=sum(weights[one.key] for one in each.reasons if one.strength == "documented"),
        )
        for each in told.profiles
    )
    return canonical_json(replace(told, inputs=inputs, outcome=outcome, profiles=profiles))


def test_careful_forgery_is_told_by_the_printed_hash_or_else_by_the_library(pdf: bytes) -> None:
    text = forged(read_pdf(pdf).figures)
    reattached = findings(verify_pdf(attached_again(pdf, text), library=False, pages=False))
    assert reattached["figures computed again"] is Finding.HOLDS
    assert reattached["content hash"] is Finding.ALTERED
    # Printed anew, it contradicts itself nowhere: only who issued it can tell.
    printed = pdf_print(document_of("comparison", inputs=text, language="en", paper="letter")).content
    alone = verify_pdf(printed, library=False, pages=False)
    assert not alone.altered
    assert not alone.confirmed
    assert findings(verify_pdf(printed, pages=False))["library"] is Finding.ALTERED


def test_altered_pages_are_told_though_the_figures_are_whole(pdf: bytes) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    page, words = writer.pages[1], "The words on page 2 are not those of the figures."
    page[NameObject("/Contents")] = writer.pages[2].raw_get("/Contents")
    out = io.BytesIO()
    writer.write(out)
    verdict = verify_pdf(out.getvalue(), library=False)
    pages = next(check for check in verdict.checks if check.name == "pages")
    assert pages.finding is Finding.ALTERED
    assert pages.words == words


@pytest.mark.parametrize("text", ["[]", "{}", '{"chosen":[],"schema":1}', "no json", '{"schema":3}'])
def test_figures_of_another_making_are_no_crash(pdf: bytes, text: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.pdf"
    path.write_bytes(attached_again(pdf, text))
    told = io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("verify_report", str(path), "--json", stdout=told)
    assert end.value.code == 1
    assert json.loads(told.getvalue())["altered"] is True


def test_the_command_answers_in_the_language_asked_for(pdf: bytes, tmp_path: Path) -> None:
    path = tmp_path / "rapport.pdf"
    path.write_bytes(tampered(pdf, _score))
    told = io.StringIO()
    options = ("--language", "fr", "--without-library", "--without-pages")
    with pytest.raises(SystemExit):
        call_command("verify_report", str(path), *options, stdout=told)
    lines = told.getvalue().splitlines()
    assert lines[0].startswith(f"{path}\N{NO-BREAK SPACE}: Comparaison, empreinte du contenu ")
    assert any(line.strip().startswith("MODIFIÉ  chiffres recalculés") for line in lines)
    assert lines[-1] == "Ce rapport a été modifié, ou n’a pas été émis ici."
    with pytest.raises(CommandError, match="ne peut pas être lu"):
        call_command("verify_report", str(tmp_path / "absent.pdf"), "--language", "fr")


def test_a_file_that_is_no_report_is_said_to_be_none(tmp_path: Path) -> None:
    blank = pypdf.PdfWriter()
    blank.add_blank_page(100, 100)
    out = io.BytesIO()
    blank.write(out)
    for content in (b"not a PDF at all", out.getvalue()):
        with pytest.raises(NotAReport):
            verify_pdf(content, library=False)


def repacked(content: bytes, changes: dict[str, bytes | None]) -> bytes:
    """The archive with some of its files replaced, or left out where there is None."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            told = changes.get(name, old.read(name))
            if told is not None:
                new.writestr(name, told)
    return out.getvalue()


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def test_spreadsheet_and_slides_carry_their_figures_and_are_verified_like_the_pdf(
    package: WorkPackage, world: World
) -> None:
    report = comparison_make(
        package=package, sites=[], formats=["xlsx", "pptx"], language="fr", paper="letter", as_of=AS_OF,
        key="office",
    )  # fmt: skip
    files = {file.format: bytes(file.content) for file in report.files.all()}
    names = ("figures", "content hash", "figures computed again", "sheets and slides", "library")
    for content in files.values():
        verdict = verify_file(content)
        assert verdict.content_sha256 == report.inputs_sha256
        assert findings(verdict) == dict.fromkeys(names, Finding.HOLDS)
        assert not verify_file(content, library=False).confirmed

    carried, slide = "customXml/item1.xml", "ppt/slides/slide2.xml"
    inputs = part(files["pptx"], carried)
    score = re.search(rb'"score":[0-9.]+', inputs)
    assert score
    other = repacked(files["pptx"], {carried: inputs.replace(score[0], b'"score":99.5', 1)})
    told = findings(verify_file(other, library=False))
    assert told["figures computed again"] is told["content hash"] is Finding.ALTERED
    swapped = repacked(files["pptx"], {slide: part(files["pptx"], "ppt/slides/slide3.xml")})
    told = findings(verify_file(swapped))
    assert told["figures computed again"] is Finding.HOLDS
    assert told["sheets and slides"] is told["library"] is Finding.ALTERED
    sheet = "xl/worksheets/sheet2.xml"
    cells = repacked(files["xlsx"], {sheet: part(files["xlsx"], sheet).replace(b"<v>1</v>", b"<v>2</v>")})
    assert findings(verify_file(cells, library=False))["sheets and slides"] is Finding.ALTERED

    # One that carries nothing, as issued before: the library alone can tell.
    bare = repacked(files["pptx"], {carried: None})
    assert verify_file(bare).altered
    ReportFile.objects.filter(report=report, format="pptx").update(sha256=hashlib.sha256(bare).hexdigest())
    assert verify_file(bare).confirmed
    with pytest.raises(NotAReport, match="carries no figures"):
        verify_file(bare, library=False)


def test_a_due_diligence_report_is_verified_too(world: World) -> None:
    report = report_make(
        program=world.program, site=world.site, language="en", paper="a4", as_of=AS_OF, key="dd"
    )
    content = bytes(ReportFile.objects.get(report=report).content)
    verdict = verify_pdf(content)
    assert set(findings(verdict).values()) == {Finding.HOLDS}
    told = from_json(DueDiligence, read_pdf(content).figures)
    assert due_diligence_differences(told) == []
    assert told.outcome
    assert told.outcome.duel
    assert {told.outcome.duel.a, told.outcome.duel.b} == {world.site.pk, world.other.pk}
    words = " ".join(read_pdf(content).pages)
    assert "How sure its place is" in words
    assert "These are shares of weightings drawn at random, not the probability" in words

    def other_value(data: dict[str, Any]) -> None:
        data["evaluation"]["criteria"][0]["low"] += 1

    def other_share(data: dict[str, Any]) -> None:
        data["outcome"]["shares"]["rows"][0]["any_open"] -= 0.05

    for change, path in (
        (other_value, "evaluation.criteria[0].low"),
        (other_share, "outcome.shares.rows[0].any_open"),
    ):
        again = verify_pdf(tampered(content, change), library=False, pages=False)
        check = next(check for check in again.checks if check.name == "figures computed again")
        assert check.finding is Finding.ALTERED
        assert path in [one.path for one in check.differences]


def test_the_verified_share_counts_what_stands_in_place_of_derived_values(world: World) -> None:
    today = timezone.localdate()
    package = world.program.packages.get()

    def told() -> DueDiligence:
        return due_diligence_figures(
            program=world.program, site=world.site, as_of=today, issued_at=timezone.now(),
            requested_by="", history=ChainHead(0, ""),
        )  # fmt: skip

    candidate = ranking_of(package, today).candidate(world.site.pk)
    assert candidate
    chosen = next(row for row in candidate.criteria if row.strength == "verified" and row.low > 0)
    before = told()
    override_make(
        package=package, site=world.site, criterion=chosen.criterion.key,
        low=Decimal(50), high=Decimal(50), reason="Seen at the visit", actor=world.member,
    )  # fmt: skip
    after = told()
    lost = chosen.weight * (1 - (chosen.high - chosen.low) / 100)
    assert before.evaluation.verified_share - after.evaluation.verified_share == pytest.approx(lost)
    assert due_diligence_differences(after) == []
    # What was issued before this rule counted the replaced value too, and was not altered for that.
    share = after.evaluation.verified_share + chosen.weight
    old = replace(after, schema=3, evaluation=replace(after.evaluation, verified_share=share))
    assert due_diligence_differences(old) == []
    (other,) = due_diligence_differences(replace(old, schema=4))
    assert other.path == "evaluation.verified_share"
    data = ranking_data(ranking_of(package, today))
    row = next(row for row in data["candidates"] if row["site_id"] == world.site.pk)
    at = next(at for at, each in enumerate(data["criteria"]) if each["key"] == chosen.criterion.key)
    cell = row["criteria"][at]
    assert (cell["value"], cell["strength"]) == (50.0, None)
    assert cell["in_place_of_derived"]["reason"] == "Seen at the visit"
