"""A person's value in place of a derived one: it counts, both stay visible, and it can be taken back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from partners.models import Site
from programs.models import Program
from scorecards.freezing import freeze_content, recompute, result_data
from scorecards.models import Override
from scorecards.overrides import override_make, override_withdraw
from scorecards.selectors import ranking_of

TODAY = date(2026, 11, 1)
KEY = "proven-batch"
REASON = "Seen at the visit: the second suite doubles the batch."


@pytest.fixture
def scene(demo_db):
    program = Program.objects.get(code="AURELIA")
    package = program.packages.get()
    site = Site.objects.get(name="Alderwick Biologics, Dunfell")
    return package, site, User.objects.get(role=Role.SOURCING, is_demo=True)


def make(scene, low=40, high=60, **more):
    package, site, actor = scene
    values = {"criterion": KEY, "low": Decimal(low), "high": Decimal(high), "reason": REASON, "actor": actor}
    return override_make(package=package, site=site, **(values | more))


def cell(scene, as_of=None):
    package, site, _actor = scene
    row = ranking_of(package, as_of).candidate(site.pk)
    return row, next(cell for cell in row.criteria if cell.criterion.key == KEY)


def test_the_value_counts_and_the_derived_one_stays_visible(scene):
    before, was = cell(scene)
    make(scene, 10, 20)
    after, now = cell(scene)
    assert (now.low, now.high) == (10, 20)
    assert (now.derived.low, now.derived.high) == (was.derived.low, was.derived.high)
    assert now.override.reason == REASON
    assert after.result.score - before.result.score == pytest.approx(was.weight * (10 - was.low), abs=1e-6)


def test_only_its_own_cell_changes(scene):
    before = {row.head.key: row.result.exact_score for row in ranking_of(scene[0]).candidates}
    make(scene)
    after = {row.head.key: row.result.exact_score for row in ranking_of(scene[0]).candidates}
    assert {key for key in after if after[key] != before[key]} == {str(scene[1].pk)}


def test_a_newer_one_replaces_it_and_withdrawing_brings_the_derived_value_back(scene):
    first, derived = make(scene), cell(scene)[1].derived
    second = make(scene, 70, 70)
    first.refresh_from_db()
    assert first.withdrawn_at
    override_withdraw(
        override=second, version=second.version, reason="The suite is not ready.", actor=scene[2]
    )
    assert (cell(scene)[1].low, cell(scene)[1].override) == (pytest.approx(derived.low, abs=0.005), None)
    assert Override.objects.count() == 2


def test_a_look_back_sees_what_held_then(scene):
    row = make(scene)
    Override.objects.filter(pk=row.pk).update(made_at=row.made_at)
    yesterday = date.today() - timedelta(days=1)
    assert cell(scene, yesterday)[1].override is None
    assert cell(scene)[1].override is not None


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
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(scene, more, named):
    with pytest.raises(ValidationError) as caught:
        make(scene, **more)
    assert named is None or named in caught.value.message_dict
    assert not Override.objects.exists()


def test_an_assessor_may_not(scene):
    with pytest.raises(PermissionDenied):
        make(scene, actor=User.objects.get(role=Role.ASSESSOR, is_demo=True))


def test_a_frozen_evaluation_keeps_it_and_recomputes(scene):
    make(scene)
    ranking = ranking_of(scene[0], TODAY + timedelta(days=400))
    content = freeze_content(ranking)
    assert content.inputs["overrides"][0]["reason"] == REASON
    assert result_data(recompute(content)) == content.result
    content.inputs["overrides"] = []
    assert result_data(recompute(content)) != content.result


def test_the_form_keeps_what_was_typed_and_the_page_shows_both_values(scene):
    package, site, actor = scene
    client = Client()
    client.force_login(actor, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("scorecards:override", args=["AURELIA", site.pk, KEY])
    refused = client.post(address, {"low": "140", "reason": REASON})
    assert refused.status_code == 422
    assert REASON in refused.text
    assert client.post(address, {"low": "35", "high": "", "reason": REASON}).status_code == 302
    page = client.get(reverse("scorecards:criterion", args=["AURELIA", site.pk, KEY])).text
    assert REASON in page
    assert "Overridden" in page
    assert REASON in client.get(reverse("scorecards:overrides", args=["AURELIA"])).text
    row = Override.objects.get()
    back = reverse("scorecards:override-withdraw", args=["AURELIA", row.pk])
    assert client.post(back, {"reason": "", "version": 1}).status_code == 422
    assert client.post(back, {"reason": "Wrong site", "version": 9}).status_code == 409
    assert client.post(back, {"reason": "Wrong site", "version": 1}).status_code == 302
    assert package.scorecard.overrides.get().withdrawal_reason == "Wrong site"
