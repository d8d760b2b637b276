"""A point of a plan that is a member's own: chosen in the form, found on the start page."""

from collections.abc import Callable

from django.test import Client

from accounts.models import User
from accounts.roles import Role
from logistics.models import DistributionPlan, LabelRequirement, Shipper
from tests import makers
from tests.makers import queries_of, signed_in

type At = Callable[..., str]
type ClientOf = Callable[..., Client]


def test_a_member_is_chosen_and_somebody_outside_is_written(
    client_of: ClientOf, at: At, plan: DistributionPlan
) -> None:
    client, quality = client_of(), User.objects.get(role=Role.QA, is_demo=True)
    entered = {"name": "Dewar 9", "band": "cryogenic", "requalify_months": "12", "owner": "Polar Line"}
    client.post(at("row-add", "shippers"), entered)
    row = Shipper.objects.get(plan=plan, name="Dewar 9")
    assert (row.member, row.owner) == (None, "Polar Line")
    edit = at("row-edit", "shippers", row.pk)
    assert quality.full_name in client.get(edit).content.decode()
    # The member goes before the name, so that lists, exports and papers name one person.
    client.post(edit, entered | {"member": quality.pk, "version": "1"})
    row.refresh_from_db()
    assert (row.member, row.owner) == (quality, quality.full_name)
    # Nobody outside the program can be chosen: they could not see what they are to finish.
    outsider = makers.person(Role.QA)
    refused = client.post(edit, entered | {"member": outsider.pk, "version": "2"})
    assert refused.status_code == 422
    row.refresh_from_db()
    assert row.member == quality


def test_home_shows_a_person_what_is_theirs_until_it_is_finished(
    client_of: ClientOf, at: At, plan: DistributionPlan
) -> None:
    mine = "/distribution/mine/"
    assert "My open points of distribution plans" in client_of(Role.QA).get("/").content.decode()
    page = client_of(Role.QA).get(mine).content.decode()
    assert "Vapor shipper LT-3" in page
    assert "Cassette label" not in page
    assert "Cassette label" in client_of().get(mine).content.decode()
    assert queries_of(client_of(), mine) <= 12
    # An executive may see plans, and is named for nothing.
    assert "My open points" not in client_of(Role.EXECUTIVE).get("/").content.decode()
    assert "Nothing of yours is open" in client_of(Role.EXECUTIVE).get(mine).content.decode()
    LabelRequirement.objects.filter(plan=plan, region="us").update(met_on="2026-11-01")
    assert "Cassette label" not in client_of().get(mine).content.decode()
    # Who left the program no longer sees it.
    quality = User.objects.get(role=Role.QA, is_demo=True)
    plan.work_package.program.memberships.filter(user=quality).delete()
    assert "Vapor shipper LT-3" not in signed_in(quality).get(mine).content.decode()
