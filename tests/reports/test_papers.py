"""Decision papers and distribution plans: what they say, that it follows, and how they are asked for."""

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from accounts.roles import Role
from jobs.services import job_run
from programs.models import Program
from reports import making
from reports.figures.canonical import canonical_json, from_json
from reports.figures.decision import DecisionPaper, PanelFigures, ScoredFigures
from reports.figures.distribution import DistributionPaper
from reports.figures.due_diligence import ChainHead
from reports.models import Report, ReportFile
from reports.paper.decision import decision_pages
from reports.paper.document import document_of
from reports.papers import decision_report, distribution_report
from reports.proof.asis import PANEL_VALUES, carried_of, panels_against
from reports.proof.checks import Finding
from reports.proof.papers import decision_differences, distribution_differences
from reports.proof.verify import verify_pdf
from scorecards.agreed import Agreed
from scorecards.decisions.services import decision_discard, decision_restore, decision_revise
from scorecards.models import SourcingDecision
from tests.makers import signed_in

type Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def program(demo_db: None) -> Program:
    return Program.objects.get(code="DORADO")


@pytest.fixture
def decision(program: Program) -> SourcingDecision:
    return SourcingDecision.objects.select_related("run").get(work_package=program.package)


def figures(report: Report) -> str:
    return making.figures_of(
        report, (), issued_at=timezone.now().replace(microsecond=0), history=ChainHead(0, "")
    )


def html(kind: str, text: str, language: str = "en") -> str:
    page = document_of(kind, inputs=text, language=language, paper="a4").html
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def changed(text: str, change: Change) -> str:
    data = json.loads(text)
    change(data)
    return json.dumps(data)


def _rationale(data: dict[str, Any]) -> None:
    data["decided"]["rationale"] = "Because."


def _outcome(data: dict[str, Any]) -> None:
    data["decided"]["outcomes"][0]["outcome"] = "declined"


def _content(data: dict[str, Any]) -> None:
    data["content"] = data["content"].replace("one suite", "two suites")
    data["decided"]["risks"] = data["decided"]["risks"].replace("one suite", "two suites")


def _duel(data: dict[str, Any]) -> None:
    data["duel"]["ahead"] += 1


def _score(data: dict[str, Any]) -> None:
    data["comparison"]["outcome"]["field"][0]["score"] += 1


def test_a_decision_paper_says_what_was_decided_and_follows_from_what_was_signed(
    decision: SourcingDecision,
) -> None:
    text = figures(decision_report(decision))
    told = from_json(DecisionPaper, text)
    assert canonical_json(told) == text
    assert decision_differences(told) == []
    for change, path in (
        (_rationale, "decided.rationale"),
        (_outcome, f"decided.outcomes.{told.decided.outcomes[0].site_id}.outcome"),
        (_content, "signatures[0].content_sha256"),
        (_duel, "duel.ahead"),
        (_score, "outcome.field[0].score"),
    ):
        found = decision_differences(from_json(DecisionPaper, changed(text, change)))
        assert path in [one.path for one in found]

    selected, backup = (row.site.name for row in decision.outcomes.exclude(outcome="declined").order_by("pk"))
    words = html("decision", text)
    assert f"Selected: {selected}, with {backup} as backup" in words
    assert decision.run.sha256 in words
    assert "answers for the content of the decision" in words
    for name in ("Clara Whitlock", "Yvonne Carradec"):
        assert name in words
    french = html("decision", text, "fr")
    assert f"Retenu : {selected}, avec {backup} en repli" in french
    assert "Accepté en connaissance de cause" in french


def test_what_is_accepted_with_eyes_open_is_said(decision: SourcingDecision) -> None:
    text = figures(decision_report(decision))

    def second(data: dict[str, Any]) -> None:
        rows = data["decided"]["outcomes"]
        rows[0]["outcome"], rows[1]["outcome"] = "declined", "selected"
        site = rows[1]["site_id"]
        gates = next(
            row["gates"] for row in data["comparison"]["outcome"]["candidates"] if row["site_id"] == site
        )
        gates[min(gates)] = "unknown"
        data["decided"]["state"], data["signatures"] = "draft", []

    first = html("decision", text)
    assert "stands before it" not in first
    assert "No backup" not in first
    later = html("decision", changed(text, second))
    names = [row["name"] for row in json.loads(text)["decided"]["outcomes"]]
    assert f"{names[1]} was selected at rank 2: {names[0]} stands before it" in later
    assert f"Proposed: {names[1]}, without a backup" in later
    assert "No backup is named" in later
    assert f"Nobody knows whether {names[1]} meets “" in later
    assert later.count("Not signed yet") == 2


def test_a_panel_is_told_by_its_disagreement(decision: SourcingDecision) -> None:
    text = figures(decision_report(decision))
    told = from_json(DecisionPaper, text)
    site = told.decided.outcomes[0].site_id
    scores = (
        ScoredFigures("quality-authority", site, (5, 1, None), 2.0, 3.0, "Discussed."),
        ScoredFigures("quality-authority", told.decided.outcomes[1].site_id, (4, 3, 3), 3.0, 3.0, ""),
    )
    with translation.override("en"):
        page = decision_pages(
            changed(text, lambda data: data.update(panels=[json.loads(canonical_json(_panel(scores)))]))
        ).panels[0]
    assert [(row.levels, row.agreed, row.reason) for row in page.apart] == [
        ("1 · 5 · ?", "2–3", "Discussed.")
    ]
    assert (page.near, page.alike) == (1, 0)


def test_what_a_panel_agreed_on_is_held_against_the_frozen_evaluation(decision: SourcingDecision) -> None:
    """It follows from nothing in the paper, so that only the library tells that it was altered."""
    told = from_json(DecisionPaper, figures(decision_report(decision)))
    site = told.decided.outcomes[0].site_id
    scored = ScoredFigures("quality-authority", site, (5, 1, None), 2.0, 3.0, "Discussed.")
    agreed = Agreed(
        7,
        "Round",
        site,
        "quality-authority",
        2.0,
        3.0,
        2,
        "Discussed.",
        date(2026, 1, 5),
        scores=((9, 1), (4, 5)),
    )
    rows = [agreed.as_data()]
    assert panels_against(replace(told, panels=(_panel((scored,)),)), rows).finding is Finding.HOLDS
    earlier = _panel((replace(scored, low=1.0),))
    named_alike = replace(told, panels=(earlier, _panel((scored,))))
    assert panels_against(named_alike, rows).finding is Finding.HOLDS, "the later of two counts"
    invented = replace(told, panels=(_panel((scored,)), PanelFigures("Invented", None, ())))
    for paper, held, path in ((invented, rows, "panels[1]"), (named_alike, [], "panels[0]")):
        check = panels_against(paper, held)
        assert (check.finding, check.differences[0].path) == (Finding.ALTERED, path)
    for other, path in (
        (replace(scored, high=4.0), "panels[0].scores[0].high"),
        (replace(scored, reason="Liked."), "panels[0].scores[0].reason"),
        (replace(scored, levels=(5, 2, None)), "panels[0].scores[0].levels[0]"),
        (replace(scored, site_id=0), "panels"),
    ):
        paper = replace(told, panels=(_panel((other,)),))
        assert decision_differences(paper) == []
        check = panels_against(paper, rows)
        assert check.finding is Finding.ALTERED
        assert [one.path for one in check.differences] == [path]
        assert carried_of(paper)[0] == PANEL_VALUES


def _panel(scores: tuple[ScoredFigures, ...]) -> PanelFigures:
    return PanelFigures("Round", None, scores)


def test_a_distribution_plan_says_who_can_get_a_dose_and_follows_from_its_facts(program: Program) -> None:
    text = figures(distribution_report(program.package))
    told = from_json(DistributionPaper, text)
    assert canonical_json(told) == text
    assert distribution_differences(told) == []

    def earlier(data: dict[str, Any]) -> None:
        data["result"]["sites"][1]["earliest"] = "2020-01-01"

    def stored(data: dict[str, Any]) -> None:
        data["facts"]["shelf_life"] = 60

    for change, path in ((earlier, "result.sites[1].earliest"), (stored, "result.lanes[0].left")):
        found = distribution_differences(from_json(DistributionPaper, changed(text, change)))
        assert path in [one.path for one in found]

    page = signed_in(User.objects.get(role=Role.SOURCING, is_demo=True))
    shown = page.get(reverse("logistics:plan", args=["DORADO"])).content.decode()
    words = html("distribution", text)
    ready = [site for site in told.result.sites if site.ready]
    assert f"{len(ready)} of {len(told.result.sites)} care sites are ready for a patient." in words
    # What the page says of each care site and each open point, the paper says as well.
    for site in told.result.sites:
        assert site.name in words
        assert site.name in shown
    assert len(told.result.gaps) == len(
        page.get(reverse("logistics:plan", args=["DORADO"]) + "?export=csv").content.decode().splitlines()[1:]
    )
    assert "Nobody yet" in words
    assert "Un patient peut-il recevoir une dose" in html("distribution", text, "fr")


def ask(client: Client, address: str, **changes: str) -> Any:
    page = client.get(address).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    return client.post(address, {"token": token[1], "language": "fr", "paper": "a4"} | changes)


def test_both_are_asked_for_from_their_pages_once(decision: SourcingDecision, program: Program) -> None:
    executive = signed_in(User.objects.get(role=Role.EXECUTIVE, is_demo=True))
    for page, address in (
        (decision.get_absolute_url(), f"/reports/decisions/{decision.pk}/"),
        ("/programs/DORADO/distribution/", "/reports/distribution/DORADO/"),
    ):
        assert f'href="{address}"' in executive.get(page).content.decode()
        assert ask(executive, address, paper="a5").status_code == 422
        first = ask(executive, address)
        assert executive.get(first["Location"]).status_code == 200
    assert Report.objects.filter(program=program).count() == 2
    assert executive.get("/reports/").status_code == 200
    assessor = signed_in(User.objects.get(role=Role.ASSESSOR, is_demo=True))
    page_of_assessor = assessor.get(decision.get_absolute_url()).content.decode()
    assert f"/reports/decisions/{decision.pk}/" not in page_of_assessor


def test_a_plan_is_made_by_its_job_and_verified_to_the_byte(program: Program) -> None:
    client = signed_in(User.objects.get(role=Role.SOURCING, is_demo=True))
    asked = ask(client, "/reports/distribution/DORADO/")
    report = Report.objects.get(pk=asked["Location"].split("/")[-2])
    assert report.job_id
    job_run(report.job_id)
    made = client.get(f"/reports/{report.pk}/file/pdf/")
    assert 'filename="plan-de-distribution_DORADO_' in made["Content-Disposition"]
    verdict = verify_pdf(made.content)
    assert verdict.kind == "distribution"
    assert {check.name: check.finding for check in verdict.checks} == dict.fromkeys(
        ("figures", "content hash", "figures computed again", "pages", "library"), Finding.HOLDS
    )


def test_the_paper_of_a_draft_outlives_its_discarding(decision: SourcingDecision) -> None:
    lead = User.objects.get(role=Role.SOURCING, is_demo=True)
    draft = decision_revise(decision=decision, reason="Anew", actor=lead)
    client = signed_in(lead)
    asked = ask(client, f"/reports/decisions/{draft.pk}/")
    mark = decision_discard(decision=draft, version=draft.version, reason="Not now", actor=lead)
    report = Report.objects.select_related("decision", "job").get(pk=asked["Location"].split("/")[-2])
    assert report.decision is None
    assert report.job
    job_run(report.job.pk)
    page = client.get(asked["Location"]).content.decode()
    assert "The draft of the decision was discarded." in page
    assert "a draft that was discarded" in page
    assert client.get("/reports/").status_code == 200
    assert mark.span
    decision_restore(package=decision.work_package, span=mark.span, actor=lead)
    assert "Revision 2" in client.get(asked["Location"]).content.decode()


def test_a_program_without_a_plan_leads_to_where_it_begins(program: Program) -> None:
    client = signed_in(User.objects.get(role=Role.SOURCING, is_demo=True))
    assert client.get("/reports/distribution/AURELIA/")["Location"] == "/programs/AURELIA/distribution/"


def test_the_commands_make_them_or_say_what_is_wrong(program: Program, tmp_path: Path) -> None:
    out = tmp_path / "paper.pdf"
    told = io.StringIO()
    more = ("--program", "dorado", "--out", str(out), "--json")
    call_command("report", "decision", *more, stdout=told, stderr=io.StringIO())
    said = json.loads(told.getvalue())
    assert (said["revision"], said["pages"]) == (1, ReportFile.objects.get(report_id=said["report"]).pages)
    verdict = verify_pdf(out.read_bytes())
    assert verdict.confirmed
    held = {check.name for check in verdict.checks if check.finding is Finding.HOLDS}
    assert {"figures computed again", "pages", "frozen evaluation", "signed decision"} <= held
    assert {"standing on the day of issue", "targets on the day of issue"} <= set(verdict.carried)
    words = io.StringIO()
    call_command("verify_report", str(out), "--without-pages", "--language", "fr", stdout=words)
    assert "statut des sites, au jour de l’émission" in words.getvalue()
    for kind, options, message in (
        ("decision", ("--program", "DORADO", "--revision", "9"), "its revisions: 1"),
        ("decision", ("--program", "AURELIA"), "its revisions: none"),
        ("distribution", ("--program", "AURELIA"), "has no distribution plan"),
    ):
        with pytest.raises(CommandError, match=message):
            call_command("report", kind, *options, "--out", str(out), stderr=io.StringIO())
