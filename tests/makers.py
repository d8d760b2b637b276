"""Small worlds for tests: people, sites, records and programs, all invented."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AccessToken, User
from accounts.roles import Role
from accounts.tokens import PREFIX, secret_hash
from audits.models import Citation, Inspection, RegulatoryAction
from logistics.models import CareSite, Handoff, Lane
from logistics.services import plan_begin
from partners.models import Capability, Organization, QualityAgreement, Site, SiteAlias
from programs.models import Candidate, Program
from programs.services import candidates_add, member_add, program_create

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NEED = {
    "name": "Antibody against asthma",
    "modality": "monoclonal_antibody",
    "dosage_form": "solution_for_injection",
    "route": "subcutaneous",
    "stage": "phase_3",
}
_numbers: Iterator[int] = count(1)


def person(role: Role = Role.SOURCING, **fields: Any) -> User:
    number = next(_numbers)
    fields = {"full_name": f"Person {number}"} | fields
    return User.objects.create_user(f"person{number}@tests.example", None, role=role, **fields)


def signed_in(user: User, language: str = "en") -> Client:
    """A browser in which the person is signed in and reads the language."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    client.cookies["django_language"] = language
    return client


def token(user: User, *scopes: str) -> str:
    """The secret of an access token of the person, whatever their role: a role may change afterwards."""
    secret = f"{PREFIX}{uuid4().hex}"
    AccessToken.objects.create(
        user=user,
        name="Tests",
        scopes=list(scopes) or ["read", "import"],
        token_sha256=secret_hash(secret),
        ending=secret[-4:],
        expires_at=timezone.now() + timedelta(days=30),
    )
    return secret


def api(user: User, *scopes: str, language: str = "en") -> Client:
    """Another system that asks the API with an access token of the person."""
    bearer = f"Bearer {token(user, *scopes)}"
    return Client(headers={"authorization": bearer, "accept-language": language})


def site(name: str = "", *, kind: str = "cdmo", aliases: tuple[str, ...] = (), **fields: Any) -> Site:
    number = next(_numbers)
    organization = fields.pop("organization", None) or Organization.objects.create(
        legal_name=f"Company {number}", kind=kind
    )
    fields = {"fei": str(88_000_000_000 + number), "country": "FR", "standing": "active"} | fields
    made = Site.objects.create(organization=organization, name=name or f"Site {number:04}", **fields)
    for alias in aliases:
        SiteAlias.objects.create(site=made, name=alias)
    return made


def agreement(of: Site) -> QualityAgreement:
    """A quality agreement in force; without one a decision that qualifies a site cannot be signed."""
    return QualityAgreement.objects.create(
        site=of,
        title="Commercial supply",
        state=QualityAgreement.State.EFFECTIVE,
        effective_on=date(2020, 1, 1),
        quality_approved_on=date(2020, 1, 1),
    )


def records(of: Site, total: int, on: date = date(2025, 6, 1)) -> None:
    """So many inspections, citations and Forms 483, a month apart, and as many capabilities."""
    for place in range(total):
        day = on - timedelta(days=30 * place)
        Inspection.objects.create(site=of, happened_on=day, known_on=day, classification="vai")
        Citation.objects.create(site=of, happened_on=day, known_on=day, regulation=f"21 CFR 211.{place}")
        RegulatoryAction.objects.create(site=of, happened_on=day, known_on=day, kind="form_483")
        Capability.objects.create(
            site=of,
            modality="monoclonal_antibody",
            dosage_form="solution_for_injection",
            operation="fill_finish",
        )


def program(code: str, *members: User, sites: tuple[Site, ...] = (), **fields: Any) -> Program:
    made = program_create(fields=NEED | {"code": code} | fields, actor=None)
    for member in members:
        member_add(program=made, user=member, actor=None)
    candidates_add(package=made.packages.get(), sites=sites, actor=None)
    return made


def distribution(of: Program) -> Lane:
    """A distribution plan with one care site and a lane of one leg to it."""
    plan = plan_begin(program=of, actor=None)
    place = CareSite.objects.create(plan=plan, name="Eastgate Hospital", country="FR", region="eu")
    made: Lane = Lane.objects.create(plan=plan, name="To Eastgate", care_site=place)
    Handoff.objects.create(plan=plan, lane=made, position=1, name="By road", hours=6, cut_off="15:00")
    return made


def candidate_of(of: Program) -> Candidate:
    return Candidate.objects.filter(work_package__program=of).earliest("pk")


def queries_of(client: Client, url: str) -> int:
    """How many queries a page takes once it was asked for before."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
        assert response.status_code == 200, response.status_code
        if response.streaming:
            list(response)
    return len(captured)
