"""Classifying organizations and changing sites."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.roles import Role
from common.versions import StaleRecord
from partners.models import Organization, Site
from partners.services import organization_classify, site_update
from records.selectors import history_of
from tests import makers

pytestmark = pytest.mark.django_db


def test_a_classification_keeps_its_reason_and_its_author_in_the_history() -> None:
    actor = makers.person(Role.QA, full_name="Ingrid Solheimer")
    organization = makers.site(kind="unclassified").organization
    organization_classify(
        organization=organization, kind="cdmo", reason="Contract of May 4", version=1, actor=actor
    )
    latest = history_of(Organization, organization.pk).items[0]
    assert (latest.actor, latest.reason) == ("Ingrid Solheimer", "Contract of May 4")
    assert Organization.objects.get(pk=organization.pk).kind == "cdmo"


def test_a_classification_without_a_reason_is_refused() -> None:
    organization = makers.site(kind="unclassified").organization
    with pytest.raises(ValidationError) as refusal:
        organization_classify(organization=organization, kind="cdmo", reason="  ", version=1, actor=None)
    assert "reason" in refusal.value.message_dict


def test_a_kind_that_does_not_exist_is_refused() -> None:
    organization = makers.site(kind="unclassified").organization
    with pytest.raises(ValidationError):
        organization_classify(organization=organization, kind="bakery", reason="x", version=1, actor=None)
    assert Organization.objects.get(pk=organization.pk).kind == "unclassified"


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.EXECUTIVE, Role.PARTNER])
def test_other_roles_may_not_classify(role: Role) -> None:
    organization = makers.site(kind="unclassified").organization
    with pytest.raises(PermissionDenied):
        organization_classify(
            organization=organization, kind="cdmo", reason="x", version=1, actor=makers.person(role)
        )


def test_the_second_of_two_editors_is_told_and_overwrites_nothing() -> None:
    site = makers.site("Old name")
    site_update(site=site, version=1, changes={"name": "First"}, actor=None)
    with pytest.raises(StaleRecord) as stale:
        site_update(site=site, version=1, changes={"name": "Second"}, actor=None)
    assert stale.value.current.version == 2
    assert Site.objects.get(pk=site.pk).name == "First"


def test_saving_what_is_there_already_makes_no_new_version() -> None:
    site = makers.site("Same name")
    site_update(site=site, version=1, changes={"name": "Same name"}, actor=None)
    assert Site.objects.get(pk=site.pk).version == 1


def test_a_wrong_fei_is_refused() -> None:
    site = makers.site()
    with pytest.raises(ValidationError):
        site_update(site=site, version=1, changes={"fei": "12"}, actor=None)


def test_two_sites_may_both_lack_an_fei() -> None:
    for _ in range(2):
        site_update(site=makers.site(), version=1, changes={"fei": None}, actor=None)
    assert Site.objects.filter(fei__isnull=True).count() == 2
