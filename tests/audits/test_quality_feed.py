"""CAPAs of the demonstration reach the rule on deviations and CAPA, and differ by the level of the site."""

import pytest

from programs.models import WorkPackage
from scorecards.derivation.facts import day
from scorecards.derivation.rules import derive
from scorecards.gathering import gather_facts
from scorecards.plans import plan_of
from scorecards.selectors import need_of
from tests.conftest import DEMO_DAY

pytestmark = pytest.mark.usefixtures("demo_db")


def test_a_site_that_finishes_in_time_scores_above_one_that_does_not() -> None:
    package = WorkPackage.objects.select_related("program").get(program__code="AURELIA")
    sites = dict(package.candidates.values_list("site__city", "site_id"))
    facts = gather_facts(sorted(sites.values()), package.pk)
    assert len(facts.capas) >= 5
    derived = derive(facts, need_of(package.program, package), day(DEMO_DAY), plan_of(package).anchors)
    scores = derived.scores["deviations-capa"]
    place = {site_id: number for number, site_id in enumerate(facts.sites.tolist())}
    low = {city: float(scores.low[place[site_id]]) for city, site_id in sites.items()}
    high = {city: float(scores.high[place[site_id]]) for city, site_id in sites.items()}
    assert low["Corran Bridge"] > high["Monteloup"]
    assert low["Corran Bridge"] > low["Ashcombe"]
