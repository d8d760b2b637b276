"""A draft of a decision that is thrown away, and what the start page shows of decisions."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from records.models import Signature
from records.refusals import Refused
from records.selectors import entries_of
from records.signing.services import signature_withdraw
from records.undoing import CannotUndo
from scorecards.decisions.services import (
    choices_of,
    decision_discard,
    decision_restore,
    decision_revise,
)
from scorecards.engine import Status
from scorecards.models import SourcingDecision
from tests import makers
from tests.scorecards.decisions import Scene, scene_made, sign


@pytest.fixture
def scene(demo_db: None, settings: Any) -> Scene:
    return scene_made(settings)


@pytest.fixture
def client(scene: Scene) -> Client:
    return makers.signed_in(scene.lead)


def test_a_draft_is_discarded_with_a_reason_and_brought_back(scene: Scene, client: Client) -> None:
    first = scene.effective()
    revision = decision_revise(decision=first, reason="New audit.", actor=scene.lead)
    discard = reverse("scorecards:decision-discard", args=["AURELIA", revision.pk])
    assert discard in client.get(revision.get_absolute_url()).text
    assert discard.replace(str(revision.pk), str(first.pk)) not in client.get(first.get_absolute_url()).text
    told = {"version": str(revision.version), "reason": "The audit was put off."}
    for wrong in ({"reason": " "}, {"version": "9"}):
        client.post(discard, told | wrong)
        assert SourcingDecision.objects.filter(pk=revision.pk).exists()
    done = client.post(discard, told, follow=True)
    assert not SourcingDecision.objects.filter(pk=revision.pk).exists()
    assert entries_of(SourcingDecision, revision.pk).latest("pk").reason == "The audit was put off."
    first.refresh_from_db()
    assert first.state == "effective"
    *_refusals, notice = get_messages(done.wsgi_request)
    undo = str(notice.extra_tags).removeprefix("undo=")
    assert client.post(undo.replace("of=", "of=x")).status_code == 404
    assert client.post(undo.replace("AURELIA", "CELESTE")).status_code == 404
    client.post(undo)
    back = SourcingDecision.objects.get(pk=revision.pk)
    assert (back.supersedes, choices_of(back)) == (first, choices_of(first))
    # Signed, it is discarded by nobody; once gone, a revision can be begun anew.
    sign(back, "authored", scene.lead)
    with pytest.raises(Refused):
        decision_discard(decision=back, version=back.version, reason="No.", actor=scene.lead)
    signature_withdraw(signature=Signature.objects.latest("pk"), reason="Too early.", actor=scene.lead)
    decision_discard(decision=back, version=back.version, reason="No.", actor=scene.lead)
    assert decision_revise(decision=first, reason="Once more.", actor=scene.lead).revision == 2


def test_a_draft_does_not_come_back_beside_a_decision_that_took_effect_since(scene: Scene) -> None:
    draft = scene.draft()
    mark = decision_discard(decision=draft, version=draft.version, reason="Begun anew.", actor=scene.lead)
    assert mark.span
    effective = scene.effective()
    with pytest.raises(CannotUndo, match="There is a decision already"):
        decision_restore(package=scene.package, span=mark.span, actor=scene.lead)
    assert SourcingDecision.objects.get(work_package=scene.package) == effective


def test_what_has_taken_effect_is_not_discarded(scene: Scene, client: Client) -> None:
    decision = scene.effective()
    with pytest.raises(ValidationError):
        decision_discard(decision=decision, version=decision.version, reason="No.", actor=scene.lead)
    with pytest.raises(PermissionDenied):
        decision_discard(decision=decision, version=decision.version, reason="No.", actor=scene.approver)


def test_the_start_page_shows_what_is_decided_before_who_leads(scene: Scene, client: Client) -> None:
    home = reverse("workspace:home")

    def shown() -> list[tuple[str, str]]:
        rows = {row.program.code: row for row in client.get(home).context["programs"]}
        return [(line.selected, line.decision.state) for line in rows["AURELIA"].decisions]

    assert shown() == []
    decision = scene.effective()
    name = scene.of(Status.RANKED).name
    assert shown() == [(name, "effective")]
    decision_revise(decision=decision, reason="New audit.", actor=scene.lead)
    assert shown() == [(name, "effective"), (name, "draft")]
    assert decision.get_absolute_url() in client.get(home).text
