"""Undoing from the change history: all of an act or nothing."""

from decimal import Decimal

import pytest
from django.db import models

from imports.models import ImportFile
from partners.models import Capability, Organization, Site
from programs.models import Program
from records.context import recorded
from records.models import Attachment, Entry
from records.undoing import CannotUndo, Mark, Span, span_of, undo, undoable
from tests import makers

pytestmark = pytest.mark.django_db
MODELS: tuple[type[models.Model], ...] = (Organization, Site, Capability, Attachment)


def capability(site: Site, **fields: object) -> Capability:
    facts: dict[str, object] = {"modality": "mrna", "dosage_form": "powder", "operation": "testing"}
    return Capability.objects.create(site=site, **(facts | fields))


def span(mark: Mark) -> Span:
    assert mark.span is not None
    return mark.span


def test_created_changed_and_deleted_rows_are_put_back_to_the_last_digit() -> None:
    site = makers.site("Before")
    kept = capability(site, batch_max=Decimal("99999999999.999"), stages=["phase_1", "commercial"])
    gone = capability(site, stated_limits="No “potent” substances")
    with recorded(reason="act"), undoable() as mark:
        new = capability(site)
        Site.objects.filter(pk=site.pk).update(name="After", version=2)
        Capability.objects.filter(pk=kept.pk).update(batch_max=None)
        Capability.objects.filter(pk=kept.pk).update(stages=[])
        Capability.objects.filter(pk=gone.pk).delete()
    assert undo(span=span(mark), actor=None, models=MODELS, reason="back") == 4
    assert not Capability.objects.filter(pk=new.pk).exists()
    restored = Capability.objects.get(pk=gone.pk)
    assert (restored.stated_limits, restored.created_at) == (gone.stated_limits, gone.created_at)
    kept_now = Capability.objects.get(pk=kept.pk)
    assert (kept_now.batch_max, kept_now.stages) == (kept.batch_max, kept.stages)
    again = Site.objects.get(pk=site.pk)
    assert (again.name, again.version) == ("Before", 3), "a form opened in between must be stale"
    assert Entry.objects.filter(model="partners.Site").latest("pk").reason == "back"


def test_a_unique_value_that_moved_from_one_row_to_another_moves_back() -> None:
    one, other = makers.site("One", fei="1000"), makers.site("Other", fei="2000")
    with recorded(), undoable() as mark:
        Site.objects.filter(pk=one.pk).delete()
        Site.objects.filter(pk=other.pk).update(fei="1000")
    undo(span=span(mark), actor=None, models=MODELS)
    found = dict(Site.objects.filter(pk__in=(one.pk, other.pk)).values_list("pk", "fei"))
    assert found == {one.pk: "1000", other.pk: "2000"}


def test_one_row_changed_since_keeps_everything_as_it_is() -> None:
    site, other = makers.site("One"), makers.site("Two")
    with recorded(), undoable() as mark:
        Site.objects.filter(pk__in=(site.pk, other.pk)).update(city="Visp")
    with recorded(actor="system: somebody"):
        Site.objects.filter(pk=other.pk).update(city="Brig")
    with pytest.raises(CannotUndo) as refused:
        undo(span=span(mark), actor=None, models=MODELS)
    assert [(row.record, row.actor) for row in refused.value.rows] == [(str(other.pk), "system: somebody")]
    assert Site.objects.get(pk=site.pk).city == "Visp"


def test_a_created_row_that_others_depend_on_stays() -> None:
    with recorded(), undoable() as mark:
        site = makers.site("New")
    capability(site)
    with pytest.raises(CannotUndo, match="other records depend"):
        undo(span=span(mark), actor=None, models=MODELS)
    assert Site.objects.filter(pk=site.pk).exists()


def test_an_undo_can_be_undone() -> None:
    site = makers.site("First")
    with recorded(), undoable() as mark:
        Site.objects.filter(pk=site.pk).update(name="Second")
    with recorded(), undoable() as again:
        undo(span=span(mark), actor=None, models=MODELS)
    undo(span=span(again), actor=None, models=MODELS)
    assert Site.objects.get(pk=site.pk).name == "Second"


def test_what_was_not_named_or_is_kept_as_a_hash_is_refused() -> None:
    file = ImportFile.objects.create(sha256="0" * 64, name="a.csv", size=1, content=b"a")
    with recorded(), undoable() as mark:
        ImportFile.objects.filter(pk=file.pk).update(content=b"b")
    with pytest.raises(CannotUndo, match="one step"):
        undo(span=span(mark), actor=None, models=MODELS)
    with pytest.raises(CannotUndo, match="hash only"):
        undo(span=span(mark), actor=None, models=(ImportFile,))


def test_only_signed_marks_are_taken_and_an_act_without_writes_has_none() -> None:
    with recorded(), undoable() as nothing:
        Program.objects.count()
    assert nothing.span is None
    assert span_of(Span(3, 9).token) == Span(3, 9)
    assert span_of("3-9") is None
    assert span_of(Span(3, 9).token, max_age=-1) is None
