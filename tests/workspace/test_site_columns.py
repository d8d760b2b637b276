"""The directory's index is exact after every kind of write, and a process never falls behind it."""

import tracemalloc
from datetime import date, timedelta
from random import Random

import numpy as np
import pytest
from django.db import connection, connections, transaction

from audits.models import Inspection, RegulatoryAction, SiteIndex
from audits.site_index import FIELDS, NEVER, code
from partners.models import Capability, Organization, Site, SiteAlias
from partners.vocabulary import DosageForm, Modality
from tests import makers
from workspace.site_index.cache import READ, SiteColumnsCache
from workspace.site_index.columns import NUMBERS, TEXTS, SiteColumns, columns_from


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


def as_read_anew() -> SiteColumns:
    with connection.cursor() as cursor:
        cursor.execute(READ)
        return columns_from(cursor.fetchall())


def assert_same(kept: SiteColumns, fresh: SiteColumns) -> None:
    for name in NUMBERS:
        assert kept.numbers[name].tolist() == fresh.numbers[name].tolist()
    for name in TEXTS:
        assert list(kept.texts[name]) == list(fresh.texts[name])
    for ours, theirs in ((kept.packed, fresh.packed), (kept.expiries, fresh.expiries)):
        assert ours.values.tolist() == theirs.values.tolist()
        assert ours.starts.tolist() == theirs.starts.tolist()
    for name in ("name_key", "organization_key", "city_key", "fei", "last_inspected"):
        assert kept.order(name).tolist() == fresh.order(name).tolist()
    for text in ("alderwick", "alderwik", "bio"):
        ours_close, theirs_close = kept.names.closeness(text), fresh.names.closeness(text)
        assert ours_close is not None
        assert theirs_close is not None
        assert ours_close.tolist() == theirs_close.tolist()


@pytest.mark.parametrize("seed", [1, 2])
def test_what_two_processes_hold_is_what_reading_anew_gives_after_any_writes(
    committed_db: str, seed: int
) -> None:
    random = Random(seed)
    web = [SiteColumnsCache(), SiteColumnsCache()]
    for step in range(24):
        sites = list(Site.objects.order_by("pk"))
        site = random.choice(sites) if sites else None
        act = random.choice(("new", "new", "name", "alias", "capability", "bulk", "delete", "undone", "raw"))
        if act == "new" or site is None:
            makers.site(f"{random.choice(('Alderwick', 'Zeta', 'Mu'))} Bio {step}", city="Nantes")
        elif act == "name":
            Site.objects.filter(pk=site.pk).update(name_key=f"alderwick {step}", city="Bern")
        elif act == "alias":
            SiteAlias.objects.create(site=site, name=f"Alderwyck {step}")
        elif act == "capability":
            capability(site, expires_on=date(2026, 1, step + 1))
        elif act == "bulk":
            rows = [
                Inspection(site=each, happened_on=date(2020, 1, step + 1), classification="vai")
                for each in sites
            ]
            Inspection.objects.bulk_create(rows)
        elif act == "delete":
            Inspection.objects.filter(site=site).delete()
            site.delete()
        elif act == "undone":
            with transaction.atomic():
                Inspection.objects.filter(site=site).delete()
                site.delete()
                transaction.set_rollback(True)
        else:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE partners_site SET fei = %s WHERE id = %s", [str(7000 + step), site.pk])
        # The second process is asked less often, and meets several changes at once.
        for cache in web[: 2 if step % 3 == 0 else 1]:
            assert_same(cache.current(), as_read_anew())


def test_nothing_is_read_again_while_nothing_is_written(committed_db: str) -> None:
    cache = SiteColumnsCache()
    makers.site()
    # A transaction that stays open keeps the horizon where it is.
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        cache.current()
        makers.site()
        held = cache.current()
        assert held.count == 2
        assert cache.current() is held
    finally:
        other.close()


@pytest.mark.django_db
def test_a_capability_holds_as_long_as_the_latest_evidence_of_it() -> None:
    site, today = makers.site(), date(2026, 5, 5)
    capability(site, expires_on=today - timedelta(days=1))
    row = indexed(site)
    assert row.expiries == [(today - date(1970, 1, 2)).days]
    capability(site, expires_on=today)
    assert indexed(site).expiries == [(today - date(1970, 1, 1)).days]
    assert len(indexed(site).capabilities) == 1
    capability(site)
    assert indexed(site).expiries == [NEVER]


def test_a_site_takes_less_than_a_kilobyte_of_a_process() -> None:
    sites = 5_000
    rows = [
        (
            *(at, 2, 2, 1, 20_000, 3, 0, "FR", f"alderwick biologics {at}", f"alderwick group {at}"),
            *("nantes", str(3_000_000_000 + at), f"alderwick bio {at}", [at, at + 1], [NEVER, NEVER]),
        )
        for at in range(sites)
    ]
    tracemalloc.start()
    try:
        columns = columns_from(rows)
        columns.order("name_key")
        columns.names.closeness("alderwik")
        columns.abilities(date(2026, 1, 1)).counts(np.ones(sites, dtype=np.bool_), None)
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert held / sites < 1_000
