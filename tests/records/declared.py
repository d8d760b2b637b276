"""Declarations for the tests of signatures, locks, reasons and attachments, on organizations and sites."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db.models import Model, Q
from django.utils import timezone

from accounts.models import User
from accounts.policies import allow
from accounts.roles import Role
from audits.models import Audit, Finding
from partners.models import Capability, Organization, Site
from records import declarations
from records.declarations import Child, attachable, gmp_relevant, signable
from records.models import Signature
from records.signing.credentials import SigningSession
from records.signing.services import signature_add, signing_offer

PASSWORD = "larch-islet-0042"
AUTHORED, APPROVED = Signature.Meaning.AUTHORED, Signature.Meaning.APPROVED


@contextmanager
def kept_declarations() -> Iterator[None]:
    """What is declared within is forgotten afterwards."""
    declarations._read()
    registries: list[dict[Any, Any]] = [
        declarations._signables,
        declarations._relevant,
        declarations._attachables,
    ]
    before = [dict(registry) for registry in registries]
    try:
        yield
    finally:
        for registry, kept in zip(registries, before, strict=True):
            registry.clear()
            registry.update(kept)


@contextmanager
def declared_for_tests() -> Iterator[None]:
    """As a room's module `trust` would declare, for a while, and nothing else."""
    with kept_declarations():
        for registry in (declarations._signables, declarations._relevant, declarations._attachables):
            registry.clear()
        _declare()
        yield


@contextmanager
def declared_audits() -> Iterator[None]:
    """Audits that are signed with their findings and carry files, and nothing else."""
    with kept_declarations():
        for registry in (declarations._signables, declarations._relevant, declarations._attachables):
            registry.clear()
        finding = Child(Finding, "audit", ("number", "severity", "description"))
        signable(
            Audit,
            fields=("number", "purpose"),
            children={"findings": finding},
            meanings={APPROVED: allow(Role.QA)},
            visible=lambda user: Audit.objects.all(),
        )
        attachable(Audit, may_attach=lambda audit, user: True, visible=lambda user: Audit.objects.all())
        yield


def _declare() -> None:
    capability = Child(Capability, "site", ("modality", "operation", "stated_limits"))
    signable(
        Organization,
        fields=("legal_name", "country"),
        children={
            "sites": Child(
                Site,
                "organization",
                ("name", "city", "latitude"),
                {"capabilities": capability},
                attachments=True,
            )
        },
        meanings={
            AUTHORED: allow(Role.ASSESSOR, Role.QA, Role.PARTNER),
            APPROVED: allow(Role.QA),
        },
        title="Organization profile",
        attachments=True,
        address=lambda organization: f"/organizations/{organization.pk}/",
    )
    gmp_relevant(Organization, draft=Q(kind="unclassified"), free=("website",))
    gmp_relevant(Site, parent="organization")
    attachable(Site, may_attach=lambda site, user: True)
    attachable(
        Organization,
        visible=lambda user: Organization.objects.filter(sites__in=Site.objects.visible_to(user)).distinct(),
        may_attach=lambda organization, user: user.role in (Role.ASSESSOR, Role.QA),
        address=lambda organization: f"/organizations/{organization.pk}/",
    )


def person(role: Role = Role.ASSESSOR, name: str = "Ada Winter") -> User:
    """Somebody with a password."""
    email = f"{name.split()[0].lower()}.{role}@example.org"
    return User.objects.create_user(email, PASSWORD, full_name=name, role=role)


def session(**more: Any) -> SigningSession:
    """A session in which somebody signed in a minute ago."""
    told = {"key": "a session", "signed_in_at": timezone.now() - timedelta(minutes=1), **more}
    return SigningSession(**told)


def sign(record: Model, actor: User, meaning: Signature.Meaning = AUTHORED) -> Signature:
    """Sign as the page does."""
    here = session()
    offer = signing_offer(record, part="record", meaning=meaning, actor=actor, session=here)
    return signature_add(
        record=record,
        meaning=meaning,
        actor=actor,
        session=here,
        ticket=offer.ticket,
        password=PASSWORD,
        email=actor.email,
    )
