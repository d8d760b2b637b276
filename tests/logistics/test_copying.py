"""The copy of a program takes its distribution plan along where a person asks for it."""

from collections.abc import Callable

from django.test import Client

from logistics.models import (
    CareSite,
    DistributionPlan,
    DryRun,
    Handoff,
    Lane,
    MockReview,
    Party,
    Shipper,
    SiteCheck,
    SiteOnboarding,
)
from logistics.selectors import plan_of, whole_of
from programs.models import Program
from scorecards.plans import plan_of as scorecard_plan_of
from tests.conftest import DEMO_DAY

type ClientOf = Callable[..., Client]


def test_a_copy_takes_the_plan_along_and_leaves_what_was_done(
    client_of: ClientOf, plan: DistributionPlan
) -> None:
    client = client_of()
    page = client.get("/programs/DORADO/copy/").content.decode()
    assert "Copy the distribution plan too" in page
    assert "distribution plan" not in client.get("/programs/AURELIA/copy/").content.decode()
    client.post("/programs/DORADO/copy/", {"code": "BARE", "name": "Bare"})
    assert plan_of(Program.objects.get(code="BARE")) is None
    DistributionPlan.objects.update(state="in_force")
    client.post("/programs/DORADO/copy/", {"code": "FULL", "name": "Full", "with_plan": "on"})
    full = Program.objects.get(code="FULL")
    copy = plan_of(full)
    assert copy is not None
    assert (copy.state, copy.band, copy.zone, copy.go_live_on) == ("draft", plan.band, plan.zone, None)
    # Lanes lead to the care sites of the copy, by the hands and in the shippers of the copy.
    for lane in Lane.objects.filter(plan=copy):
        assert lane.care_site.plan_id == lane.shipper.plan_id == copy.pk
    legs = Handoff.objects.filter(plan=copy)
    assert legs.count() == Handoff.objects.filter(plan=plan).count() > 0
    assert set(legs.values_list("giver__plan", flat=True)) == {copy.pk}
    # What happened for the first product says nothing of this one.
    for model in (DryRun, MockReview, SiteCheck):
        assert not model.objects.filter(plan=copy).exists()
    assert not SiteOnboarding.objects.filter(plan=copy).exclude(approved_on=None).exists()
    assert not Shipper.objects.filter(plan=copy).exclude(member=None, due_on=None).exists()
    assert Shipper.objects.filter(plan=copy).exclude(owner="").exists()
    # Nobody is a candidate of the copy, so no party is one.
    assert not Party.objects.filter(plan=copy).exclude(site=None).exists()
    assert len(whole_of(copy, full, DEMO_DAY).readiness.sites) == CareSite.objects.filter(plan=plan).count()
    # The work package of the logistics partner is judged by its template in the copy as well.
    templates = [scorecard_plan_of(package).template_key for package in full.packages.order_by("position")]
    assert templates == ["drug-cdmo", "cgt-3pl"]


def test_parties_stay_candidates_where_candidates_come_along(
    client_of: ClientOf, plan: DistributionPlan
) -> None:
    form = {"code": "WITH", "name": "With", "with_plan": "on", "with_candidates": "on"}
    client_of().post("/programs/DORADO/copy/", form)
    parties = Party.objects.filter(plan__work_package__program__code="WITH")
    before = set(Party.objects.filter(plan=plan).values_list("name", "site"))
    assert set(parties.values_list("name", "site")) == before
