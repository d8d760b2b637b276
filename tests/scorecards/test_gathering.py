"""What the database holds reaches the rules as it is, in a constant number of queries."""

from datetime import date

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scorecards import gathering
from scorecards.derivation.facts import ABSENT, ActionKind, Gmp, InspectionOutcome, day
from scorecards.gathering import gather_facts
from scorecards.selectors import ranking_of
from tests.scorecards.evidence import AS_OF, action, capability, citation, inspection, package, site

pytestmark = pytest.mark.django_db


def test_each_table_arrives_with_its_words_as_codes() -> None:
    one, two = site("One"), site("Two")
    seen = inspection(two, "2025-03-04", "oai", authority="ema", known_on=date(2025, 5, 1))
    citation(one, "2025-03-04", "21 CFR 211.22(d)", is_data_integrity=True)
    action(one, "2024-02-01", "recall", recall_class="1", event_key="E-1", product_type="Drugs")
    action(two, "2024-02-02", "warning_letter", gmp="yes", closed_on=date(2025, 1, 1))
    capability(one, batch_max="12.5", batch_unit="kg", strength="verified", stages=["phase_1", "commercial"])
    facts = gather_facts([two.pk, one.pk])
    assert facts.sites.tolist() == [one.pk, two.pk]
    found = facts.inspections
    assert (found.site.tolist(), found.id.tolist()) == ([1], [seen.pk])
    assert found.outcome.tolist() == [InspectionOutcome.OAI]
    assert (found.ended_on[0], found.known_on[0]) == (day(date(2025, 3, 4)), day(date(2025, 5, 1)))
    assert facts.citations.is_data_integrity.tolist() == [1]
    assert facts.actions.kind.tolist() == [ActionKind.RECALL, ActionKind.WARNING_LETTER]
    assert facts.actions.gmp.tolist() == [Gmp.UNKNOWN, Gmp.YES]
    assert facts.actions.closed_on.tolist() == [ABSENT, day(date(2025, 1, 1))]
    assert facts.actions.recall_class.tolist() == [1, 0]
    assert facts.capabilities.batch_max.tolist() == [12.5]
    assert facts.capabilities.stages.tolist() == ["phase_1,commercial"]
    assert facts.capabilities.strength.tolist() == [3]


def test_only_drug_and_biologic_gmp_counts() -> None:
    works = site()
    inspection(works, "2025-01-01", "oai", is_drug_gmp=False, project_area="Foodborne Biological Hazards")
    citation(works, "2025-01-01", "21 CFR 820.30", is_drug_gmp=False)
    action(works, "2025-01-01", "warning_letter", product_type="Devices")
    kept = action(works, "2025-01-01", "warning_letter", product_type="Biologics")
    blank = action(works, "2025-01-02", "form_483")
    facts = gather_facts([works.pk])
    assert (len(facts.inspections), len(facts.citations)) == (0, 0)
    assert facts.actions.id.tolist() == [kept.pk, blank.pk]


def test_a_row_without_a_date_counts_from_the_day_it_was_recorded() -> None:
    works = site()
    letter = action(works, "2025-01-01", "warning_letter", happened_on=None, known_on=None)
    letter.refresh_from_db()
    facts = gather_facts([works.pk])
    assert facts.actions.known_on.tolist() == [day(letter.recorded_at.date())]


def test_rows_that_wait_for_a_person_and_other_sites_stay_out() -> None:
    works, other = site("One"), site("Two")
    action(None, "2025-01-01", "warning_letter", firm_name="Somebody")
    inspection(other, "2025-01-01")
    facts = gather_facts([works.pk])
    assert (len(facts.actions), len(facts.inspections)) == (0, 0)


def test_of_many_sites_in_a_row_the_strangers_between_them_stay_out(monkeypatch: pytest.MonkeyPatch) -> None:
    one, stranger, two = site("One"), site("Stranger"), site("Two")
    seen = [inspection(each, "2025-03-04") for each in (two, stranger, one)]
    capability(stranger, modality="peptide")
    capability(two)
    plain = gather_facts([one.pk, two.pk])
    monkeypatch.setattr(gathering, "LONG_LIST", 1)
    facts = gather_facts([one.pk, two.pk])
    assert facts.inspections.id.tolist() == [seen[2].pk, seen[0].pk]
    assert facts.inspections.site.tolist() == [0, 1]
    assert facts.capabilities.modality.tolist() == ["small_molecule"]
    for name, table in facts.tables().items():
        assert np.array_equal(table.site, plain.tables()[name].site), name


def test_a_ranking_takes_as_many_queries_for_thirty_candidates_as_for_one() -> None:
    few, many = package(site()), package(*(site(f"Site {n}") for n in range(30)))
    counts = []
    for chosen in (few, many):
        inspection(chosen.candidates.first().site, "2025-01-01")  # type: ignore[union-attr]
        with CaptureQueriesContext(connection) as queries:
            assert len(ranking_of(chosen, AS_OF).candidates)
        counts.append(len(queries))
    assert counts == [6, 6]
