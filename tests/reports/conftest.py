"""A small program with candidates, made for the tests of reports."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from audits.models import RegulatoryAction
from partners.models import Capability, Organization, Site
from programs.models import Candidate, Membership, Program, WorkPackage
from records.context import recorded
from reports.models import Report
from reports.services import report_request

AS_OF = date(2026, 6, 30)


@dataclass(frozen=True)
class World:
    """One program with two candidates, a site outside, a member and people of other kinds."""

    program: Program
    site: Site
    other: Site
    outside: Site
    member: User
    assessor: User
    outsider: User
    partner: User

    def request(self, **changes: Any) -> Report:
        """Ask for a report of the first candidate as the member."""
        options: dict[str, Any] = {
            "program": self.program,
            "site": self.site,
            "language": "en",
            "paper": "a4",
            "as_of": AS_OF,
            "actor": self.member,
            "token": "one",
        }
        return report_request(**(options | changes))


def build_world() -> World:
    """Write the world; call it where a test has its own database."""
    with recorded(actor=None, reason="test"):
        organization = Organization.objects.create(
            legal_name="Éclat Pharma & Söhne", kind="cdmo", country="FR"
        )
        sites = [
            Site.objects.create(organization=organization, name=name, fei=fei, city="Lyon", country="FR")
            for name, fei in (("Éclat Lyon", "3001"), ("Éclat Metz", "3002"), ("Éclat Nice", "3003"))
        ]
        for site in sites:
            _evidence(site)
        program = Program.objects.create(
            code="NOVA",
            name="Antibody for asthma",
            modality="monoclonal_antibody",
            dosage_form="solution_for_injection",
            route="subcutaneous",
            stage="phase_3",
        )
        package = WorkPackage.objects.create(program=program, position=1)
        for site in sites[:2]:
            Candidate.objects.create(work_package=package, site=site)
        people = {role: _person(role) for role in (Role.SOURCING, Role.ASSESSOR, Role.PARTNER)}
        outsider = User.objects.create_user("out@example.com", None, full_name="Out", role=Role.SOURCING)
        for person in people.values():
            Membership.objects.create(program=program, user=person)
    return World(
        program=program,
        site=sites[0],
        other=sites[1],
        outside=sites[2],
        member=people[Role.SOURCING],
        assessor=people[Role.ASSESSOR],
        outsider=outsider,
        partner=people[Role.PARTNER],
    )


def _person(role: Role) -> User:
    return User.objects.create_user(f"{role}@example.com", None, full_name=f"Ann {role}", role=role)


def _evidence(site: Site) -> None:
    Capability.objects.create(
        site=site,
        modality="monoclonal_antibody",
        dosage_form="solution_for_injection",
        route="subcutaneous",
        operation="fill_finish",
        stages=["phase_3"],
        strength="documented",
        known_on=date(2025, 1, 1),
    )
    RegulatoryAction.objects.create(
        site=site,
        kind="form_483",
        happened_on=date(2024, 5, 6),
        known_on=date(2024, 8, 1),
        product_type="Drugs",
        source="fda-483s",
        source_key=f"media/{site.fei}",
        source_sha256="ab" * 32,
    )


@pytest.fixture
def world(db: None) -> World:
    return build_world()


@pytest.fixture
def own_world(committed_db: str) -> World:
    """The same in a database of the test's own, where commits are commits."""
    return build_world()


type Login = Callable[[User], Any]


@pytest.fixture
def browser(client: Any) -> Login:
    """Sign a person in."""

    def login(person: User) -> Any:
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return login


@pytest.fixture
def package(world: World) -> WorkPackage:
    """Three candidates: Metz claims less than Lyon, Nice is excluded by a letter that is open."""
    package = world.program.packages.get()
    package.program = world.program
    with recorded(actor=None, reason="test"):
        Candidate.objects.create(work_package=package, site=world.outside)
        world.other.regulatory_actions.all().delete()
        world.outside.regulatory_actions.create(
            kind="warning_letter",
            happened_on=date(2026, 1, 5),
            known_on=date(2026, 1, 15),
            product_type="Drugs",
            gmp="yes",
            source="fda-warning-letters",
            source_key="w1",
        )
    return package
