"""Requirements of a program: added, changed, ordered, removed, taken from the library."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from common.versions import StaleRecord
from programs.library import LIBRARY, library_for
from programs.models import Program, Requirement
from programs.packages import package_add
from programs.requirement_services import (
    Draft,
    requirement_change,
    requirement_move,
    requirement_remove,
    requirements_add,
)
from tests.programs.samples import COUNTRY, undo_of

pytestmark = pytest.mark.django_db


def test_requirements_are_added_changed_ordered_and_removed(program: Program, lead: User) -> None:
    package = program.packages.get()
    batch = Draft("capability.batch_max", "gte", 200, "Too small.", unit="L")
    first, second = requirements_add(package=package, drafts=[COUNTRY, batch], actor=lead)
    assert requirements_add(package=package, drafts=[COUNTRY], actor=lead) == []
    assert first.value == ["DE", "FR"]
    assert requirement_move(requirement=second, steps=-1, actor=lead)
    assert list(Requirement.objects.values_list("fact", flat=True)) == [
        "capability.batch_max",
        "site.country",
    ]
    first.refresh_from_db()
    wanted = Draft("site.country", "eq", "FR", "Not in France.", kind="want")
    assert requirement_change(requirement=first, version=first.version, draft=wanted, actor=lead)
    with pytest.raises(StaleRecord):
        requirement_change(requirement=first, version=99, draft=COUNTRY, actor=lead)
    requirement_remove(requirement=second, actor=lead)
    assert Requirement.objects.get().explanation == "Not in France."


@pytest.mark.parametrize(
    "draft",
    [
        Draft("site.country", "gte", 5, "Wrong condition"),
        Draft("site.country", "in", ["XX"], "No such country"),
        Draft("capability.batch_max", "gte", 5, "No unit"),
        Draft("capability.years", "gte", "five", "No number"),
        Draft("inspection.last_on", "gte", "yesterday", "No day"),
        Draft("no.such.fact", "present", None, "Unknown"),
        Draft("site.country", "eq", ["FR", "DE"], "Two for one"),
        COUNTRY.__class__("site.country", "in", ["FR"], " "),
    ],
)
def test_a_condition_that_does_not_fit_is_refused(program: Program, lead: User, draft: Draft) -> None:
    with pytest.raises(ValidationError):
        requirements_add(package=program.packages.get(), drafts=[draft], actor=lead)


def test_requirement_pages(browser: Client, program: Program) -> None:
    address = "/programs/AUR-101/requirements/"
    add = f"{address}add/?fact=site.country"
    entered = {"kind": "must", "operator": "in", "value": ["FR"], "explanation": "Not in France."}
    assert browser.get(add).status_code == 200
    assert browser.get(f"{address}add/?fact=nothing").status_code == 404
    wrong = browser.post(add, entered | {"value": []})
    assert (wrong.status_code, "Say what is asked for." in wrong.text) == (422, True)
    assert browser.post(add, entered).status_code == 302
    row = Requirement.objects.get()
    page = browser.get(address).text
    assert "Country: one of France" in page
    assert "Not in France." in page
    edit = f"{address}{row.pk}/edit/"
    form = browser.get(edit).text
    assert form.index('value="FR"') < form.index('value="AF"'), "what is chosen stands first"
    assert browser.post(edit, entered | {"explanation": "Elsewhere.", "version": "1"}).status_code == 302
    stale = browser.post(edit, entered | {"explanation": "Mine.", "version": "1"})
    assert stale.status_code == 409
    assert "<td>Mine.</td><td>Elsewhere.</td>" in stale.text
    removed = browser.post(f"{address}{row.pk}/remove/", follow=True)
    assert not Requirement.objects.exists()
    undo = removed.text.partition('action="/programs/AUR-101/requirements/restore/')[2].partition('"')[0]
    browser.post(f"{address}restore/{undo}".replace("&amp;", "&"))
    assert Requirement.objects.get().explanation == "Elsewhere."


@pytest.mark.parametrize(
    ("fact", "entered", "kept"),
    [
        ("capability.batch_max", {"operator": "gte", "value": "2,000", "unit": "L"}, (2000, "L")),
        ("action.open_letter", {"operator": "eq", "value": "no"}, (False, "")),
        ("inspection.last_on", {"operator": "gte", "value": "2024-01-31"}, ("2024-01-31", "")),
        ("audit.rating", {"operator": "present"}, (None, "")),
    ],
)
def test_each_kind_of_fact_has_its_field(
    browser: Client, program: Program, fact: str, entered: dict[str, str], kept: tuple[object, str]
) -> None:
    entered = {"kind": "must", "explanation": "Why."} | entered
    page = browser.post(f"/programs/AUR-101/requirements/add/?fact={fact}", entered)
    assert page.status_code == 302, page.text
    row = Requirement.objects.get()
    assert (row.value, row.unit) == kept
    assert browser.get(f"/programs/AUR-101/requirements/{row.pk}/edit/").status_code == 200


def test_the_library_is_sound_and_what_fits_comes_first(
    browser: Client, program: Program, lead: User
) -> None:
    assert library_for("aav", "phase_1")[0].key == "aav"
    for entry in LIBRARY:
        package = package_add(program=program, name=entry.key, actor=lead)
        assert len(requirements_add(package=package, drafts=entry.drafts, actor=lead)) == len(entry.drafts)
    address = "/programs/AUR-101/requirements/library/car-t/"
    assert browser.get(address).status_code == 200
    browser.post(address, {"row": ["0", "3"]})
    own = program.packages.get(pk=program.package.pk).requirements
    assert list(own.values_list("kind", flat=True)) == ["must", "want"]
    # One of them was changed before the addition is undone: it stays.
    changed = own.get(kind="want")
    changed.version += 1
    changed.save()
    assert browser.post(undo_of(browser, "/programs/AUR-101/requirements/")).status_code == 302
    assert list(own.values_list("pk", flat=True)) == [changed.pk]
