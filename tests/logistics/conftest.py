"""The plan of the demonstration, and a person of each role who may see it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from logistics.models import DistributionPlan
from programs.models import Program
from tests.makers import signed_in


@pytest.fixture
def program(demo_db: None) -> Program:
    return Program.objects.get(code="DORADO")


@pytest.fixture
def plan(program: Program) -> DistributionPlan:
    found: DistributionPlan = DistributionPlan.objects.get(work_package=program.package)
    return found


@pytest.fixture
def client_of(plan: DistributionPlan) -> Callable[..., Client]:
    def made(role: Role = Role.SOURCING, language: str = "en") -> Client:
        return signed_in(User.objects.get(role=role, is_demo=True), language)

    return made


@pytest.fixture
def at() -> Callable[..., str]:
    """The address of a page of the plan."""

    def found(name: str, *args: object) -> str:
        return reverse(f"logistics:{name}", args=["DORADO", *args])

    return found
