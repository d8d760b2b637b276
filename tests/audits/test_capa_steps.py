"""Every transition of a CAPA from every state as every role, and what each step asks for."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation

from accounts.models import User
from accounts.roles import Role
from audits.capas.planning import action_add, action_change, action_remove, extension_ask, extension_decide
from audits.capas.services import CLOSURE, StepRefused, capa_change, capa_move, capa_open
from audits.capas.steps import STEPS
from audits.models import Capa, CapaAction
from common.versions import StaleRecord
from partners.models import Site
from records.context import recorded
from records.models import Signature
from records.signing.services import signature_add, signature_withdraw, signing_offer
from records.signing.state import signatures_of
from tests import makers
from tests.records.declared import PASSWORD, person, session

pytestmark = pytest.mark.django_db
S = Capa.State
TODAY = date(2026, 11, 1)
DRIVE = {Role.ASSESSOR, Role.QA, Role.ADMINISTRATOR}
APPROVE = {Role.QA, Role.ADMINISTRATOR}
# Written out beside the product's table, so that a step which comes in or opens up by mistake is noticed.
LIFE = {
    (S.OPEN, S.INVESTIGATION): DRIVE,
    (S.INVESTIGATION, S.PLAN_APPROVED): APPROVE,
    (S.PLAN_APPROVED, S.IMPLEMENTING): DRIVE,
    (S.IMPLEMENTING, S.IMPLEMENTED): DRIVE,
    (S.IMPLEMENTED, S.EFFECTIVENESS_DUE): DRIVE,
    (S.EFFECTIVENESS_DUE, S.CLOSED_EFFECTIVE): DRIVE,
    (S.EFFECTIVENESS_DUE, S.CLOSED_INEFFECTIVE): DRIVE,
    (S.CLOSED_EFFECTIVE, S.INVESTIGATION): APPROVE,
}


@pytest.fixture(autouse=True)
def quick(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def site() -> Site:
    return makers.site("Northgate")


def test_the_steps_and_who_makes_them_are_these_and_no_other() -> None:
    assert {(step.source, step.target): set(step.permission.roles) for step in STEPS} == LIFE
    assert {step.target for step in STEPS if step.by_signing} == {S.CLOSED_EFFECTIVE, S.CLOSED_INEFFECTIVE}


def made(site: Site, state: Capa.State = S.OPEN, **fields: Any) -> Capa:
    """A CAPA in a state, with everything its next step asks for."""
    today = timezone.localdate()
    number = Capa.objects.count() + 1
    told: dict[str, Any] = {
        "number": f"T-{number}",
        "site": site,
        "origin": "deviation",
        "title": "Vials cracked",
        "description": "Six vials cracked in the freeze dryer.",
        "owner_name": "Lena Vogtland",
        "opened_on": today,
        "clock_from": today,
        "due_on": today + timedelta(days=60),
        "root_cause_method": "five_whys",
        "root_cause_category": "machine",
        "whys": ["The shelf was uneven."],
        "root_cause": "Shelves are not leveled after maintenance.",
        "criterion": "No cracked vial in 10 batches.",
        "criterion_set_on": today,
        "state": state,
    }
    if state in (S.IMPLEMENTED, S.EFFECTIVENESS_DUE, S.CLOSED_EFFECTIVE, S.CLOSED_INEFFECTIVE):
        told |= {"implemented_on": today, "check_due_on": today + timedelta(days=90)}
    if state in (S.EFFECTIVENESS_DUE, S.CLOSED_EFFECTIVE, S.CLOSED_INEFFECTIVE):
        told |= {"check_outcome": "effective", "check_result": "0 of 12 batches.", "checked_on": today}
    if state == S.CLOSED_EFFECTIVE:
        told |= {"closed_on": today}
    with recorded(actor=None, reason="test"):
        capa = Capa.objects.create(**told | fields)
        CapaAction.objects.create(
            capa=capa,
            kind="corrective",
            description="Level the shelves after every maintenance.",
            owner_name="Samir Haddadi",
            due_on=capa.due_on,
            done_on=today,
            evidence_note="Work order 4711",
        )
    return capa


def sign(capa: Capa, actor: User) -> Signature:
    here = session()
    meaning = Signature.Meaning.REVIEWED
    offer = signing_offer(capa, part=CLOSURE, meaning=meaning, actor=actor, session=here)
    return signature_add(
        record=capa,
        part=CLOSURE,
        meaning=meaning,
        actor=actor,
        session=here,
        ticket=offer.ticket,
        password=PASSWORD,
        email=actor.email,
    )


@pytest.mark.parametrize("role", list(Role))
def test_every_transition_from_every_state_as_every_role(role: Role, site: Site) -> None:
    """What the table allows happens, everything else is refused and changes nothing."""
    actor = makers.person(role)
    allowed = {(step.source, step.target): step for step in STEPS}
    for source, target in product(S, S):
        capa = made(site, source, verifier=makers.person(Role.QA) if source == S.IMPLEMENTED else actor)
        step = allowed.get((source, target))
        if step is None:
            expected: type[Exception] | None = StepRefused
        elif not step.permission.allows(actor):
            expected = PermissionDenied
        else:
            # Without the verifier's signature nobody closes.
            expected = StepRefused if step.by_signing else None
        where = f"{role}: {source} → {target}"
        if expected is None:
            capa_move(capa=capa, to=target, actor=actor, reason="because")
        else:
            with pytest.raises(expected):
                capa_move(capa=capa, to=target, actor=actor, reason="because")
        assert Capa.objects.get(pk=capa.pk).state == (source if expected else target), where


LACKS: list[tuple[Capa.State, Capa.State, dict[str, Any], str]] = [
    (S.OPEN, S.INVESTIGATION, {"owner_name": ""}, "Name the owner"),
    (S.INVESTIGATION, S.PLAN_APPROVED, {"root_cause_method": ""}, "which method"),
    (S.INVESTIGATION, S.PLAN_APPROVED, {"root_cause_category": ""}, "category"),
    (S.INVESTIGATION, S.PLAN_APPROVED, {"root_cause": " "}, "root cause"),
    (S.INVESTIGATION, S.PLAN_APPROVED, {"whys": []}, "first why"),
    (
        S.PLAN_APPROVED,
        S.IMPLEMENTING,
        {"criterion": "", "criterion_set_on": None},
        "criterion of effectiveness",
    ),
    (S.IMPLEMENTED, S.EFFECTIVENESS_DUE, {"verifier": None}, "who verifies"),
    (S.IMPLEMENTED, S.EFFECTIVENESS_DUE, {"check_due_on": None}, "by when"),
]


@pytest.mark.parametrize(("source", "target", "lacking", "told"), LACKS)
def test_a_step_names_what_is_missing(
    source: Capa.State, target: Capa.State, lacking: dict[str, Any], told: str, site: Site
) -> None:
    qa = makers.person(Role.QA)
    capa = made(site, source, **{"verifier": makers.person(Role.ASSESSOR)} | lacking)
    with pytest.raises(StepRefused) as refused:
        capa_move(capa=capa, to=target, actor=qa)
    assert [each for each in refused.value.missing if told in each.told], refused.value.messages
    assert len(refused.value.missing) == 1


def test_actions_are_planned_and_done_before_the_steps_that_need_them(site: Site) -> None:
    qa = makers.person(Role.QA)
    capa = made(site, S.INVESTIGATION)
    with recorded(reason="test"):
        CapaAction.objects.filter(capa=capa).update(kind="correction")
    with pytest.raises(StepRefused, match="corrective action"):
        capa_move(capa=capa, to=S.PLAN_APPROVED, actor=qa)
    due_on = timezone.localdate() + timedelta(days=10)
    planned = {"kind": "corrective", "description": "Train", "due_on": due_on}
    # A copy elsewhere asks for the CAPAs that have changed, which count their actions.
    times = [Capa.objects.get(pk=capa.pk).updated_at]
    action = action_add(capa=capa, fields=planned, actor=qa)
    times.append(Capa.objects.get(pk=capa.pk).updated_at)
    action_remove(action=action, actor=qa, reason="Twice")
    times.append(Capa.objects.get(pk=capa.pk).updated_at)
    action = action_add(capa=capa, fields=planned, actor=qa)
    with pytest.raises(StepRefused, match="owner of every action"):
        capa_move(capa=capa, to=S.PLAN_APPROVED, actor=qa)
    times.append(Capa.objects.get(pk=capa.pk).updated_at)
    action = action_change(action=action, version=1, changes={"owner_name": "Noor"}, actor=qa, reason="named")
    times.append(Capa.objects.get(pk=capa.pk).updated_at)
    assert times == sorted(set(times))
    capa_move(capa=capa, to=S.PLAN_APPROVED, actor=qa)
    capa_move(capa=capa, to=S.IMPLEMENTING, actor=qa)
    with pytest.raises(StepRefused, match="not done yet"):
        capa_move(capa=capa, to=S.IMPLEMENTED, actor=qa)
    done = {"done_on": timezone.localdate(), "evidence_note": "Record 12"}
    with pytest.raises(ValidationError, match="what shows"):
        action_change(action=action, version=2, changes=done | {"evidence_note": ""}, actor=qa, reason="done")
    action.refresh_from_db()
    action_change(action=action, version=2, changes=done, actor=qa, reason="done")
    assert capa_move(capa=capa, to=S.IMPLEMENTED, actor=qa).capa.implemented_on == timezone.localdate()
    with pytest.raises(ValidationError, match="implemented"):
        action_remove(action=action, actor=qa, reason="no")


def test_nobody_approves_the_plan_of_their_own_capa(site: Site) -> None:
    qa = makers.person(Role.QA)
    capa = made(site, S.INVESTIGATION, owner=qa)
    with pytest.raises(StepRefused, match="somebody else approves"):
        capa_move(capa=capa, to=S.PLAN_APPROVED, actor=qa)
    approver = makers.person(Role.QA)
    capa = capa_move(capa=capa, to=S.PLAN_APPROVED, actor=approver).capa
    # Nor becomes its approver the owner afterwards, nor the owner its verifier.
    for changes in ({"owner": approver}, {"verifier": qa}):
        with pytest.raises(ValidationError):
            capa_change(capa=capa, version=capa.version, changes=changes, actor=qa, reason="why not")


def test_the_criterion_stands_once_implementation_began(site: Site) -> None:
    qa = makers.person(Role.QA)
    capa = made(site, S.PLAN_APPROVED, criterion="", criterion_set_on=None)
    capa = capa_change(capa=capa, version=1, changes={"criterion": "0 in 10"}, actor=qa, reason="set")
    assert capa.criterion_set_on == timezone.localdate()
    capa = capa_move(capa=capa, to=S.IMPLEMENTING, actor=qa).capa
    with pytest.raises(ValidationError, match="before implementation"):
        capa_change(
            capa=capa, version=capa.version, changes={"criterion": "1 in 10"}, actor=qa, reason="easier"
        )


def test_only_the_verifier_signs_and_an_effective_capa_closes() -> None:
    site = makers.site()
    verifier, other = person(Role.QA, "Ada Winter"), person(Role.QA, "Bo Summer")
    capa = made(
        site, S.EFFECTIVENESS_DUE, verifier=verifier, check_outcome="", check_result="", checked_on=None
    )
    result = {"check_outcome": "effective", "check_result": "0 of 12", "checked_on": timezone.localdate()}
    with pytest.raises(ValidationError, match="Only the verifier"):
        capa_change(capa=capa, version=1, changes=result, actor=other, reason="checked")
    with pytest.raises(ValidationError, match="result of the effectiveness check"):
        sign(capa, verifier)
    capa = capa_change(capa=capa, version=1, changes=result, actor=verifier, reason="checked")
    with pytest.raises(ValidationError, match="named verifier"):
        sign(capa, other)
    signed = sign(capa, verifier)
    capa.refresh_from_db()
    assert (capa.state, capa.closed_on) == (S.CLOSED_EFFECTIVE, timezone.localdate())
    assert [state.valid for state in signatures_of(capa)] == [True]
    # A closed CAPA stands on it.
    with pytest.raises(ValidationError, match="Reopen it instead"):
        signature_withdraw(signature=signed, actor=verifier, reason="second thoughts")
    with pytest.raises(ValidationError, match="closed"):
        capa_change(capa=capa, version=capa.version, changes={"title": "Other"}, actor=other, reason="no")


def test_without_effect_a_child_follows_with_the_same_problem(site: Site) -> None:
    verifier = person(Role.QA)
    capa = made(site, S.EFFECTIVENESS_DUE, verifier=verifier, check_outcome="ineffective")
    sign(capa, verifier)
    child = Capa.objects.get(parent=capa)
    assert Capa.objects.get(pk=capa.pk).state == S.CLOSED_INEFFECTIVE
    assert (child.state, child.title, child.description) == (S.OPEN, capa.title, capa.description)
    assert child.number == f"CAPA-{timezone.localdate().year}-001"
    assert (child.criterion, child.root_cause) == ("", "")


def test_reopening_restarts_the_clock_and_asks_why(site: Site) -> None:
    verifier = person(Role.QA)
    long_ago = timezone.localdate() - timedelta(days=200)
    capa = made(
        site, S.EFFECTIVENESS_DUE, verifier=verifier, opened_on=long_ago, clock_from=long_ago, due_on=long_ago
    )
    sign(capa, verifier)
    with pytest.raises(StepRefused, match="Say why"):
        capa_move(capa=capa, to=S.INVESTIGATION, actor=verifier, reason=" ")
    capa = capa_move(capa=capa, to=S.INVESTIGATION, actor=verifier, reason="It came back.").capa
    today = timezone.localdate()
    assert (capa.clock_from, capa.due_on) == (today, today + timedelta(days=90))
    assert (capa.reopened_count, capa.opened_on) == (1, long_ago)
    assert (capa.closed_on, capa.check_outcome, capa.implemented_on) == (None, "", None)
    assert [bool(state.withdrawn_at_text) for state in signatures_of(capa)] == [True]


def test_more_time_is_decided_by_somebody_else(site: Site) -> None:
    asker, decider = makers.person(Role.QA), makers.person(Role.QA)
    capa = made(site, S.INVESTIGATION)
    later = capa.due_on + timedelta(days=30)
    for day, reason in ((capa.due_on, "slow"), (later, " ")):
        with pytest.raises(ValidationError):
            extension_ask(capa=capa, due_after=day, reason=reason, actor=asker)
    asked = extension_ask(capa=capa, due_after=later, reason="The part is late.", actor=asker)
    with pytest.raises(ValidationError, match="waits"):
        extension_ask(capa=capa, due_after=later, reason="Again", actor=asker)
    with pytest.raises(ValidationError, match="other than who asked"):
        extension_decide(extension=asked, approved=True, note="", actor=asker)
    with pytest.raises(PermissionDenied):
        extension_decide(extension=asked, approved=True, note="", actor=makers.person(Role.ASSESSOR))
    assert Capa.objects.get(pk=capa.pk).due_on == capa.due_on
    extension_decide(extension=asked, approved=True, note="", actor=decider)
    capa.refresh_from_db()
    assert capa.due_on == later
    with pytest.raises(ValidationError, match="already"):
        extension_decide(extension=asked, approved=False, note="no", actor=decider)
    # The due date moves no other way.
    with pytest.raises(ValidationError, match="extension"):
        capa_change(
            capa=capa,
            version=capa.version,
            changes={"due_on": later + timedelta(1)},
            actor=decider,
            reason="x",
        )


def test_beyond_open_a_change_asks_for_its_reason_and_versions_are_kept(site: Site) -> None:
    qa = makers.person(Role.QA)
    capa = capa_open(fields={"site": site, "origin": "other", "title": "A", "description": "B"}, actor=qa)
    capa = capa_change(capa=capa, version=1, changes={"owner_name": "Lena"}, actor=qa)
    capa = capa_move(capa=capa, to=S.INVESTIGATION, actor=qa).capa
    with pytest.raises(ValidationError, match="Say why"):
        capa_change(capa=capa, version=capa.version, changes={"title": "C"}, actor=qa)
    with pytest.raises(StaleRecord):
        capa_change(capa=capa, version=1, changes={"title": "C"}, actor=qa, reason="typo")
    with pytest.raises(StaleRecord):
        capa_move(capa=capa, to=S.PLAN_APPROVED, actor=qa, version=1)


def test_what_is_missing_is_told_in_the_readers_language(site: Site) -> None:
    capa = made(site, S.OPEN, owner_name="")
    with translation.override("fr"), pytest.raises(StepRefused) as refused:
        capa_move(capa=capa, to=S.INVESTIGATION, actor=makers.person(Role.QA))
    assert refused.value.missing[0].part == "basics"
