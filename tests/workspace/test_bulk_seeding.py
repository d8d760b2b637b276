"""Any size of fictional data: as many sites and inspections as were asked for, the same for a same date."""

from datetime import date

import pytest

from audits.models import Inspection
from partners.models import Capability, Site
from workspace.demo.bulk import bulk_seed

pytestmark = pytest.mark.django_db


def test_as_many_sites_and_inspections_are_written_as_were_asked_for() -> None:
    bulk_seed(sites=3, inspections=7, today=date(2026, 11, 30))
    assert (Site.objects.count(), Inspection.objects.count()) == (3, 7)
    assert set(Capability.objects.values_list("site_id")) == set(Site.objects.values_list("pk"))
    assert not Inspection.objects.exclude(happened_on__lt=date(2026, 11, 30), authority="fda").exists()


def test_inspections_need_a_site() -> None:
    with pytest.raises(ValueError, match="at least one site"):
        bulk_seed(sites=0, inspections=1, today=date(2026, 11, 30))
