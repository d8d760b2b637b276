"""Rows of an older release that say the same: told apart before the database refuses them."""

from importlib import import_module

from django.db import connections
from django.utils import translation

from accounts.roles import Role
from logistics.kinds.forms import row_form
from logistics.models import Consequence, DistributionPlan, PackagingQualification
from records.context import recorded
from tests import makers

LONG = "We know that the plasma is frozen within the hour. " * 10


def test_rows_that_say_the_same_stand_once_each_and_keep_their_words(committed_db: str) -> None:
    program = makers.program("OLD-1", makers.person(Role.SOURCING))
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("ALTER TABLE logistics_packagingqualification DROP CONSTRAINT packaging_once")
        cursor.execute("DROP INDEX consequence_once")
    with recorded(actor=None, reason="of an older release"):
        plan = DistributionPlan.objects.create(work_package=program.packages.get())
        for name in ("Box", "Box", "Box (2)", "x" * 200, "x" * 200, "x" * 200):
            PackagingQualification.objects.create(plan=plan, name=name, band="frozen", protocol="P-1")
        for _row in range(2):
            Consequence.objects.create(plan=plan, topic="access", finding=LONG)

    with owner.schema_editor() as editor:
        import_module("logistics.migrations.0003_tell_rows_apart").tell_apart(None, editor)

    names = list(PackagingQualification.objects.order_by("pk").values_list("name", flat=True))
    assert len(set(names)) == len(names) == 6
    assert (names[0], names[3]) == ("Box", "x" * 200)
    findings = list(Consequence.objects.order_by("pk").values_list("finding", flat=True))
    assert findings == [LONG, f"{LONG} (2)"]


def test_the_fields_of_a_form_that_is_kept_speak_the_language_of_each_reader() -> None:
    """The class is made once; whoever came first must not decide its words for all."""
    with translation.override("en"):
        first = str(row_form("care-sites").base_fields["receives_from"].label)
    with translation.override("fr"):
        assert (first, str(row_form("care-sites").base_fields["receives_from"].label)) == (
            "Receives from",
            "Reçoit à partir de",
        )
