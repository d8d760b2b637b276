"""The directory's index is exact after every kind of write, and a process never falls behind it."""

from datetime import date

import pytest
from django.db import connection, connections, transaction

from audits.models import Inspection, RegulatoryAction, SiteIndex
from audits.site_index import FIELDS, code
from partners.models import Capability, Organization, Site
from partners.vocabulary import DosageForm, Modality
from tests import makers
from workspace.site_columns import SiteColumnsCache


def capability(site: Site, **more: object) -> Capability:
    fields = {"modality": "aav", "dosage_form": "powder", "operation": "drug_product"} | more
    return Capability.objects.create(site=site, **fields)


def indexed(site: Site) -> SiteIndex:
    return SiteIndex.objects.get(site_id=site.pk)


def part(packed: int, name: str) -> int:
    return (packed >> FIELDS[name].shift) & ((1 << FIELDS[name].bits) - 1)


@pytest.mark.django_db
def test_a_new_site_is_there_with_its_words_as_codes() -> None:
    site = makers.site("Étoile", country="FR", standing="qualified")
    row = indexed(site)
    assert (row.name_key, row.country, row.capabilities) == ("etoile", "FR", [])
    assert row.standing == code(Site.Standing, "qualified")
    assert row.kind == code(Organization.Kind, site.organization.kind)


@pytest.mark.django_db
def test_bulk_raw_and_deleted_capabilities_are_followed() -> None:
    site = makers.site()
    made = Capability.objects.bulk_create(
        [
            Capability(site=site, modality="aav", dosage_form="powder", operation="storage"),
            Capability(site=site, modality="peptide", dosage_form="tablet", operation="storage",
                       stages=["phase_1", "commercial"], batch_max=500, batch_unit="g"),
        ]
    )  # fmt: skip
    packed = indexed(site).capabilities
    assert {part(each, "modality") for each in packed} == {
        code(Modality, "aav"),
        code(Modality, "peptide"),
    }
    second = next(each for each in packed if part(each, "modality") == code(Modality, "peptide"))
    assert part(second, "dosage_form") == code(DosageForm, "tablet")
    assert part(second, "stages") == 0b10010
    assert part(second, "scale") == 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE partners_capability SET modality = 'mrna' WHERE id = %s", [made[0].pk])
    assert code(Modality, "mrna") in {part(each, "modality") for each in indexed(site).capabilities}
    Capability.objects.filter(site=site).delete()
    assert indexed(site).capabilities == []


@pytest.mark.django_db
def test_a_replaced_capability_no_longer_counts() -> None:
    site = makers.site()
    row = capability(site)
    Capability.objects.filter(pk=row.pk).update(replaced_on=date(2026, 1, 1))
    assert indexed(site).capabilities == []


@pytest.mark.django_db
def test_the_last_outcome_and_the_counts_follow_the_records() -> None:
    site, other = makers.site("A"), makers.site("B")
    rows = [
        Inspection(site=site, happened_on=date(2020, 1, day), classification=outcome)
        for day, outcome in ((3, "nai"), (9, "oai"), (5, "vai"))
    ]
    Inspection.objects.bulk_create(rows)
    RegulatoryAction.objects.create(site=site, kind="recall")
    row = indexed(site)
    assert (row.inspections, row.actions) == (3, 1)
    assert row.last_outcome == code(Inspection.Classification, "oai")
    Inspection.objects.filter(happened_on=date(2020, 1, 9)).update(site=other)
    assert indexed(site).last_outcome == code(Inspection.Classification, "vai")
    assert indexed(other).inspections == 1


@pytest.mark.django_db
def test_an_organization_that_changes_its_kind_takes_its_sites_along() -> None:
    site = makers.site(kind="unclassified")
    Organization.objects.filter(pk=site.organization_id).update(kind="laboratory")
    assert indexed(site).kind == code(Organization.Kind, "laboratory")


def test_a_process_sees_commits_in_whatever_order_they_come(committed_db: str) -> None:
    cache = SiteColumnsCache()
    first = makers.site("First")
    assert cache.current().numbers["site_id"].tolist() == [first.pk]
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("UPDATE partners_site SET country = 'DE' WHERE id = %s", [first.pk])
        # A later transaction commits before the earlier one does.
        second = makers.site("Second")
        assert cache.current().numbers["site_id"].tolist() == [first.pk, second.pk]
        assert cache.current().texts["country"][0] != "DE"
        other.commit()
        assert cache.current().texts["country"][0] == "DE"
    finally:
        other.close()
    Site.objects.filter(pk=first.pk).delete()
    assert cache.current().numbers["site_id"].tolist() == [second.pk]


def test_what_is_undone_never_reaches_other_requests(committed_db: str) -> None:
    cache = SiteColumnsCache()
    makers.site("Kept")
    cache.current()
    with transaction.atomic():
        makers.site("Undone")
        assert cache.current().count == 2
        transaction.set_rollback(True)
    assert cache.current().count == 1
