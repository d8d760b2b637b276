"""The offers that a comparison shows: those of its day, as they stood on it."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from programs.models import Candidate, Proposal
from programs.proposals import proposals_on
from records.context import recorded
from reports.figures.compare import Question, comparison_figures
from reports.figures.due_diligence import ChainHead
from tests.reports.conftest import AS_OF, World


def test_offers_are_those_of_the_day_as_they_stood_on_it(world: World) -> None:
    package = world.program.package
    package.program = world.program
    candidate = Candidate.objects.get(work_package=package, site=world.site)
    with recorded(actor=None, reason="test"):
        early = candidate.proposals.create(received_on=AS_OF, cost=Decimal(100), currency="CHF")
        candidate.proposals.create(received_on=AS_OF + timedelta(days=1), cost=Decimal(200), currency="CHF")
    with recorded(actor=None, reason="a slip"):
        Proposal.objects.filter(pk=early.pk).update(cost=Decimal(150))

    def cost(as_of: date) -> Decimal | None:
        question = Question(package, (world.site.pk, world.other.pk), as_of)
        told = comparison_figures(
            question, issued_at=timezone.now(), requested_by="", history=ChainHead(0, "")
        )
        offer = next(each.offer for each in told.profiles if each.site_id == world.site.pk)
        return offer.cost if offer else None

    assert cost(AS_OF - timedelta(days=1)) is None
    # Recorded after the day, so it counts as it was first recorded.
    assert cost(AS_OF) == Decimal(100)
    assert cost(timezone.localdate()) == Decimal(200)
    assert [row.candidate.site.organization for row in proposals_on(package, AS_OF)] == [
        world.site.organization
    ]
