"""A ranking is kept until anything recorded changes, and never holds what a transaction took back."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from partners.models import Site
from programs.models import WorkPackage
from records.context import recorded
from scorecards.ranking import Ranking
from scorecards.selectors import ranking_kept
from tests.scorecards.evidence import AS_OF, action, inspection, package, site

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def works() -> Site:
    made = site("Elmstead")
    inspection(made, "2025-06-01")
    return made


@pytest.fixture
def chosen(works: Site) -> WorkPackage:
    return package(works)


def asked(chosen: WorkPackage) -> tuple[Ranking, int]:
    """The ranking, and how many queries it took."""
    with CaptureQueriesContext(connection) as queries:
        ranking = ranking_kept(chosen, AS_OF)
    return ranking, len(queries)


def test_the_second_request_takes_one_query_for_the_same_ranking(chosen: WorkPackage) -> None:
    first, _ = asked(chosen)
    second, queries = asked(chosen)
    assert second is first
    assert queries == 1


def test_evidence_that_is_recorded_meanwhile_is_seen_at_once(chosen: WorkPackage, works: Site) -> None:
    before, _ = asked(chosen)
    action(works, "2025-06-02", "warning_letter", gmp="yes")
    after, queries = asked(chosen)
    assert (len(before.facts.actions), len(after.facts.actions)) == (0, 1)
    assert queries > 1


def test_a_need_that_was_read_before_a_change_is_not_kept_for_those_who_read_it_after(
    chosen: WorkPackage,
) -> None:
    other = WorkPackage.objects.select_related("program").get(pk=chosen.pk)
    with recorded(actor=None):
        other.program.modality = "peptide"
        other.program.save()
    stale, _ = asked(chosen)
    fresh, _ = asked(other)
    assert (stale.need.modality, fresh.need.modality) == ("small_molecule", "peptide")


def test_what_a_transaction_wrote_is_seen_in_it_and_gone_with_it(chosen: WorkPackage, works: Site) -> None:
    kept, _ = asked(chosen)
    with transaction.atomic():
        action(works, "2025-06-02", "warning_letter", gmp="yes")
        assert len(asked(chosen)[0].facts.actions) == 1
        transaction.set_rollback(True)
    assert asked(chosen)[0] is kept


def test_another_day_and_another_language_are_other_questions(chosen: WorkPackage) -> None:
    kept, _ = asked(chosen)
    assert ranking_kept(chosen, AS_OF.replace(year=2024)).as_of.year == 2024
    with translation.override("fr"):
        assert asked(chosen)[0] is not kept
