"""A person's value in place of a derived one: it counts, both stay visible, and it can be taken back."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from partners.models import Site
from programs.models import Program, WorkPackage
from scorecards.freezing import freeze_content, recompute, result_data
from scorecards.models import Override
from scorecards.overrides import override_make, override_withdraw
from scorecards.ranking import CriterionResult, RankedCandidate
from scorecards.selectors import ranking_of
from tests import makers

TODAY = date(2026, 11, 1)
KEY = "proven-batch"
REASON = "Seen at the visit: the second suite doubles the batch."


@dataclass(frozen=True)
class Scene:
    package: WorkPackage
    site: Site
    actor: User


@pytest.fixture
def scene(demo_db: None) -> Scene:
    return Scene(
        package=Program.objects.get(code="AURELIA").packages.get(),
        site=Site.objects.get(name="Alderwick Biologics, Dunfell"),
        actor=User.objects.get(role=Role.SOURCING, is_demo=True),
    )


def make(scene: Scene, low: int = 40, high: int = 60, **more: Any) -> Override:
    values: dict[str, Any] = {
        "criterion": KEY,
        "low": Decimal(low),
        "high": Decimal(high),
        "reason": REASON,
        "actor": scene.actor,
    }
    return override_make(package=scene.package, site=scene.site, **(values | more))


def row_of(scene: Scene) -> RankedCandidate:
    row = ranking_of(scene.package).candidate(scene.site.pk)
    assert row is not None
    return row


def cell(scene: Scene, as_of: date | None = None) -> CriterionResult:
    row = ranking_of(scene.package, as_of).candidate(scene.site.pk)
    assert row is not None
    return next(cell for cell in row.criteria if cell.criterion.key == KEY)


def test_the_value_counts_and_the_derived_one_stays_visible(scene: Scene) -> None:
    before, was = row_of(scene), cell(scene)
    make(scene, 10, 20)
    after, now = row_of(scene), cell(scene)
    assert (now.low, now.high) == (10, 20)
    assert (now.derived.low, now.derived.high) == (was.derived.low, was.derived.high)
    assert now.override is not None
    assert now.override.reason == REASON
    assert after.result.score - before.result.score == pytest.approx(was.weight * (10 - was.low), abs=1e-6)


def test_only_its_own_cell_changes(scene: Scene) -> None:
    before = {row.head.key: row.result.exact_score for row in ranking_of(scene.package).candidates}
    make(scene)
    after = {row.head.key: row.result.exact_score for row in ranking_of(scene.package).candidates}
    assert {key for key in after if after[key] != before[key]} == {str(scene.site.pk)}


def test_a_newer_one_replaces_it_and_withdrawing_brings_the_derived_value_back(scene: Scene) -> None:
    first, derived = make(scene), cell(scene).derived
    second = make(scene, 70, 70)
    first.refresh_from_db()
    assert first.withdrawn_at
    override_withdraw(
        override=second, version=second.version, reason="The suite is not ready.", actor=scene.actor
    )
    assert cell(scene).override is None
    assert cell(scene).low == pytest.approx(derived.low, abs=0.005)
    assert Override.objects.count() == 2


def test_a_look_back_sees_what_held_then(scene: Scene) -> None:
    row = make(scene)
    Override.objects.filter(pk=row.pk).update(made_at=row.made_at)
    yesterday = date.today() - timedelta(days=1)
    assert cell(scene, yesterday).override is None
    assert cell(scene).override is not None


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"reason": "  "}, "reason"),
        ({"low": Decimal(70), "high": Decimal(60)}, "high"),
        ({"high": Decimal(101)}, "high"),
        ({"criterion": "modality"}, None),
        ({"criterion": "nothing"}, None),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(
    scene: Scene, more: dict[str, Any], named: str | None
) -> None:
    with pytest.raises(ValidationError) as caught:
        make(scene, **more)
    assert named is None or named in caught.value.message_dict
    assert not Override.objects.exists()


def test_an_assessor_may_not(scene: Scene) -> None:
    with pytest.raises(PermissionDenied):
        make(scene, actor=User.objects.get(role=Role.ASSESSOR, is_demo=True))


def test_a_frozen_evaluation_keeps_it_and_recomputes(scene: Scene) -> None:
    make(scene)
    ranking = ranking_of(scene.package)
    content = freeze_content(ranking)
    assert content.inputs["overrides"][0]["reason"] == REASON
    assert result_data(recompute(content)) == content.result
    content.inputs["overrides"] = []
    assert result_data(recompute(content)) != content.result


def test_the_form_keeps_what_was_typed_and_the_page_shows_both_values(scene: Scene) -> None:
    client = makers.signed_in(scene.actor)
    address = reverse("scorecards:override", args=["AURELIA", scene.site.pk, KEY])
    refused = client.post(address, {"low": "140", "reason": REASON})
    assert refused.status_code == 422
    assert REASON in refused.text
    assert client.post(address, {"low": "35", "high": "", "reason": REASON}).status_code == 302
    page = client.get(reverse("scorecards:criterion", args=["AURELIA", scene.site.pk, KEY])).text
    assert REASON in page
    assert "Overridden" in page
    assert REASON in client.get(reverse("scorecards:overrides", args=["AURELIA"])).text
    # Whoever reads the ranking, or what was frozen of it, is told.
    assert "1 value overridden" in client.get(reverse("scorecards:scorecard", args=["AURELIA"])).text
    frozen = client.post(reverse("scorecards:freeze", args=["AURELIA"]), follow=True).text
    assert REASON in frozen
    assert scene.site.name in frozen
    row = Override.objects.get()
    back = reverse("scorecards:override-withdraw", args=["AURELIA", row.pk])
    assert client.post(back, {"reason": "", "version": 1}).status_code == 422
    assert client.post(back, {"reason": "Wrong site", "version": 9}).status_code == 409
    assert client.post(back, {"reason": "Wrong site", "version": 1}).status_code == 302
    assert scene.package.scorecard.overrides.get().withdrawal_reason == "Wrong site"
