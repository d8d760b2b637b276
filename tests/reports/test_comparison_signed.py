"""A comparison of an evaluation that a panel, a person and a requirement shaped, and a decision rests on."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.roles import Role
from programs.models import Requirement
from programs.requirement_services import Draft, requirements_add
from records.models import Signature
from reports import making
from reports.compared.answer import answers
from reports.compared.tables import override_table, reason_table
from reports.compared.view import compared
from reports.figures.canonical import canonical_json, from_json
from reports.figures.comparison import Comparison
from reports.figures.decision import DecisionPaper
from reports.figures.due_diligence import ChainHead
from reports.models import Report
from reports.papers import decision_report
from reports.proof.checks import Finding
from reports.proof.papers import decision_differences
from reports.proof.recompute import comparison_differences
from reports.proof.verify import _frozen, _signed
from scorecards.decisions.rules import Choice, run_candidates
from scorecards.decisions.services import decision_draft
from scorecards.engine import Status
from scorecards.models import SourcingDecision
from scorecards.overrides import override_make
from scorecards.panels.agreeing import agreed_accept, agreed_set, panel_settle
from scorecards.services import evaluation_freeze
from tests.records.declared import person, sign
from tests.scorecards.panels import AUTHORITY, PanelScene, criterion_of, panel_scene


@pytest.fixture(autouse=True)
def quick(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def scene(db: None) -> PanelScene:
    scene = panel_scene()
    panel = scene.closed({AUTHORITY: [[4, 4, 4], [4, 4, 4], [4, 4, 4]]}, assessors={
        AUTHORITY: [user.pk for user in scene.assessors]
    })  # fmt: skip
    agreed_accept(panel=panel, actor=scene.lead)
    agreed_set(
        criterion=criterion_of(panel, AUTHORITY), site_id=scene.sites[1].pk, low=Decimal(2), high=Decimal(3),
        reason="Discussed.", version=1, actor=scene.lead,
    )  # fmt: skip
    panel_settle(panel=panel, version=panel.version, actor=scene.lead)
    requirements_add(
        package=scene.package, drafts=[Draft("site.country", "in", ["NZ"], "Ours alone")], actor=scene.lead
    )
    override_make(
        package=scene.package, site=scene.sites[0], criterion="proven-batch", low=Decimal(40),
        high=Decimal(60), reason="Seen on site", actor=scene.lead,
    )  # fmt: skip
    return scene


def test_everything_that_shaped_it_is_told_and_follows_again_from_what_is_carried(scene: PanelScene) -> None:
    told, text = figures(scene, None)
    assert comparison_differences(told) == []
    view = compared(text)
    reasons = {(row[0].text, row[1].text): row for row in reason_table(view).rows}
    agreed = reasons[scene.sites[1].name, view.labels[AUTHORITY]]
    assert agreed[3].text == "Agreed by a panel"
    assert "panel left it open between level" in agreed[4].text
    assert {"Seen on site", "Discussed."} <= {row[6].text for row in override_table(view).rows}
    assert {"fail", "unknown"} & set(told.outcome.candidates[0].gates.values())


def figures(scene: PanelScene, run: Any) -> tuple[Comparison, str]:
    scene.package.refresh_from_db()
    report = Report(
        kind=Report.Kind.COMPARISON,
        program=scene.package.program,
        package=scene.package,
        as_of=timezone.localdate(),
        run=run,
    )
    text = making.figures_of(
        report,
        [site.pk for site in scene.sites],
        issued_at=timezone.now().replace(microsecond=0),
        history=ChainHead(0, ""),
    )
    return from_json(Comparison, text), text


def test_the_signed_decision_is_told_and_held_against_the_library(scene: PanelScene) -> None:
    Requirement.objects.filter(work_package=scene.package).delete()
    run, _created = evaluation_freeze(package=scene.package, as_of=None, actor=scene.lead)
    rows = run_candidates(run)
    first = next(row for row in rows if row.status is not Status.EXCLUDED)
    choices = [
        Choice(row.site_id, "selected", "Fits", "To be audited")
        if row is first
        else Choice(row.site_id, "declined", "Fits less")
        for row in rows
    ]
    decision = decision_draft(
        package=scene.package,
        fields={"run": run, "rationale": "Best fit", "decided_on": timezone.localdate()},
        choices=choices,
        actor=scene.lead,
    )
    sign(decision, person(Role.SOURCING, "Ada Winter"))
    told, _text = figures(scene, run)
    assert told.frozen
    assert told.frozen.decision is None, "a draft is no decision"
    sign(decision, person(Role.EXECUTIVE, "Bea Summer"), Signature.Meaning.APPROVED)
    assert SourcingDecision.objects.get(pk=decision.pk).state == "effective"

    told, text = figures(scene, run)
    assert told.frozen
    assert told.frozen.decision
    said = dict(answers(compared(text)))["What was decided"]
    assert f"Selected: {first.name}." in said[0]
    assert ["Ada Winter" in said[1], "Bea Summer" in said[2]] == [True, True]
    assert _frozen(run.sha256, told.outcome.digest).finding is Finding.HOLDS
    assert _frozen(run.sha256, "0" * 64).finding is Finding.ALTERED
    assert _signed(run.sha256, told.frozen.decision.signatures).finding is Finding.HOLDS
    other = told.frozen.decision.signatures[0].__class__("Nobody", "approved", timezone.now(), "0" * 64)
    assert _signed(run.sha256, [other]).finding is Finding.ALTERED

    paper = from_json(DecisionPaper, decision_text(decision))
    assert decision_differences(paper) == []
    assert [(each.name, each.meaning, each.valid) for each in paper.signatures] == [
        ("Ada Winter", "authored", True),
        ("Bea Summer", "approved", True),
    ]
    (panel,) = paper.panels
    moderated = [row for row in panel.scores if row.reason == "Discussed."]
    assert [(row.site_id, row.levels, row.low, row.high) for row in moderated] == [
        (scene.sites[1].pk, (4, 4, 4), 2.0, 3.0)
    ]
    assert all(person.full_name not in canonical_json(panel) for person in scene.assessors)


def decision_text(decision: SourcingDecision) -> str:
    report = decision_report(SourcingDecision.objects.select_related("run").get(pk=decision.pk))
    return making.figures_of(
        report, (), issued_at=timezone.now().replace(microsecond=0), history=ChainHead(0, "")
    )
