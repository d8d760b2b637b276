"""A link is shown to those who may open it, as the view itself says."""

import pytest
from django.template import Context, Template

from accounts.models import User
from accounts.roles import Role


@pytest.mark.parametrize(("role", "shown"), [(Role.SOURCING, "True"), (Role.ASSESSOR, "False")])
def test_the_tag_asks_the_view(role: Role, shown: str) -> None:
    page = Template('{% load access %}{% may_open "reports:report-create" as may %}{{ may }}')
    assert page.render(Context({"user": User(email="x@example.com", role=role)})) == shown
