"""A site's regulatory life: what was known on a day, in three queries."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from audits.models import Citation, Inspection, RegulatoryAction
from audits.selectors import site_regulatory_life
from partners.models import Organization, Site

pytestmark = pytest.mark.django_db
AS_OF = date(2024, 6, 30)


@pytest.fixture
def site() -> Site:
    organization = Organization.objects.create(legal_name="Example Ltd", kind="cdmo")
    return Site.objects.create(organization=organization, name="Example", fei="3001")


def act(site: Site, kind: str = "recall", **values: Any) -> RegulatoryAction:
    dates = {"happened_on": date(2023, 1, 5), "known_on": date(2023, 1, 12)}
    return RegulatoryAction.objects.create(site=site, kind=kind, **(dates | values))


def test_a_site_without_records_has_an_empty_life(site: Site) -> None:
    life = site_regulatory_life(site, AS_OF)
    assert life.is_empty
    assert (life.records, life.recall_events, life.source_files, life.cited_regulations) == (0, (), (), ())


def test_the_number_of_queries_does_not_depend_on_the_number_of_records(
    site: Site, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        act(site, event_key=str(number))
        Inspection.objects.create(site=site, known_on=date(2023, 1, 1), inspection_number=str(number))
        Citation.objects.create(site=site, known_on=date(2023, 1, 1), regulation=f"21 CFR 211.{number}")
    with django_assert_num_queries(4):
        life = site_regulatory_life(site, AS_OF)
        _touched = (life.recall_events, life.source_files, life.cited_regulations, life.by_kind)
    assert life.records == 90


def test_what_was_published_later_was_not_known(site: Site) -> None:
    act(site, happened_on=date(2020, 1, 1), known_on=date(2024, 7, 1))
    known = act(site, happened_on=date(2020, 1, 1), known_on=AS_OF)
    assert [fact.id for fact in site_regulatory_life(site, AS_OF).actions] == [known.pk]


def test_what_claims_to_have_happened_later_is_not_believed(site: Site) -> None:
    act(site, happened_on=date(2025, 1, 1), known_on=date(2024, 1, 1))
    assert site_regulatory_life(site, AS_OF).is_empty


def test_an_undated_record_counts_from_the_day_it_was_recorded(site: Site) -> None:
    late = act(site, known_on=None)
    RegulatoryAction.objects.filter(pk=late.pk).update(recorded_at=datetime(2024, 7, 1, tzinfo=UTC))
    early = act(site, known_on=None)
    RegulatoryAction.objects.filter(pk=early.pk).update(recorded_at=datetime(2024, 6, 30, tzinfo=UTC))
    life = site_regulatory_life(site, AS_OF)
    assert [(fact.id, fact.known_on) for fact in life.actions] == [(early.pk, AS_OF)]
    assert life.undated == 1


def test_a_closeout_that_came_later_is_not_told(site: Site) -> None:
    act(site, "warning_letter", closed_on=date(2024, 6, 30), reference="told")
    act(site, "warning_letter", closed_on=date(2024, 7, 1), reference="not yet")
    closed = {fact.reference: fact.closed_on for fact in site_regulatory_life(site, AS_OF).warning_letters}
    assert closed == {"told": date(2024, 6, 30), "not yet": None}


def test_products_of_one_event_are_one_recall_of_the_gravest_class(site: Site) -> None:
    act(site, event_key="9", recall_class="3", status="Ongoing", text="Label", happened_on=date(2023, 2, 1))
    act(site, event_key="9", recall_class="1", status="Terminated", happened_on=date(2023, 3, 1))
    act(site, event_key="8", recall_class="2", happened_on=date(2024, 1, 1))
    act(site, event_key="", recall_class="", happened_on=date(2022, 1, 1))
    events = site_regulatory_life(site, AS_OF).recall_events
    assert [(event.key, event.recall_class, event.products) for event in events][:2] == [
        ("8", "2", 1),
        ("9", "1", 2),
    ]
    grouped = events[1]
    assert (grouped.happened_on, grouped.reason, grouped.status) == (
        date(2023, 2, 1),
        "Label",
        "Ongoing · Terminated",
    )
    assert len(events) == 3


def test_citations_are_counted_by_regulation_most_cited_first(site: Site) -> None:
    for year, regulation in ((2019, "21 CFR 211.192"), (2021, "21 CFR 211.22"), (2023, "21 CFR 211.22")):
        Citation.objects.create(
            site=site, regulation=regulation, happened_on=date(year, 1, 1), known_on=date(year, 4, 1)
        )
    cited = site_regulatory_life(site, AS_OF).cited_regulations
    assert [(each.regulation, each.times) for each in cited] == [("21 CFR 211.22", 2), ("21 CFR 211.192", 1)]
    assert (cited[0].first_on, cited[0].last_on) == (date(2021, 1, 1), date(2023, 1, 1))


def test_source_files_tell_how_many_records_each_gave(site: Site) -> None:
    when = datetime(2024, 1, 1, tzinfo=UTC)
    for number in range(3):
        act(site, source="fda-recalls", source_key=str(number), source_sha256="ab" * 32, retrieved_at=when)
    act(site, source="fda-483s", source_key="1", source_sha256="cd" * 32, known_on=date(2023, 5, 1))
    files = site_regulatory_life(site, AS_OF).source_files
    assert [(file.source, file.records, file.sha256[:2]) for file in files] == [
        ("fda-483s", 1, "cd"),
        ("fda-recalls", 3, "ab"),
    ]


def test_records_of_another_site_are_not_told(site: Site) -> None:
    neighbour = Site.objects.create(organization=site.organization, name="Next door", fei="3002")
    act(neighbour)
    assert site_regulatory_life(site, AS_OF).is_empty
