"""Tables: order, pages, columns and downloads follow the address; the choice of columns is remembered."""

import io
from datetime import date
from typing import Any

import django_tables2 as tables
import openpyxl
import pytest
from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.html import format_html
from django.views.generic import TemplateView

from common.tables import DataTable, DayColumn, PercentColumn, ScoreColumn, TablePageMixin
from common.templatetags.listing import filter_chips, query_outside_form

ROWS = [
    {"name": f"Site {i:03}", "score": i / 2, "share": i / 200, "on": date(2020, 1, 1), "note": "=1+1"}
    for i in range(130)
]


class Sites(DataTable):
    table_name = "sites"
    optional = ("note",)
    name = tables.Column("Site", attrs={"a": {}})
    score = ScoreColumn("Score")
    share = PercentColumn("Completeness")
    on = DayColumn("Inspected")
    note = tables.Column("Note")

    def render_name(self, value: str) -> str:
        return format_html("<b>{}</b>", value)


class SitesView(TablePageMixin, TemplateView):
    table_class = Sites
    table_data = ROWS
    template_name = "common/table.html"
    export_title = "Sites"


def get(address: str = "/", **cookies: str) -> HttpRequest:
    request = RequestFactory().get(address)
    request.COOKIES.update(cookies)
    return request


def answer(request: HttpRequest) -> HttpResponseBase:
    return SitesView.as_view()(request)


def table_of(request: HttpRequest) -> Sites:
    response: Any = answer(request)
    table: Sites = response.context_data["table"]
    return table


def shown(request: HttpRequest) -> str:
    source = "{% load django_tables2 %}{% render_table table %}"
    return Template(source).render(Context({"table": table_of(request), "request": request}))


def headings(request: HttpRequest) -> list[str]:
    return [str(column.header) for column in table_of(request).columns]


def test_optional_columns_are_hidden_until_they_are_chosen() -> None:
    assert headings(get()) == ["Site", "Score", "Completeness", "Inspected"]
    assert headings(get("/?columns=&columns=note")) == ["Site", "Note"]
    assert headings(get("/?columns=note,score")) == ["Site", "Score", "Note"]


def test_the_choice_of_columns_is_remembered_and_the_address_wins_over_it() -> None:
    response: Any = answer(get("/?columns=score&rows=compact"))
    cookie = response.cookies["cmo_table_sites"]
    assert cookie["httponly"]
    remembered = get("/", cmo_table_sites=cookie.value)
    assert headings(remembered) == ["Site", "Score"]
    assert table_of(remembered).compact
    assert headings(get("/?columns=note", cmo_table_sites=cookie.value)) == ["Site", "Note"]


@pytest.mark.parametrize("value", ["", "{", "[]", '{"columns": 5}', '{"rows": "x"}', "null"])
def test_a_spoilt_cookie_is_as_none(value: str) -> None:
    assert headings(get("/", cmo_table_sites=value)) == ["Site", "Score", "Completeness", "Inspected"]


def test_the_first_column_cannot_be_hidden() -> None:
    assert headings(get("/?columns="))[0] == "Site"


def test_a_page_holds_fifty_rows_and_no_address_gets_more_than_two_hundred() -> None:
    assert len(table_of(get()).page) == 50
    assert table_of(get("/?per_page=1000000")).paginator.per_page == 200
    assert table_of(get("/?per_page=-5")).paginator.per_page == 1


def test_the_sorted_column_says_so_and_its_link_turns_the_order_and_leaves_the_page() -> None:
    markup = shown(get("/?sort=-score&page=2"))
    assert markup.count("aria-sort=") == 1
    assert 'aria-sort="descending"' in markup
    assert 'href="?sort=score"' in markup
    assert "129.0" not in markup
    assert table_of(get("/?sort=-score")).page[0].record["name"] == "Site 129"


def test_the_first_cell_of_a_row_is_its_heading() -> None:
    assert shown(get()).count('<th scope="row"') == 50


def test_a_card_of_a_phone_has_its_headings_and_leaves_out_what_it_can_do_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Sites, "left_out", ("on",))
    markup = shown(get())
    assert markup.count('data-label="Score">') == 50
    assert markup.count('data-label="Inspected" data-left-out>') == 50
    assert 'data-label="Site"' not in markup
    # Without headings in sight, rows are sorted from a menu.
    assert markup.count('href="?sort=-score"') == 2
    monkeypatch.setattr(Sites, "stacked", False)
    matrix = shown(get())
    assert "data-label" not in matrix
    assert matrix.count('href="?sort=-score"') == 1


def test_a_download_has_all_rows_in_the_order_and_with_the_columns_shown() -> None:
    response: Any = answer(get("/?sort=-name&columns=note&page=2&export=xlsx"))
    page = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert page is not None
    rows = list(page.iter_rows(values_only=True))
    assert rows[0] == ("Site", "Note")
    assert rows[1] == ("Site 129", "=1+1")
    assert len(rows) == 131
    assert page.cell(2, 2).data_type == "s"


def test_a_download_keeps_numbers_and_dates_and_drops_markup() -> None:
    response: Any = answer(get("/?export=csv"))
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Site,Score,Completeness,Inspected"
    assert lines[2] == "Site 001,0.5,0.005,2020-01-01"
    assert len(lines) == 131


def test_another_format_is_no_download() -> None:
    response: Any = answer(get("/?export=exe"))
    assert not response.has_header("Content-Disposition")


class Filters(forms.Form):
    q = forms.CharField(label="Name", required=False)
    kind = forms.MultipleChoiceField(label="Kind", required=False, choices=[("cmo", "CMO"), ("3pl", "3PL")])


def test_every_active_filter_is_a_chip_with_the_address_without_it() -> None:
    request = get("/sites/?q=<b>&kind=cmo&kind=3pl&sort=name&page=4")
    found = filter_chips(Filters(request.GET), request)
    assert [(chip.label, chip.value) for chip in found] == [("Name", "<b>"), ("Kind", "CMO"), ("Kind", "3PL")]
    assert found[0].remove_url == "/sites/?kind=cmo&kind=3pl&sort=name"
    assert found[1].remove_url == "/sites/?q=%3Cb%3E&kind=3pl&sort=name"


def test_an_empty_filter_is_no_chip() -> None:
    request = get("/sites/?q=&kind=")
    assert filter_chips(Filters(request.GET), request) == []


def test_filtering_keeps_the_order_and_the_columns_and_goes_to_the_first_page() -> None:
    request = get("/sites/?q=a&sort=-name&columns=score&page=3")
    kept = query_outside_form({"request": request}, Filters(request.GET))
    assert kept == [("sort", "-name"), ("columns", "score")]


def test_chips_escape_what_was_typed() -> None:
    request = get("/sites/?q=<script>")
    source = '{% include "common/_filter_bar.html" %}'
    markup = Template(source).render(Context({"form": Filters(request.GET), "request": request}))
    assert "<script>" not in markup
    assert "Name: &lt;script&gt;" in markup
