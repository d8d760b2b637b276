"""Reason for change: asked once a record has left draft, on every path; never of drafts."""

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.db import connection, transaction

from partners.models import Organization, Site
from records.context import recorded
from records.models import Entry
from records.reasons import ReasonForm, needs_reason
from records.refusals import Refused, refusals_raised, refusals_shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trusted")]


def made(kind: str) -> Organization:
    organization = Organization.objects.create(legal_name="Aster Biologics", kind=kind)
    Site.objects.create(organization=organization, name="Aster Visp")
    return organization


@pytest.fixture
def draft(db: None) -> Organization:
    return made("unclassified")


@pytest.fixture
def released(db: None) -> Organization:
    return made("cdmo")


def by_sql(statement: str) -> Callable[[Organization], object]:
    def run(organization: Organization) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, [organization.pk])

    return run


def saved(organization: Organization) -> None:
    organization.country = "FR"
    organization.save()


def in_bulk(organization: Organization) -> None:
    organization.country = "FR"
    Organization.objects.bulk_update([organization], ["country"])


WAYS: list[Callable[[Organization], Any]] = [
    saved,
    in_bulk,
    lambda o: Organization.objects.filter(pk=o.pk).update(country="FR"),
    lambda o: Organization.objects.filter(pk=o.pk).update(kind="unclassified"),
    lambda o: Site.objects.filter(organization=o).update(city="Visp"),
    lambda o: Site.objects.filter(organization=o).delete(),
    lambda o: Site.objects.filter(organization=o).delete() and o.delete(),
    by_sql("update partners_organization set country = 'FR' where id = %s"),
    by_sql(
        "insert into partners_organization select * from partners_organization where id = %s "
        "on conflict (id) do update set country = 'FR'"
    ),
    by_sql("delete from partners_site where organization_id = %s"),
]


@pytest.mark.parametrize("change", WAYS)
def test_a_draft_changes_without_a_reason(change: Callable[[Organization], Any], draft: Organization) -> None:
    change(draft)


@pytest.mark.parametrize("reason", [None, "", "   "])
@pytest.mark.parametrize("change", WAYS)
def test_once_it_has_left_draft_every_way_asks_for_one(
    change: Callable[[Organization], Any], reason: str | None, released: Organization
) -> None:
    before = Entry.objects.count()
    telling = transaction.atomic() if reason is None else recorded(reason=reason)
    with pytest.raises(Refused) as caught, refusals_raised(), telling:
        change(released)
    assert (caught.value.code, caught.value.field) == ("reason_required", "reason")
    assert Entry.objects.count() == before


@pytest.mark.parametrize("change", WAYS)
def test_with_a_reason_it_changes_and_the_reason_is_kept(
    change: Callable[[Organization], Any], released: Organization
) -> None:
    with recorded(reason="told by the site"):
        change(released)
    assert Entry.objects.order_by("id").last().reason == "told by the site"  # type: ignore[union-attr]


def test_what_follows_from_others_and_what_is_free_asks_for_nothing(released: Organization) -> None:
    Organization.objects.filter(pk=released.pk).update(website="https://aster.example", version=7)
    released.save()


def test_leaving_draft_itself_asks_for_nothing(draft: Organization) -> None:
    Organization.objects.filter(pk=draft.pk).update(kind="cdmo")
    assert needs_reason(draft)


def test_one_statement_over_drafts_and_others_is_refused_as_a_whole(
    draft: Organization, released: Organization
) -> None:
    with pytest.raises(Refused), refusals_raised(), transaction.atomic():
        Organization.objects.update(country="FR")
    assert not Organization.objects.filter(country="FR").exists()


class CountryForm(ReasonForm, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Organization
        fields = ("country",)


def test_the_form_asks_only_where_a_reason_is_needed(draft: Organization, released: Organization) -> None:
    assert not needs_reason(draft)
    assert not needs_reason(draft.sites.get())
    assert needs_reason(released.sites.get())
    assert "reason" not in CountryForm(instance=draft).fields
    assert "reason" not in CountryForm().fields
    assert "reason" in CountryForm(instance=released).fields
    blank = CountryForm({"country": "FR", "reason": "  "}, instance=released)
    assert not blank.is_valid()
    assert "Say why" in blank.errors["reason"][0]
    told = CountryForm({"country": "FR", "reason": " moved "}, instance=released)
    assert told.is_valid()
    assert told.reason == "moved"


def test_a_refusal_stands_beside_the_field_and_what_was_typed_stays(released: Organization) -> None:
    form = CountryForm({"country": "FR", "reason": "moved"}, instance=released)
    assert form.is_valid()
    with refusals_shown(form), transaction.atomic():
        Organization.objects.filter(pk=released.pk).update(country="FR")
    assert "Say why" in form.errors["reason"][0]
    assert form["country"].value() == "FR"
