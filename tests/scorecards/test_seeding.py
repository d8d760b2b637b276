"""The default template comes into every database; scorecards follow a newer one when a person says so."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from common.versions import StaleRecord
from programs.models import WorkPackage
from scorecards import default_template
from scorecards.following import newer_template, scorecard_template_follow
from scorecards.models import Criterion, Scorecard, ScorecardTemplate
from scorecards.plans import default_scorecard_template, plan_of
from scorecards.seeding import default_template_ensure, seed_after_migrate
from scorecards.selectors import ranking_of
from scorecards.services import (
    evaluation_freeze,
    evaluation_verify,
    scorecard_weights_set,
    scorecard_weights_undo,
)
from tests.makers import BACKEND
from tests.scorecards.evidence import AS_OF, package, person, site

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


@pytest.fixture
def older() -> WorkPackage:
    """A package whose scorecard began with an older version; one group has lost a criterion since."""
    chosen = package(site())
    scorecard_weights_set(
        package=chosen, weights={"regulatory": Decimal(20), "fit": Decimal(26), "reviews": Decimal(35),
        "early-warning": Decimal(25), "capital-spending": Decimal(5), "stability": Decimal(50)},
        reason="Ours", version=0, actor=None,
    )  # fmt: skip
    used = Scorecard.objects.get().template
    newer = ScorecardTemplate.objects.create(
        key=used.key, version=used.version + 1, title="T", status="active"
    )
    groups: dict[str, Criterion] = {}
    for row in used.criteria.select_related("parent").order_by("position"):
        gone, key = row.key == "customers", row.key
        if not gone:
            parent = groups.get(row.parent.key) if row.parent else None
            row.pk, row.template, row.parent = None, newer, parent
            row.weight += 15 if key == "people" else 0
            row.save(force_insert=True)
            groups[key] = row
    return chosen


def test_a_scorecard_follows_and_keeps_the_weights_of_groups_that_stayed(older: WorkPackage) -> None:
    before = plan_of(older)
    frozen, _created = evaluation_freeze(package=older, as_of=AS_OF, actor=None)
    newer = newer_template(before)
    assert newer is not None
    scorecard_template_follow(package=older, version=before.version, actor=None)
    after = plan_of(older)
    assert (after.template_version, after.version) == (newer.version, before.version + 1)
    assert (after.weights["regulatory"], after.weights["reviews"]) == (Decimal(20), Decimal(35))
    assert (after.weights["stability"], after.weights["people"]) == (Decimal(40), Decimal(45)), (
        "the group is another one"
    )
    assert newer_template(after) is None
    assert evaluation_verify(run=frozen).holds
    with pytest.raises(ValidationError):
        scorecard_weights_undo(package=older, version=after.version, actor=None)
    with pytest.raises(ValidationError):
        scorecard_template_follow(package=older, version=after.version, actor=None)


def test_the_second_of_two_who_follow_is_told(older: WorkPackage) -> None:
    with pytest.raises(StaleRecord):
        scorecard_template_follow(package=older, version=99, actor=None)
    with pytest.raises(PermissionDenied):
        scorecard_template_follow(package=older, version=1, actor=person(Role.EXECUTIVE, older.program))


def test_the_page_of_the_weights_offers_the_newer_version(older: WorkPackage, client: Client) -> None:
    client.force_login(person(program=older.program), backend=BACKEND)
    address = reverse("scorecards:weights", args=[older.program.code])
    assert "Use version" in client.get(address).content.decode()
    client.post(reverse("scorecards:template-follow", args=[older.program.code]))
    assert "Use version" not in client.get(address).content.decode()
