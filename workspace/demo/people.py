"""Demonstration accounts: one for each role, with a password that this instance made up for itself."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.utils import timezone

from accounts.models import AccessToken, User
from accounts.roles import Role
from accounts.tokens import token_create

DOMAIN = "demo.cmo-eval.example"
WORDS = (
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "heron",
    "islet",
    "juniper",
    "larch",
    "maple",
)


@dataclass(frozen=True)
class Person:
    email: str
    full_name: str
    role: Role
    language: str = "en"


PEOPLE = (
    Person(f"sourcing@{DOMAIN}", "Clara Whitlock", Role.SOURCING),
    Person(f"assessor@{DOMAIN}", "Bastien Marchetal", Role.ASSESSOR, "fr"),
    Person(f"qa@{DOMAIN}", "Ingrid Solheimer", Role.QA),
    Person(f"executive@{DOMAIN}", "Yvonne Carradec", Role.EXECUTIVE, "fr"),
    Person(f"admin@{DOMAIN}", "Tobias Renfield", Role.ADMINISTRATOR),
    Person(f"partner@{DOMAIN}", "Mireille Ostrander", Role.PARTNER),
)


def demo_password(data_dir: Path) -> str:
    """This instance's demonstration password, made up at first use and kept in the data folder (mode 0600)."""
    path = data_dir / "demo_password"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(
            "-".join([*(secrets.choice(WORDS) for _ in range(3)), str(secrets.randbelow(9000) + 1000)])
        )
    return path.read_text().strip()


def people_seed(*, password: str) -> dict[Role, User]:
    """Create the demonstration accounts that are missing and set their password."""
    made = {}
    for person in PEOPLE:
        user = User.objects.filter(email=person.email).first()
        if user is None:
            user = User.objects.create_user(
                person.email,
                password,
                full_name=person.full_name,
                role=person.role,
                language=person.language,
                is_demo=True,
            )
        made[person.role] = user
    return made


def tokens_seed(people: Mapping[Role, User]) -> None:
    """Two access tokens to look at. Nobody knows their secrets."""
    now = timezone.now()
    for role, name, scopes, used in (
        (Role.QA, "Quality management system", ("read", "import"), timedelta(hours=3)),
        (Role.SOURCING, "Supply notebook", ("read",), timedelta(days=9)),
    ):
        made = token_create(
            name=name,
            scopes=scopes,
            expires_on=timezone.localdate() + timedelta(days=200),
            entry_key=uuid4(),
            actor=people[role],
        )
        AccessToken.objects.filter(pk=made.token.pk).update(last_used_at=now - used)
