"""Two clicks at once, on two connections: the second waits, and then finds what the first wrote."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.roles import Role
from logistics.kinds.registry import KINDS
from logistics.models import DistributionPlan, LabelRequirement
from logistics.services import row_add
from programs.models import WorkPackage
from tests import makers
from tests.racing import Other


def test_the_second_of_two_clicks_is_told(committed_db: str) -> None:
    lead = makers.person(Role.SOURCING)
    package = WorkPackage.objects.get(program=makers.program("CELL", lead))
    plan = DistributionPlan.objects.create(work_package=package)
    values: dict[str, Any] = {"region": "eu", "level": "inner", "requirement": "Store below −150 °C"}

    def click() -> None:
        row_add(kind=KINDS["labels"], plan=plan, values=dict(values), actor=lead)

    with transaction.atomic():
        click()
        second = Other(click)
        assert second.waits()
    assert isinstance(second.ended(), ValidationError)
    assert LabelRequirement.objects.count() == 1
