"""A decision: on a frozen evaluation, with a reason for everybody, signed by two people, locked, revised."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from common.versions import StaleRecord
from programs.models import Candidate
from records.context import recorded
from records.models import Signature
from records.refusals import Refused
from records.signing.services import signature_withdraw
from scorecards.decisions.services import (
    ChoiceError,
    choices_of,
    decision_change,
    decision_draft,
    decision_revise,
)
from scorecards.engine import Status
from scorecards.models import EvaluationRun, SourcingDecision
from scorecards.services import evaluation_freeze
from tests import makers
from tests.scorecards.decisions import REASON, Scene, entered, scene_made, sign


@pytest.fixture
def scene(demo_db: None, settings: Any) -> Scene:
    return scene_made(settings)


def stages(scene: Scene) -> set[str]:
    return set(Candidate.objects.filter(work_package=scene.package).values_list("stage", flat=True))


@pytest.mark.parametrize("outcome", ["selected", "backup"])
def test_an_excluded_candidate_is_never_chosen(scene: Scene, outcome: str) -> None:
    excluded = scene.of(Status.EXCLUDED)
    choices = [
        replace(choice, outcome=outcome, exception="A good reason.")
        if choice.site_id == excluded.site_id
        else choice
        for choice in scene.choices(scene.of(Status.RANKED))
    ]
    with pytest.raises(ChoiceError) as caught:
        decision_draft(package=scene.package, fields=scene.fields(), choices=choices, actor=scene.lead)
    assert [(problem.site_id, problem.field) for problem in caught.value.problems] == [
        (excluded.site_id, "outcome")
    ]
    assert not SourcingDecision.objects.filter(work_package=scene.package).exists()


def test_a_conditional_candidate_needs_an_exception_that_is_signed_with_the_decision(scene: Scene) -> None:
    conditional = scene.of(Status.CONDITIONAL)
    told: dict[str, Any] = {"package": scene.package, "fields": scene.fields(), "actor": scene.lead}
    with pytest.raises(ChoiceError) as caught:
        decision_draft(choices=scene.choices(conditional), **told)
    assert [problem.field for problem in caught.value.problems] == ["exception"]
    decision = decision_draft(choices=scene.choices(conditional, exception="Audited last week."), **told)
    signature = sign(decision, "authored", scene.lead)
    assert "Audited last week." in signature.content


def test_everything_that_is_missing_is_named(scene: Scene) -> None:
    first, second, *rest = scene.choices(scene.of(Status.RANKED))
    choices = [replace(first, outcome="declined", reason=" "), replace(second, outcome="")]
    with pytest.raises(ChoiceError) as caught:
        decision_draft(package=scene.package, fields=scene.fields(), choices=choices, actor=scene.lead)
    found = [(problem.site_id, problem.field) for problem in caught.value.problems]
    assert found == [
        (first.site_id, "reason"),
        (second.site_id, "outcome"),
        *((choice.site_id, "outcome") for choice in rest),
        (0, ""),
    ]


def test_an_evaluation_of_another_package_is_refused(scene: Scene) -> None:
    other = EvaluationRun.objects.exclude(scorecard__work_package=scene.package).earliest("pk")
    with pytest.raises(ValidationError):
        decision_draft(
            package=scene.package,
            fields=scene.fields() | {"run": other},
            choices=scene.choices(scene.of(Status.RANKED)),
            actor=scene.lead,
        )


def test_two_different_people_put_it_in_force_and_the_candidates_move(scene: Scene) -> None:
    decision = scene.draft()
    with pytest.raises(Refused):
        sign(decision, "approved", scene.approver)
    sign(decision, "authored", scene.lead)
    before = stages(scene)
    with pytest.raises((Refused, PermissionDenied)):
        sign(decision, "approved", scene.lead)
    assert stages(scene) == before
    sign(decision, "approved", scene.approver)
    decision.refresh_from_db()
    assert decision.state == SourcingDecision.State.EFFECTIVE
    assert stages(scene) == {"selected", "declined"}
    chosen = Candidate.objects.get(work_package=scene.package, stage="selected")
    assert (chosen.site_id, chosen.reason) == (scene.of(Status.RANKED).site_id, REASON)


def test_what_was_signed_is_locked_in_the_database(scene: Scene) -> None:
    decision = scene.draft()
    signature = sign(decision, "authored", scene.lead)
    with pytest.raises(Refused):
        decision_change(
            decision=decision,
            version=decision.version,
            fields=scene.fields() | {"rationale": "Other"},
            choices=choices_of(decision),
            actor=scene.lead,
        )
    for write in (
        lambda: decision.outcomes.update(reason="other"),
        lambda: decision.outcomes.earliest("pk").delete(),
        lambda: SourcingDecision.objects.filter(pk=decision.pk).update(rationale="other"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), recorded(actor=scene.lead, reason="try"):
            write()
    sign(decision, "approved", scene.approver)
    with pytest.raises(ValidationError):
        signature_withdraw(signature=Signature.objects.get(pk=signature.pk), reason="No.", actor=scene.lead)


def test_a_revision_supersedes_it_once_it_is_approved(scene: Scene) -> None:
    first = scene.effective()
    with pytest.raises(Refused):
        decision_revise(decision=first, reason=" ", actor=scene.lead)
    second = decision_revise(decision=first, reason="The slot was lost.", actor=scene.lead)
    assert (second.revision, second.state, choices_of(second)) == (2, "draft", choices_of(first))
    first.refresh_from_db()
    assert first.state == SourcingDecision.State.EFFECTIVE
    sign(second, "authored", scene.lead)
    sign(second, "approved", scene.approver)
    first.refresh_from_db()
    assert first.state == SourcingDecision.State.SUPERSEDED
    with pytest.raises(ValidationError):
        decision_revise(decision=first, reason="Again.", actor=scene.lead)


def test_a_draft_changes_as_a_whole_and_the_second_editor_is_told(scene: Scene) -> None:
    decision = scene.draft()
    told: dict[str, Any] = {
        "decision": decision,
        "version": decision.version,
        "fields": scene.fields() | {"rationale": "Fit and price."},
        "choices": scene.choices(scene.of(Status.CONDITIONAL), exception="Audited."),
        "actor": scene.lead,
    }
    decision_change(**told)
    assert {choice.exception for choice in choices_of(decision)} == {"", "Audited."}
    with pytest.raises(StaleRecord):
        decision_change(**told)
    with pytest.raises(ValidationError):
        scene.draft()


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.QA, Role.EXECUTIVE])
def test_others_write_no_decision(scene: Scene, role: Role) -> None:
    with pytest.raises(PermissionDenied):
        decision_draft(
            package=scene.package,
            fields=scene.fields(),
            choices=scene.choices(scene.of(Status.RANKED)),
            actor=User.objects.get(role=role, is_demo=True),
        )


@pytest.fixture
def client(scene: Scene) -> Client:
    return makers.signed_in(scene.lead)


def test_the_form_says_beside_the_field_what_is_wrong_and_keeps_what_was_typed(
    scene: Scene, client: Client
) -> None:
    address = reverse("scorecards:decision-add", args=["AURELIA"])
    conditional = scene.of(Status.CONDITIONAL)
    response = client.post(address, entered(scene, conditional))
    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == [f"e-{conditional.site_id}"]
    assert f">{REASON}</textarea>" in response.content.decode().replace("\n", "")
    assert not SourcingDecision.objects.filter(work_package=scene.package).exists()
    done = client.post(address, entered(scene, conditional) | {f"e-{conditional.site_id}": "Audited."})
    assert done.status_code == 302
    page = client.get(done["Location"]).content.decode()
    assert "Audited." in page
    assert conditional.name in page


def test_the_form_names_all_that_is_missing_at_once(scene: Scene, client: Client) -> None:
    form = client.post(reverse("scorecards:decision-add", args=["AURELIA"]), {"version": "0"}).context["form"]
    assert {"rationale", "decided_on"} < set(form.errors)
    assert {f"o-{row.site_id}" for row in form.candidates} < set(form.errors)


def test_a_draft_can_be_rested_on_a_newer_evaluation(scene: Scene, client: Client) -> None:
    decision = scene.draft()
    before = timezone.localdate() - timedelta(days=1)
    newer = evaluation_freeze(package=scene.package, as_of=before, actor=scene.lead)[0]
    offered = f"{reverse('scorecards:decision-edit', args=['AURELIA', decision.pk])}?run={newer.sha256}"
    assert offered in client.get(decision.get_absolute_url()).content.decode()
    assert client.get(offered).context["run"] == newer
    foreign = EvaluationRun.objects.exclude(scorecard__work_package=scene.package)[0]
    elsewhere = offered.replace(newer.sha256, foreign.sha256)
    assert client.get(elsewhere).context["run"] == scene.run
    entry = entered(replace(scene, run=newer), replace(scene, run=newer).of(Status.RANKED))
    assert client.post(offered, entry | {"version": str(decision.version)}).status_code == 302
    decision.refresh_from_db()
    assert decision.run == newer
    assert "Rest the draft on it" not in client.get(decision.get_absolute_url()).content.decode()


def test_no_decision_is_dated_in_the_future(scene: Scene, client: Client) -> None:
    later = (timezone.localdate() + timedelta(days=2)).isoformat()
    form = client.post(
        reverse("scorecards:decision-add", args=["AURELIA"]),
        entered(scene, scene.of(Status.RANKED)) | {"decided_on": later},
    ).context["form"]
    assert list(form.errors) == ["decided_on"]
    # Nor by any other way.
    ahead = timezone.localdate() + timedelta(days=2)
    choices = scene.choices(scene.of(Status.RANKED))
    with pytest.raises(ValidationError) as caught:
        decision_draft(
            package=scene.package,
            fields=scene.fields() | {"decided_on": ahead},
            choices=choices,
            actor=scene.lead,
        )
    assert list(caught.value.message_dict) == ["decided_on"]
    draft = scene.draft()
    with pytest.raises(IntegrityError, match="decision_not_ahead"), transaction.atomic():
        SourcingDecision.objects.filter(pk=draft.pk).update(decided_on=ahead)


def test_the_empty_form_of_a_package_that_has_a_decision_leads_to_it(scene: Scene, client: Client) -> None:
    decision = scene.draft()
    answer = client.get(reverse("scorecards:decision-add", args=["AURELIA"]), follow=True)
    assert answer.redirect_chain[-1][0] == decision.get_absolute_url()


def test_it_waits_for_the_author_then_the_approver_on_their_start_pages(scene: Scene, client: Client) -> None:
    decision = scene.draft()
    approver = makers.signed_in(scene.approver)
    work = reverse("scoring:work")
    address = decision.get_absolute_url()
    assert address in client.get(work).content.decode()
    assert address not in approver.get(work).content.decode()
    sign(decision, "authored", scene.lead)
    assert address not in client.get(work).content.decode()
    assert address in approver.get(work).content.decode()
    assert "Decisions to sign" in approver.get(reverse("workspace:home")).content.decode()
    sign(decision, "approved", scene.approver)
    assert address not in approver.get(work).content.decode()
    assert address in client.get(reverse("programs:program", args=["AURELIA"])).content.decode()


def test_a_decision_of_another_package_is_not_found(scene: Scene, client: Client) -> None:
    other = SourcingDecision.objects.get(work_package__program__code="DORADO")
    for name in ("decision", "decision-edit"):
        assert client.get(reverse(f"scorecards:{name}", args=["AURELIA", other.pk])).status_code == 404


def test_the_demonstration_has_a_decision_whose_signatures_hold(scene: Scene, client: Client) -> None:
    decision = SourcingDecision.objects.get(work_package__program__code="DORADO")
    page = client.get(decision.get_absolute_url()).content.decode()
    assert page.count("Clara Whitlock") >= 2
    assert "Yvonne Carradec" in page
    assert "void" not in page
