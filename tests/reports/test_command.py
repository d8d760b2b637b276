"""`manage.py report`: the same report without a browser, refusals in one line."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from audits.models import Audit
from partners.models import Site
from records.context import recorded
from reports.models import Report, ReportFigures, ReportFile
from reports.proof.verify import verify_pdf
from tests.reports.conftest import AS_OF, World


def report(out: Path, *more: str, site: str = "3001", program: str = "NOVA") -> str:
    told = io.StringIO()
    call_command(
        "report",
        *("due-diligence", "--program", program, "--site", site, "--out", str(out)),
        *("--as-of", AS_OF.isoformat(), *more),
        stdout=told,
        stderr=io.StringIO(),
    )
    return told.getvalue()


def test_it_writes_the_file_and_keeps_the_report(world: World, tmp_path: Path) -> None:
    out = tmp_path / "report.pdf"
    told: dict[str, Any] = json.loads(report(out, "--language", "fr", "--paper", "letter", "--json"))
    kept = Report.objects.get()
    file = ReportFile.objects.get(report=kept)
    assert out.read_bytes() == bytes(file.content)
    assert told["file_sha256"] == file.sha256
    assert told["inputs_sha256"] == kept.inputs_sha256
    assert (told["program"], told["site"], told["as_of"]) == ("NOVA", "3001", AS_OF.isoformat())
    assert (kept.language, kept.paper, kept.job, kept.requested_by) == ("fr", "letter", None, None)
    assert list(tmp_path.iterdir()) == [out]


def test_it_says_in_one_line_what_it_did(world: World, tmp_path: Path) -> None:
    told = report(tmp_path / "report.pdf")
    assert told.count("\n") == 1
    assert Report.objects.get().inputs_sha256 in told


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"program": "NOPE"}, "No program has the code NOPE"),
        ({"site": "999"}, "No site has the FEI 999"),
        ({"site": "3003"}, "not among the candidates"),
        ({"more": ("--as-of", "2999-01-01")}, "lies ahead"),
        ({"more": ("--as-of", "soon")}, "soon is not a date"),
        ({"more": ("--language", "de")}, "choose en or fr"),
        ({"more": ("--paper", "a5")}, "choose a4 or letter"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_leaves_nothing(
    world: World, tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    more = changes.pop("more", ())
    with pytest.raises(CommandError, match=message) as refusal:
        report(tmp_path / "report.pdf", *more, **changes)
    assert "\n" not in str(refusal.value)
    assert not Report.objects.exists()
    assert not list(tmp_path.iterdir())


def paper(out: Path, *told: str) -> dict[str, Any]:
    """What `report audit` or `report history` answers."""
    answer = io.StringIO()
    call_command("report", *told, "--out", str(out), "--json", stdout=answer, stderr=io.StringIO())
    made: dict[str, Any] = json.loads(answer.getvalue())
    return made


def test_audits_and_extracts_of_the_history_are_made_and_verified(world: World, tmp_path: Path) -> None:
    with recorded(actor=None, reason="a second look"):
        audit = Audit.objects.create(number="A-7", site=world.site, ends_on=AS_OF)
        Site.objects.filter(pk=world.site.pk).update(city="Bron")
    site = f"partners.Site:{world.site.pk}"
    asked = {
        "audit": ("audit", "--audit", "a-7"),
        "record": ("history", "--record", site, "--language", "fr"),
        "trail": ("history", "--model", "partners.site", "--change", "changed", "--text", "second look"),
    }
    made = {name: paper(tmp_path / f"{name}.pdf", *told) for name, told in asked.items()}
    assert (made["audit"]["audit"], made["audit"]["revision"]) == (audit.number, 1)
    assert (made["record"]["record"], made["record"]["filters"]) == (site, {})
    assert made["trail"]["filters"] == {"model": "partners.Site", "op": "U", "text": "second look"}
    for name in asked:
        assert verify_pdf((tmp_path / f"{name}.pdf").read_bytes()).confirmed, name
    trail = ReportFigures.objects.get(pk=made["trail"]["report"])
    assert len(json.loads(bytes(trail.inputs))["entries"]) == 1


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (("audit", "--audit", "A-0"), "no audit A-0"),
        (("audit", "--audit", "A-0", "--revision", "2"), "in revision 2"),
        (("history", "--record", "partners.Site"), "names no record"),
        (("history", "--record", "partners.Site:0"), "knows no record"),
        (("history", "--record", "partners.Site:1", "--text", "x"), "leave them out"),
        (("history", "--record", "no.Kind:1"), "No kind of record"),
        (("history", "--person", "nobody@example.com"), "Nobody has"),
        (("history", "--change", "moved"), "created, changed, deleted"),
        (("history", "--since", "soon"), "date"),
    ],
)
def test_what_cannot_be_printed_is_refused(
    world: World, tmp_path: Path, told: tuple[str, ...], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        paper(tmp_path / "paper.pdf", *told)
    assert not Report.objects.exists()


def test_it_answers_in_the_language_of_the_report(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Aucun site n’a le FEI 999"):
        report(tmp_path / "rapport.pdf", "--language", "fr", site="999")
    told = report(tmp_path / "rapport.pdf", "--language", "fr")
    assert "pages, empreinte du contenu" in told


def test_a_place_that_cannot_be_written_is_refused_before_the_work(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        report(tmp_path / "missing" / "report.pdf")
    with pytest.raises(CommandError, match="is a folder"):
        report(tmp_path)
    assert not Report.objects.exists()
