"""What of a plan is late: a day that has passed, and a row that is not finished."""

from datetime import timedelta

from accounts.models import User
from accounts.roles import Role
from logistics.due import late_lines
from logistics.models import DistributionPlan, Lane, Playbook, Shipper
from tests.conftest import DEMO_DAY


def test_lanes_shippers_and_disruptions_are_late_too(plan: DistributionPlan) -> None:
    lead = User.objects.get(role=Role.SOURCING, is_demo=True)
    past, today = DEMO_DAY - timedelta(days=3), DEMO_DAY
    lane = Lane.objects.get(plan=plan, name="Fjellvik–Valserine")
    Lane.objects.filter(plan=plan).update(due_on=past)
    Playbook.objects.filter(plan=plan).update(due_on=past)
    Shipper.objects.filter(plan=plan).update(due_on=past)

    def late(kind: str) -> set[str]:
        return {line.text for line in late_lines(lead, today) if line.key == kind}

    # One shipper lapsed two months ago; all lanes are mapped, all disruptions led.
    assert (late("lanes"), late("shippers"), late("playbook")) == (set(), {"Vapor shipper LT-3"}, set())
    lane.legs.filter(position=2).update(taker=None)
    Playbook.objects.filter(plan=plan, scenario="excursion").update(communication="")
    good = Shipper.objects.get(plan=plan, name="Vapor shipper CX-7")
    for requalified, counts in (("2025-11-02", True), ("2025-11-01", False)):
        Shipper.objects.filter(pk=good.pk).update(requalified_on=requalified)
        good.refresh_from_db()
        assert (good.valid_until is not None and good.valid_until >= today) is counts
        assert (good.name in late("shippers")) is not counts
    assert late("lanes") == {lane.name}
    assert late("playbook") == {"Logger above −150 °C"}
