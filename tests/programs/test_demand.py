"""Demand by year: typed, pasted, saved as a whole, downloaded, put back."""

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import User
from programs.demand import (
    DemandChanged,
    EnteredRow,
    demand_of,
    demand_set,
    rows_of_text,
    rows_read,
    stamp_of,
)
from programs.models import Demand, Program
from tests.programs.samples import undo_of

pytestmark = pytest.mark.django_db


def test_rows_are_checked_one_by_one() -> None:
    read = rows_read(
        [
            EnteredRow("2027", "80", "100", "140"),
            EnteredRow("2028", "120", "100", "90"),
            EnteredRow("27", "1", "x", ""),
            EnteredRow(),
            EnteredRow("2027", "1", "2", "3"),
        ]
    )
    assert [row.problems for row in read.entered] == [
        {},
        {"low": "Low is above base.", "high": "High is below base."},
        {
            "year": "Enter a year from 2000 to 2100.",
            "base": "Enter a number.",
            "high": "Enter a figure, 0 if there is none.",
        },
        {"year": "This year stands twice."},
    ]
    assert [(row.year, row.doubled) for row in read.years] == [(2027, Decimal(200))]


@pytest.mark.parametrize(
    "text",
    [
        "Year\tLow\tBase\tHigh\r\n2027\t80\t1\u202f000,5\t2,000,000\r\n",
        "\ufeffyear;low;base;high\n2027;80;1000,5;2000000",
        'Year,Low,Base,High\n2027,80,1000.5,"2,000,000"\n',
    ],
)
def test_rows_are_read_as_spreadsheets_write_them(text: str) -> None:
    read = rows_read(rows_of_text(text))
    assert not read.has_problems
    assert [(row.low, row.base, row.high) for row in read.years] == [
        (Decimal(80), Decimal("1000.5"), Decimal(2_000_000))
    ]


def test_demand_is_saved_as_a_whole_and_the_second_editor_is_told(
    browser: Client, program: Program, lead: User
) -> None:
    rows = {"year": ["2027", "2028"], "low": ["1", "2"], "base": ["2", "3"], "high": ["3", "4"]}
    address = "/programs/AUR-101/demand/save/"
    assert browser.post(address, rows | {"unit": "kg", "stamp": ""}).status_code == 302
    assert [(row.year, row.base) for row in demand_of(program)] == [(2027, Decimal(2)), (2028, Decimal(3))]
    # Sent again from the empty table: somebody saved in the meantime.
    again = browser.post(address, rows | {"base": ["2", "4"], "unit": "kg", "stamp": ""})
    assert again.status_code == 409
    assert "Someone else saved this" in again.text
    assert Demand.objects.get(year=2028).base == 3
    stamp = stamp_of(demand_of(program))
    one = {name: values[:1] for name, values in rows.items()}
    assert browser.post(address, one | {"unit": "kg", "stamp": stamp}).status_code == 302
    assert [row.year for row in demand_of(program)] == [2027]


def test_a_bad_row_and_a_missing_unit_keep_what_was_typed(browser: Client, program: Program) -> None:
    rows = {"year": ["2027"], "low": ["9"], "base": ["2"], "high": ["many"]}
    page = browser.post("/programs/AUR-101/demand/save/", rows | {"unit": "", "stamp": ""})
    assert page.status_code == 422
    assert 'value="many"' in page.text
    assert "Enter a number." in page.text
    assert "Choose the unit of the demand." in page.text
    assert not Demand.objects.exists()


def test_pasted_rows_fill_the_table_and_are_not_saved(browser: Client, program: Program) -> None:
    page = browser.post("/programs/AUR-101/demand/paste/", {"rows": "2027\t1\t2\t3\n2028\t4", "unit": "kg"})
    assert page.status_code == 200
    assert "2 rows were put into the table. Nothing is saved yet." in page.text
    assert 'name="base" value="2"' in page.text
    assert not Demand.objects.exists()
    assert browser.post("/programs/AUR-101/demand/paste/", {"rows": ""}).status_code == 422


def test_demand_can_be_downloaded(browser: Client, program: Program, lead: User) -> None:
    years = rows_read([EnteredRow("2027", "1", "2", "3")]).years
    demand_set(program=program, unit="kg", years=years, stamp=None, actor=lead)
    assert "2027,1.000,2.000,3.000,4.000,kg" in browser.get("/programs/AUR-101/demand/?export=csv").text
    with pytest.raises(DemandChanged):
        demand_set(program=program, unit="kg", years=years, stamp="", actor=lead)
    assert not demand_set(program=program, unit="kg", years=years, stamp=None, actor=lead)


def test_the_demand_is_put_back_unless_somebody_changed_it_meanwhile(
    browser: Client, program: Program, lead: User
) -> None:
    years = rows_read([EnteredRow("2027", "1", "2", "3"), EnteredRow("2028", "2", "3", "4")]).years
    demand_set(program=program, unit="kg", years=years, stamp=None, actor=lead)
    address = "/programs/AUR-101/demand/"

    def save(high: str) -> None:
        stamp = stamp_of(demand_of(program))
        typed = {"year": ["2030"], "low": ["1"], "base": ["2"], "high": [high]}
        assert browser.post(f"{address}save/", {**typed, "unit": "L", "stamp": stamp}).status_code == 302

    save("9")
    undo = undo_of(browser, address)
    browser.post(undo)
    kept = [(row.year, row.unit, int(row.high)) for row in demand_of(program)]
    assert kept == [(2027, "kg", 3), (2028, "kg", 4)]
    save("9")
    undo = undo_of(browser, address)
    save("8")
    page = browser.post(undo, follow=True).content.decode()
    assert "Someone else changed the demand meanwhile" in page
    assert [row.high for row in demand_of(program)] == [8]
