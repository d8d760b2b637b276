"""The default template comes into every database, as a version beside the older ones."""

import pytest

from programs.models import WorkPackage
from scorecards import default_template
from scorecards.models import Criterion, Scorecard, ScorecardTemplate
from scorecards.plans import default_scorecard_template, plan_of
from scorecards.seeding import default_template_ensure, seed_after_migrate
from scorecards.selectors import ranking_of
from tests.scorecards.evidence import AS_OF, package, site

pytestmark = pytest.mark.django_db


def first_version() -> ScorecardTemplate:
    """The default template as a database of the first release holds it, in brief."""
    made = ScorecardTemplate.objects.create(
        key=default_template.TEMPLATE_KEY, version=1, title="First", status="active"
    )
    supply = Criterion.objects.create(template=made, key="supply", title="Supply", position=1, weight=100)
    for position, rule in enumerate(("unrecorded", "stated-limits"), start=2):
        Criterion.objects.create(
            template=made,
            parent=supply,
            key=f"leaf-{rule}",
            title="Leaf",
            position=position,
            weight=50,
            rule=rule,
        )
    return made


def test_ensuring_twice_makes_it_once() -> None:
    assert default_template_ensure() == default_template_ensure()
    seed_after_migrate(using="default")
    assert ScorecardTemplate.objects.filter(key=default_template.TEMPLATE_KEY).count() == 1


def test_a_database_with_version_1_gets_version_2_and_its_scorecards_stay() -> None:
    Criterion.objects.all().delete()
    ScorecardTemplate.objects.all().delete()
    old = first_version()
    with_old: WorkPackage = package(site())
    Scorecard.objects.create(work_package=with_old, template=old)
    new = default_template_ensure()
    old.refresh_from_db()
    assert (old.status, new.status, new.version) == ("retired", "active", default_template.TEMPLATE_VERSION)
    assert default_scorecard_template() == new
    assert plan_of(with_old).template_version == 1
    assert {leaf.rule for leaf in plan_of(with_old).leaves} >= {"unrecorded"}
    assert plan_of(package()).template_version == new.version
    [first] = ranking_of(with_old, AS_OF).candidates
    assert (first.result.score, first.result.score_upper) == (0, 100)
