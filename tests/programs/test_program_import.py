"""`manage.py program_import`: all problems at once, nothing half saved, twice the same changes nothing."""

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.roles import Role
from programs.description import KEYS, description_read
from programs.models import Candidate, Program
from tests import makers

DESCRIPTION: dict[str, Any] = {
    "code": "AUR-101",
    "name": "Antibody against asthma",
    "modality": "Monoclonal Antibody",
    "dosage_form": "solution for injection",
    "route": "SC",
    "stage": "Phase III",
    "batch_size": 2000,
    "batch_unit": "L",
    "regions": ["US", "European Union"],
}


def run(tmp_path: Path, content: Any, *options: str) -> dict[str, Any]:
    """Run the command with --json; the object it printed, with `refused` saying how it ended."""
    path = tmp_path / "program.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    out = io.StringIO()
    refused = False
    try:
        call_command("program_import", str(path), "--json", *options, stdout=out)
    except CommandError:
        refused = True
    printed: dict[str, Any] = json.loads(out.getvalue())
    return printed | {"refused": refused}


@pytest.mark.django_db
def test_a_description_creates_a_program_with_its_candidates(tmp_path: Path) -> None:
    makers.site(fei="0012345678")
    makers.site(fei="3002345678")
    done = run(tmp_path, DESCRIPTION | {"candidates": ["0012345678", "3002345678"]})
    assert done["refused"] is False
    assert (done["code"], done["created"], done["candidates_added"]) == ("AUR-101", True, 2)
    program = Program.objects.get(code="AUR-101")
    assert (program.modality, program.route, program.stage) == (
        "monoclonal_antibody",
        "subcutaneous",
        "phase_3",
    )
    assert (program.batch_size, program.batch_unit, program.regions) == (Decimal(2000), "L", ["us", "eu"])
    assert program.packages.count() == 1
    assert not program.memberships.exists()


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    makers.site(fei="3002345678")
    content = DESCRIPTION | {"candidates": ["3002345678"]}
    run(tmp_path, content)
    before = Program.objects.get(code="AUR-101")
    again = run(tmp_path, content)
    after = Program.objects.get(code="AUR-101")
    assert (again["created"], again["updated"], again["unchanged"]) == (False, False, True)
    assert (after.version, after.updated_at) == (before.version, before.updated_at)


@pytest.mark.django_db
def test_a_changed_file_updates_and_leaves_the_rest_alone(tmp_path: Path) -> None:
    makers.site(fei="3002345678")
    makers.site(fei="3002345679")
    run(tmp_path, DESCRIPTION | {"candidates": ["3002345678"]})
    done = run(tmp_path, {"code": "AUR-101", "stage": "commercial", "candidates": ["3002345679"]})
    program = Program.objects.get(code="AUR-101")
    assert (done["updated"], done["candidates_added"], done["candidates_removed"]) == (True, 1, 0)
    assert (program.stage, program.name, program.batch_size) == (
        "commercial",
        DESCRIPTION["name"],
        Decimal(2000),
    )
    assert Candidate.objects.filter(work_package__program=program).count() == 2


@pytest.mark.django_db
def test_candidates_that_the_file_lacks_leave_only_when_asked(tmp_path: Path) -> None:
    makers.site(fei="3002345678")
    makers.site(fei="3002345679")
    run(tmp_path, DESCRIPTION | {"candidates": ["3002345678", "3002345679"]})
    done = run(tmp_path, DESCRIPTION | {"candidates": ["3002345679"]}, "--remove-missing")
    assert done["candidates_removed"] == 1
    assert [row.site.fei for row in Candidate.objects.all()] == ["3002345679"]


@pytest.mark.django_db
def test_every_problem_is_listed_at_once_and_nothing_is_saved(tmp_path: Path) -> None:
    makers.site(fei="3002345678")
    done = run(
        tmp_path,
        DESCRIPTION
        | {
            "modality": "antibiotic",
            "route": 7,
            "batch_size": "-3",
            "regions": ["US", "Atlantis"],
            "color": "blue",
            "candidates": ["3002345678", "9999999999", "12"],
        },
    )
    assert done["refused"] is True
    wrong = [(problem["field"], problem["value"]) for problem in done["problems"]]
    assert sorted(wrong) == sorted(
        [
            ("modality", "antibiotic"),
            ("route", "7"),
            ("batch_size", "-3"),
            ("regions", "Atlantis"),
            ("color", "blue"),
            ("candidates", "9999999999"),
            ("candidates", "12"),
        ]
    )
    by_field = {problem["field"]: problem["message"] for problem in done["problems"]}
    assert "small_molecule" in by_field["modality"]
    assert "batch_size" in by_field["color"]
    assert not Program.objects.exists()


@pytest.mark.django_db
def test_a_refused_update_leaves_the_program_as_it_was(tmp_path: Path) -> None:
    run(tmp_path, DESCRIPTION)
    done = run(tmp_path, DESCRIPTION | {"name": "Another", "candidates": ["9999999999"]})
    program = Program.objects.get(code="AUR-101")
    assert (done["refused"], program.name, program.version) == (True, DESCRIPTION["name"], 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'"text"', b"\xff\xfe\x00", b"%PDF-1.7", b"{}", b"null", b"[" * 100_000]
)
def test_a_file_that_is_no_description_is_refused_in_one_object(tmp_path: Path, content: bytes) -> None:
    done = run(tmp_path, content)
    assert done["refused"] is True
    assert done["problems"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b'{"code": "A", "name": "a\\u0000b"}', "name"),
        (b'{"code": "A", "name": "\\ud800"}', ""),
        (b'{"code": "A", "batch_size": ' + b"9" * 5000 + b"}", "batch_size"),
        (b'{"code": "A", "containment_oeb": ' + b"9" * 5000 + b"}", "containment_oeb"),
        (b'{"code": "A", "\\u0000": 1}', "\0"),
    ],
)
def test_what_no_database_can_hold_is_refused_by_name(tmp_path: Path, content: bytes, field: str) -> None:
    done = run(tmp_path, content)
    assert done["refused"] is True
    assert field in {problem["field"] for problem in done["problems"]}


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_is_not_asked_for_its_fields(tmp_path: Path) -> None:
    assert [problem["field"] for problem in run(tmp_path, b"{")["problems"]] == [""]


@pytest.mark.django_db
def test_a_missing_file_is_refused() -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("program_import", "/nowhere/program.json")


@pytest.mark.django_db
def test_a_new_program_says_all_that_it_lacks(tmp_path: Path) -> None:
    done = run(tmp_path, {"code": "AUR-101", "batch_size": 5})
    missing = {problem["field"] for problem in done["problems"]}
    assert missing == {"modality", "dosage_form", "route", "stage", "batch_unit"}


@pytest.mark.django_db
def test_members_are_added_by_address_and_unknown_ones_refused(tmp_path: Path) -> None:
    member = makers.person(Role.ASSESSOR)
    done = run(tmp_path, DESCRIPTION, "--member", member.email.upper())
    assert done["members_added"] == 1
    assert Program.objects.visible_to(member).count() == 1
    refused = run(tmp_path, DESCRIPTION, "--member", "nobody@tests.example")
    assert [problem["field"] for problem in refused["problems"]] == ["member"]


@pytest.mark.django_db
def test_without_members_only_administrators_see_the_program(tmp_path: Path) -> None:
    run(tmp_path, DESCRIPTION)
    assert not Program.objects.visible_to(makers.person(Role.SOURCING)).exists()
    assert Program.objects.visible_to(makers.person(Role.ADMINISTRATOR)).exists()


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=300)
@given(data=st.dictionaries(st.sampled_from([*KEYS, "other"]), json_values))
def test_no_description_is_half_understood(data: dict[str, Any]) -> None:
    read = description_read(json.dumps(data).encode())
    refused = {problem.field for problem in read.problems}
    for name in set(data) & set(KEYS) - {"candidates"}:
        assert name in read.fields or name in refused


@given(content=st.binary(max_size=200))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    assert description_read(content).problems


FULL: dict[str, Any] = DESCRIPTION | {
    "therapeutic_area": "Respiratory",
    "batch_size_peak": 4000,
    "operations": ["Fill and finish", "drug_substance"],
    "containment_oeb": 3,
    "temperature_min": -80,
    "temperature_max": -60,
    "first_batch_on": "2027-12-01",
    "budget_target": 2600000,
    "budget_limit": "4200000.50",
    "currency": "eur",
    "demand": {"unit": "L", "years": [{"year": 2028, "low": 1, "base": 2.5, "high": 3}]},
}


@pytest.mark.django_db
def test_every_need_can_stand_in_the_file(tmp_path: Path) -> None:
    assert run(tmp_path, FULL)["created"] is True
    program = Program.objects.get()
    assert program.operations == ["drug_substance", "fill_finish"]
    assert (program.temperature_min, program.containment_oeb, program.currency) == (-80, 3, "EUR")
    assert (program.budget_limit, program.batch_size_peak) == (Decimal("4200000.50"), Decimal(4000))
    assert program.demand.get().base == Decimal("2.5")
    assert run(tmp_path, FULL)["unchanged"] is True
    more = {"unit": "L", "years": [{"year": 2029, "low": 1, "base": 2, "high": 3}]}
    assert run(tmp_path, {"code": "AUR-101", "demand": more})["updated"] is True
    assert [row.year for row in program.demand.all()] == [2029]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"temperature_min": 9, "temperature_max": 2}, ""),
        ({"temperature_min": "cold"}, "temperature_min"),
        ({"containment_oeb": 9}, ""),
        ({"first_batch_on": "soon"}, "first_batch_on"),
        ({"currency": ""}, "currency"),
        ({"budget_target": 9000000}, ""),
        ({"operations": ["brewing"]}, "operations"),
        ({"demand": [2028]}, "demand"),
        ({"demand": {"unit": "L", "years": [{"year": 2028, "low": 5, "base": 2, "high": 3}]}}, "demand"),
        ({"demand": {"unit": "barrels", "years": [{"year": 2028}]}}, "demand"),
    ],
)
def test_what_is_wrong_with_a_need_is_named(tmp_path: Path, wrong: dict[str, Any], field: str) -> None:
    done = run(tmp_path, FULL | wrong)
    assert done["refused"] is True
    assert field in {problem["field"] for problem in done["problems"]}
    assert not Program.objects.exists()
