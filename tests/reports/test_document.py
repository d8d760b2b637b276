"""What the report says and how it treats what others typed."""

import dataclasses
import io
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pypdf
import pytest
from django.utils.translation import gettext, override

from reports.figures.canonical import canonical_json
from reports.figures.due_diligence import DueDiligence, OverrideFigures
from reports.paper.document import Document, document_of
from reports.paper.findings import field_title, groups_title, headline, timeline_title
from reports.paper.press import Printed, pdf_print
from tests.reports import sample

PAYLOADS = (
    "<script>alert(1)</script>",
    "\"><img src='file:///etc/passwd'>",
    "</title><style>@import url(http://127.0.0.1:1/)</style>",
    "{{ 7|add:7 }}{% now 'Y' %}${7*7}",
    "&lt;b&gt; &amp; ]]>",
    "line\nbreak\ttab \u202e reversed \u0007 bell",
    "=HYPERLINK(\"http://127.0.0.1\")",
)  # fmt: skip
TYPED = {
    "aliases", "city", "duns", "event_key", "firm_name", "group_label", "inspection_number", "issued_by",
    "label", "long_text", "name", "organization", "postal_code", "product", "product_type", "program_area",
    "project_area", "reference", "regulation", "requested_by", "short_text", "source", "source_key", "state",
    "stated_limits", "status_of_action", "street", "template", "text", "title", "url",
}  # fmt: skip


def poisoned(value: Any, payload: str, field: str = "") -> Any:
    """The same figures with the payload in every field that somebody typed."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        known = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        return type(value)(**{name: poisoned(each, payload, name) for name, each in known.items()})
    if isinstance(value, tuple):
        return tuple(poisoned(each, payload, field) for each in value)
    return payload if isinstance(value, str) and field in TYPED else value


def document(figures: DueDiligence, language: str = "en") -> Document:
    return document_of("due_diligence", inputs=canonical_json(figures), language=language, paper="a4")


def words(printed: Printed) -> str:
    reader = pypdf.PdfReader(io.BytesIO(printed.content))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


class Tags(HTMLParser):
    """The tags and attributes of a document."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag, *(f"{tag}[{name}]" for name, _value in attrs)}


def tags(html: str) -> set[str]:
    parser = Tags()
    parser.feed(html)
    return parser.seen


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_was_typed_never_becomes_markup(payload: str) -> None:
    clean = document(sample.figures()).html
    figures = poisoned(sample.figures(), payload)
    html = document(figures).html
    assert tags(html) <= tags(clean)
    assert "14" not in re.findall(r"<h1[^>]*>([^<]*)</h1>", html)
    if "<" in payload:
        assert payload not in html


def test_a_report_full_of_payloads_is_still_made_and_shows_them_as_text() -> None:
    payload = "<script>alert(1)</script>{{ 7|add:7 }}"
    text = words(pdf_print(document(poisoned(sample.figures(), payload))))
    assert "<script>alert(1)</script>{{ 7|add:7 }}" in text


@pytest.mark.parametrize("name", ["W" * 300, "Gesellschaft für " * 17])
def test_names_as_long_as_they_may_be_stay_on_the_page(name: str) -> None:
    made = sample.figures()
    long = replace(poisoned(made, name), life=made.life)
    reader = pypdf.PdfReader(io.BytesIO(pdf_print(document(long)).content))
    seen = 0
    for page in reader.pages:
        edges = left_edges(page, name[:5])
        assert all(50 < x < 540 for x in edges)
        seen += len(edges)
    assert seen > 20


def left_edges(page: pypdf.PageObject, beginning: str) -> list[float]:
    """Where on the page, in points from the left, runs of text with this beginning start."""
    found = []

    def visit(text: str, cm: list[float], tm: list[float], _font: Any, _size: float) -> None:
        if beginning in text:
            found.append(cm[0] * tm[4] + cm[4])

    page.extract_text(visitor_text=visit)
    return found


def test_a_site_without_any_record_is_called_unknown_not_clean() -> None:
    text = words(pdf_print(document(sample.figures(life=sample.empty_life()))))
    assert "No authority has published anything about this site that is known here." in text
    assert "a site that no authority has seen is unknown" in text
    assert "No published record was used." in text
    assert "Year by year" not in text


def test_a_thousand_recalls_are_summarized_with_their_totals() -> None:
    life = sample.life(recalls=1000)
    printed = pdf_print(document(sample.figures(life=life)))
    text = words(printed)
    assert printed.pages <= 14
    events = len(life.recall_events)
    assert f"{events - 25} older recalls are counted above" in text
    years = [event.happened_on.year for event in life.recall_events if event.happened_on]
    for year in set(years):
        assert re.search(rf"\b{year} .*?\b{years.count(year)}\b", text)


def test_french_pages_speak_french() -> None:
    printed = pdf_print(document(sample.figures(), "fr"))
    reader = pypdf.PdfReader(io.BytesIO(printed.content))
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/Lang"] == "fr"
    text = words(printed)
    with override("fr"):
        for sentence in ("Summary", "Must-haves", "Where the facts come from", "How to check this report"):
            assert gettext(sentence) in text
    assert "22 nov. 2026" in text
    assert "Page 1 sur" in text
    assert f"{sample.evaluation().standing.score:.1f}".replace(".", ",") in text
    assert "Nov 22, 2026" not in text


def test_the_hash_does_not_depend_on_the_language() -> None:
    assert document(sample.figures(), "fr").inputs_sha256 == document(sample.figures()).inputs_sha256


def test_every_criterion_and_must_have_is_told_with_its_reason() -> None:
    html = document(sample.figures()).html
    for row in sample.criteria():
        assert row.label in html
    assert "The visit of Feb" in html
    assert "Batches of monoclonal antibody made: 24" in html


def test_what_is_closed_is_told_and_what_is_not_known_to_be_closed_too() -> None:
    html = document(sample.figures()).html
    row = next(row for row in re.findall(r"<tr>.*?</tr>", html) if "Import alert" in row and "605005" in row)
    assert "not known" in row
    letter = next(row for row in re.findall(r"<tr>.*?</tr>", html) if "605004" in row)
    assert "2017-02-23" in letter


def test_points_of_the_groups_add_up_to_the_score() -> None:
    evaluation = sample.evaluation()
    assert sum(group.weight * group.low for group in evaluation.groups) == pytest.approx(
        evaluation.standing.score
    )


def standing(**changes: Any) -> Any:
    evaluation = sample.evaluation()
    return replace(evaluation, standing=replace(evaluation.standing, **changes))


def test_the_headline_says_where_the_candidate_stands() -> None:
    assert headline(standing(status="ranked")) == "Rank 2 of 4, with every must-have met"
    assert (
        headline(standing(status="conditional"))
        == "Rank 2 of 4, on condition that its open must-haves are met"
    )
    failed = standing(status="excluded", rank=None)
    gates = tuple(replace(gate, status="fail") for gate in failed.gates)
    assert headline(replace(failed, gates=gates)) == "Excluded: it fails 3 must-haves"
    assert headline(replace(failed, gates=gates[:1])) == "Excluded: it fails a must-have"


def test_the_title_of_the_field_says_whether_the_order_is_open() -> None:
    assert "between this site and 3 others" in field_title(standing())
    leader = standing(score=99.0, score_upper=99.5)
    assert field_title(leader) == "This site leads whatever the open evidence turns out to be"
    last = standing(score=1.0, score_upper=2.0)
    assert field_title(last) == "The open evidence cannot change the order around this site"
    assert "excluded" in field_title(standing(status="excluded"))


def test_the_title_of_the_groups_says_what_carries_the_score_and_what_is_open() -> None:
    evaluation = sample.evaluation()
    names = {group.key: group.label for group in evaluation.groups}
    title = groups_title(evaluation, names)
    assert title.startswith("“Technical fit” adds most, 12.6 points; most is open in “")


def test_the_title_of_the_timeline_names_the_last_grave_record() -> None:
    title = timeline_title(sample.life())
    assert "Last warning letter on Jan\u00a020,\u00a02016" in title
    assert "5 recalls in all" in title
    assert timeline_title(sample.empty_life()) == "No authority has published anything about this site"


def test_a_year_with_the_most_recalls_is_named_only_where_there_is_one() -> None:
    recalls = tuple(sample.action(number * 3, date(2020, 1, 1 + number)) for number in range(4))
    other = (sample.action(50, date(2021, 5, 5)),)
    life = replace(sample.empty_life(), actions=(*other, *recalls))
    assert "5 recalls in all, the most in 2020: 4" in timeline_title(life)


def test_an_override_stands_beside_the_derived_value_with_who_and_why() -> None:
    figures = sample.figures()
    first, *rest = figures.evaluation.criteria
    value = OverrideFigures(20.0, 45.0, "Seen at the visit of June.", "Clara Whitlock", date(2026, 6, 2))
    changed = replace(first, low=70.0, high=70.0, override=value)
    html = document(replace(figures, evaluation=replace(figures.evaluation, criteria=(changed, *rest)))).html
    section = html[html.index(">Overrides<") :]
    for words_of_it in ("20.0–45.0", "70.0", "Clara Whitlock", "Seen at the visit of June."):
        assert words_of_it in section
    assert "no person replaced one" not in section
