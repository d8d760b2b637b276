"""Programs, members and candidates."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.roles import Role
from common.versions import StaleRecord
from programs.models import Candidate, Program
from programs.selectors import candidacies_of, default_package
from programs.services import (
    candidate_remove,
    candidate_restore,
    candidate_stage_set,
    candidates_add,
    member_add,
    member_remove,
    program_create,
    program_update,
)
from tests import makers

pytestmark = pytest.mark.django_db


def test_whoever_creates_a_program_becomes_its_member() -> None:
    actor = makers.person(Role.SOURCING)
    program = program_create(fields=makers.NEED | {"code": "A-1"}, actor=actor)
    assert list(Program.objects.visible_to(actor)) == [program]
    assert default_package(program).position == 1


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.QA, Role.EXECUTIVE, Role.PARTNER])
def test_other_roles_may_not_create_programs(role: Role) -> None:
    with pytest.raises(PermissionDenied):
        program_create(fields=makers.NEED | {"code": "A-1"}, actor=makers.person(role))


@pytest.mark.parametrize("code", ["", "with space", "é", "a/b", "-dash", "x" * 41])
def test_a_code_that_cannot_stand_in_an_address_is_refused(code: str) -> None:
    with pytest.raises(ValidationError):
        program_create(fields=makers.NEED | {"code": code}, actor=None)


def test_a_batch_size_needs_its_unit() -> None:
    with pytest.raises(ValidationError):
        program_create(fields=makers.NEED | {"code": "A-1", "batch_size": 5}, actor=None)


def test_a_stale_update_is_refused() -> None:
    program = makers.program("A-1")
    program_update(program=program, version=1, changes={"name": "First"}, actor=None)
    with pytest.raises(StaleRecord):
        program_update(program=program, version=1, changes={"name": "Second"}, actor=None)
    assert Program.objects.get().name == "First"


def test_adding_a_candidate_twice_adds_it_once() -> None:
    program, site = makers.program("A-1"), makers.site()
    package = default_package(program)
    assert len(candidates_add(package=package, sites=[site, site], actor=None)) == 1
    assert candidates_add(package=package, sites=[site], actor=None) == []


def test_a_removal_can_be_undone_with_stage_and_reason() -> None:
    program = makers.program("A-1", sites=(makers.site(),))
    candidate = makers.candidate_of(program)
    candidate_stage_set(candidate=candidate, stage="declined", reason="Too far", actor=None)
    state = candidate_remove(candidate=Candidate.objects.get(), actor=None)
    assert not Candidate.objects.exists()
    back = candidate_restore(package=default_package(program), state=state, actor=None)
    assert (back.stage, back.reason, back.site_id) == ("declined", "Too far", candidate.site_id)


def test_declining_needs_a_reason() -> None:
    candidate = makers.candidate_of(makers.program("A-1", sites=(makers.site(),)))
    with pytest.raises(ValidationError):
        candidate_stage_set(candidate=candidate, stage="declined", reason=" ", actor=None)


def test_a_partner_contact_or_a_disabled_person_cannot_be_a_member() -> None:
    program = makers.program("A-1")
    for user in (makers.person(Role.PARTNER), makers.person(Role.QA, is_active=False)):
        with pytest.raises(ValidationError):
            member_add(program=program, user=user, actor=None)


def test_a_removed_member_no_longer_sees_the_program() -> None:
    member = makers.person(Role.QA)
    program = makers.program("A-1", member)
    assert member_remove(program=program, user=member, actor=None) is True
    assert not Program.objects.visible_to(member).exists()
    assert member_remove(program=program, user=member, actor=None) is False


def test_a_site_names_only_the_programs_that_the_reader_may_see() -> None:
    site, reader = makers.site(), makers.person(Role.QA)
    makers.program("MINE", reader, sites=(site,))
    makers.program("OPEN", reader)
    makers.program("SECRET", sites=(site,))
    makers.program("SECRET-2")
    taken, others = candidacies_of(site_id=site.pk, user=reader)
    assert [row.code for row in taken] == ["MINE"]
    assert [program.code for program in others] == ["OPEN"]
