"""Sites, programs and evidence in the database, with as few words as possible."""

from datetime import date
from itertools import count
from typing import Any

from accounts.models import User
from accounts.roles import Role
from audits.models import Citation, Inspection, RegulatoryAction
from partners.models import Capability, Organization, Site
from programs.models import Candidate, Membership, Program, WorkPackage

AS_OF = date(2026, 1, 1)
_numbers = count(1)


def person(role: str = Role.SOURCING, program: Program | None = None) -> User:
    user = User.objects.create_user(f"{role}{next(_numbers)}@example.com", None, full_name="Ada", role=role)
    if program is not None:
        Membership.objects.create(program=program, user=user)
    return user


def site(name: str = "Elmstead Works", fei: str | None = None) -> Site:
    organization = Organization.objects.create(legal_name=f"{name} Ltd", kind="cdmo")
    return Site.objects.create(organization=organization, name=name, fei=fei)


def package(*sites: Site, **needs: Any) -> WorkPackage:
    """A program for an oral small molecule with these candidates."""
    fields = {"modality": "small_molecule", "dosage_form": "tablet", "route": "oral", "stage": "commercial"}
    program = Program.objects.create(code=f"P-{next(_numbers)}", name="Program", **{**fields, **needs})
    made = WorkPackage.objects.create(program=program, position=1)
    for candidate in sites:
        Candidate.objects.create(work_package=made, site=candidate)
    return made


def inspection(at: Site, ended_on: str, classification: str = "nai", **more: Any) -> Inspection:
    return Inspection.objects.create(
        site=at,
        classification=classification,
        **{"is_drug_gmp": True, **_dated(ended_on), **more},
    )


def action(at: Site | None, day: str, kind: str, **more: Any) -> RegulatoryAction:
    match = "matched" if at else "unmatched"
    return RegulatoryAction.objects.create(site=at, kind=kind, match_state=match, **{**_dated(day), **more})


def citation(at: Site, happened_on: str, regulation: str, **more: Any) -> Citation:
    return Citation.objects.create(
        site=at, regulation=regulation, **{"is_drug_gmp": True, **_dated(happened_on), **more}
    )


def capability(at: Site, **more: Any) -> Capability:
    fields = {
        "modality": "small_molecule",
        "dosage_form": "tablet",
        "route": "oral",
        "operation": "drug_product",
        "stages": ["commercial"],
        **_dated("2024-01-01"),
    }
    return Capability.objects.create(site=at, **{**fields, **more})


def _dated(day: str) -> dict[str, Any]:
    return {
        "happened_on": date.fromisoformat(day),
        "known_on": date.fromisoformat(day),
        "known_on_basis": "source",
    }
