"""Organizations and sites entered by hand."""

import pytest
from django.test import Client

from accounts.roles import Role
from partners.models import Organization, Site
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return makers.signed_in(makers.person(Role.SOURCING))


def test_an_organization_and_its_first_site_are_added_by_hand(browser: Client) -> None:
    form = {"legal_name": "Brume Biologics", "kind": "cdmo", "country": "FR", "duns": "12-345-6789"}
    answer = browser.post("/organizations/new/", form)
    made = Organization.objects.get(legal_name="Brume Biologics")
    assert (answer.status_code, made.duns) == (302, "123456789")
    page = browser.get(answer.headers["Location"]).text
    assert 'value="Brume Biologics"' in page
    site = {"organization_name": "BRUME biologics", "name": "Brume Arles", "standing": "draft"}
    browser.post("/sites/new/", site | {"aliases": "Brume, Arles plant\n\nBrume II\n", "fei": ""})
    added = Site.objects.get(name="Brume Arles")
    assert added.organization == made
    assert sorted(added.aliases.values_list("name", flat=True)) == ["Brume II", "Brume, Arles plant"]


def test_nearly_the_same_name_is_shown_first_and_saved_when_it_is_another(browser: Client) -> None:
    there = makers.site("Northgate Fill Finish").organization
    Organization.objects.filter(pk=there.pk).update(
        legal_name="Northgate Pharma", name_key="northgate pharma"
    )
    form = {"legal_name": "Northgate Pharmaa", "kind": "cdmo"}
    page = browser.post("/organizations/new/", form)
    assert page.status_code == 422
    assert "Nearly the same name" in page.text
    assert "Northgate Pharma</a>" in page.text
    assert Organization.objects.filter(legal_name="Northgate Pharmaa").count() == 0
    assert browser.post("/organizations/new/", form | {"is_another": "on"}).status_code == 302
    site = {"organization_name": "Northgate Pharma", "name": "Northgate Fill-Finish", "standing": "draft"}
    assert "Northgate Fill Finish</a>" in browser.post("/sites/new/", site).text
    assert browser.post("/sites/new/", site | {"is_another": "on"}).status_code == 302


def test_an_organization_is_changed_and_cannot_stand_above_itself(browser: Client) -> None:
    child = makers.site().organization
    parent = Organization.objects.create(legal_name="Holding of Test")
    address = f"/organizations/{child.pk}/edit/"
    form = {"legal_name": child.legal_name, "kind": "cdmo", "parent_name": "holding of test", "version": 1}
    assert browser.post(address, form | {"lei": "short"}).status_code == 422
    assert browser.post(address, form | {"parent_name": "Nobody known"}).status_code == 422
    assert browser.post(address, form).status_code == 302
    child.refresh_from_db()
    assert child.parent == parent
    above = {"legal_name": parent.legal_name, "kind": "cdmo", "parent_name": child.legal_name, "version": 1}
    page = browser.post(f"/organizations/{parent.pk}/edit/", above)
    assert (page.status_code, "cannot stand above itself" in page.text) == (422, True)
    late = browser.post(address, form | {"ownership": "family-owned"})
    assert late.status_code == 409


def test_aliases_of_a_site_are_changed_with_it(browser: Client) -> None:
    site = makers.site("Here", aliases=("Old name",))
    form = {"name": "Here", "fei": site.fei, "country": "FR", "standing": "active", "version": 1}
    assert "Old name" in browser.get(f"/sites/{site.pk}/edit/").text
    browser.post(f"/sites/{site.pk}/edit/", form | {"aliases": "New name"})
    assert list(site.aliases.values_list("name", flat=True)) == ["New name"]
