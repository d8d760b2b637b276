"""What our own audits found is told wherever somebody chooses among sites."""

import pytest

from accounts.roles import Role
from audits.models import Audit, Finding
from records.context import recorded
from scorecards.services import evaluation_freeze
from tests import makers
from tests.audits.exchange import issued

pytestmark = pytest.mark.django_db


def test_an_audit_that_ended_badly_is_told_on_the_scorecard_the_site_and_the_decision() -> None:
    lead = makers.person(Role.SOURCING)
    sites = makers.site("Northgate Biologics"), makers.site("Southgate Biologics")
    program = makers.program("AUR-101", lead, sites=sites)
    evaluation_freeze(package=program.packages.get(), as_of=None, actor=lead)
    audit = issued(sites[0], 2, "A-BAD")
    issued(sites[1], 1, "A-FINE")
    with recorded(reason="test"):
        Finding.objects.filter(audit=audit).update(severity="critical", is_falsification=True)
    pages = ("/programs/AUR-101/scorecard/", "/programs/AUR-101/decision/add/", f"/sites/{sites[0].pk}/")
    browser = makers.signed_in(lead)
    for address in pages:
        page = browser.get(address)
        assert [str(each.audit) for each in page.context["cautions"]] == ["A-BAD"], address
        assert "2 critical findings" in page.text
        assert "falsification of records" in page.text
    assert "/programs/AUR-101/requirements/" in browser.get(pages[0]).text
    assert browser.get(f"{pages[0]}?as_of=2026-01-01").context["cautions"] == []
    assert browser.get(f"/sites/{sites[1].pk}/").context["cautions"] == []
    # A later audit that ended well settles it.
    later = issued(sites[0], 1, "A-BETTER")
    for address in pages:
        assert browser.get(address).context["cautions"] == []
    with recorded(reason="test"):
        Audit.objects.filter(pk=later.pk).update(rating="unsatisfactory")
    assert [str(each.audit) for each in browser.get(pages[0]).context["cautions"]] == ["A-BETTER"]
