"""A program and its lead."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from programs.models import Program
from tests import makers


@pytest.fixture
def lead() -> User:
    return makers.person(Role.SOURCING)


@pytest.fixture
def browser(lead: User) -> Client:
    return makers.signed_in(lead)


@pytest.fixture
def program(lead: User) -> Program:
    return makers.program("AUR-101", lead)
