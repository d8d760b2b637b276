"""Charts draw what their table says, escape what they are given, and need no style sheet of their own."""

import itertools
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from common import charts
from common.charts import heat, scale, widths
from common.gallery import sample_charts

SVG = "{http://www.w3.org/2000/svg}"
PAYLOADS = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onload='x", "&lt;b&gt;", "]]>")
SAMPLES = tuple(sample_charts())
scores = st.floats(0, 100, allow_nan=False).map(lambda v: round(v, 2))


def parsed(chart: charts.Chart) -> ET.Element:
    return ET.fromstring(chart.svg)


def of_class(root: ET.Element, name: str) -> Iterator[ET.Element]:
    return (node for node in root.iter() if name in node.get("class", "").split())


def words(root: ET.Element) -> list[str]:
    return ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]


def bars(names: list[str], bounds: list[tuple[float, float]]) -> list[charts.CandidateBar]:
    return [
        charts.CandidateBar(name, min(pair), max(pair), rank=i)
        for i, (name, pair) in enumerate(zip(names, bounds, strict=False), start=1)
    ]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_chart_is_well_formed_named_and_free_of_style_and_script(name: str, language: str) -> None:
    with translation.override(language):
        chart = sample_charts()[name]
    root = parsed(chart)
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == chart.caption
    assert root.findtext(f"{SVG}desc")
    for node in root.iter():
        assert node.tag not in (f"{SVG}script", f"{SVG}style", f"{SVG}foreignObject")
        assert not any(key == "style" or key.startswith("on") or key == "id" for key in node.attrib)


@pytest.mark.parametrize("name", SAMPLES)
def test_coordinates_are_written_alike_in_every_language(name: str) -> None:
    def geometry(language: str) -> list[str | None]:
        with translation.override(language):
            root = parsed(sample_charts()[name])
        return [node.get(key) for node in root.iter(f"{SVG}rect") for key in ("y", "height", "width")]

    numbers = geometry("fr")
    assert all(re.fullmatch(r"-?\d+(\.\d+)?", value or "0") for value in numbers)


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_drawn_has_the_colors_of_paper_in_its_attributes(name: str) -> None:
    for node in parsed(sample_charts()[name]).iter():
        if node.tag in (f"{SVG}rect", f"{SVG}text"):
            assert re.fullmatch(r"#[0-9a-f]{6}", node.get("fill", "")), node.attrib


@pytest.mark.parametrize("payload", PAYLOADS)
def test_names_from_outside_are_text_and_nothing_else(payload: str) -> None:
    day = date(2024, 5, 1)
    made = [
        charts.rank_chart(bars([payload], [(10, 20)]), caption=payload),
        charts.contribution_chart([charts.Breakdown(payload, (4.0,), 9)], [payload], caption=payload),
        charts.heat_map(
            [payload], [charts.CriterionRow(payload, payload, 1, (charts.Cell(1, 2),))], caption=payload
        ),
        charts.event_timeline(
            [charts.Event(payload, day, payload, payload, payload)],
            [payload],
            first=date(2020, 1, 1),
            last=date(2026, 1, 1),
            caption=payload,
        ),
        charts.waterfall_chart(payload, 1, [charts.Step(payload, 2)], payload, caption=payload),
        charts.column_chart([charts.YearValue(2024, 1)], caption=payload, unit=payload),
        charts.fan_chart(
            [charts.YearRange(2024, 1, 2, 3), charts.YearRange(2025, 1, 2, 3)], caption=payload, unit=payload
        ),
    ]
    for chart in made:
        root = parsed(chart)
        assert root.findtext(f"{SVG}title") == payload
        assert not any(node.tag.endswith(("script", "img")) for node in root.iter())
        assert not any(key.startswith("on") for node in root.iter() for key in node.attrib)


@settings(max_examples=60)
@given(st.lists(st.tuples(scores, scores), min_size=1, max_size=8))
def test_the_bars_of_a_ranking_run_from_the_score_to_the_upper_bound_of_the_table(
    bounds: list[tuple[float, float]],
) -> None:
    with translation.override("en"):
        chart = charts.rank_chart(bars([f"Site {i}" for i in range(8)], bounds), caption="c")
    root = parsed(chart)
    ticks = [float(node.get("x1", "")) for node in of_class(root, "c-line")]
    zero, hundred = ticks[0], ticks[-1]
    drawn = [
        (
            (float(node.get("x", "")) - zero) / (hundred - zero) * 100,
            (float(node.get("x", "")) + float(node.get("width", "")) - zero) / (hundred - zero) * 100,
        )
        for node in of_class(root, "c-bar-soft")
    ]
    told = [(float(row[2]), float(row[3])) for row in chart.rows]
    assert len(drawn) == len(told)
    for one, other in zip(drawn, told, strict=True):
        assert one == pytest.approx(other, abs=0.06)


@settings(max_examples=60)
@given(st.lists(st.lists(st.floats(0, 20), min_size=4, max_size=4), min_size=1, max_size=5))
def test_stacked_bars_are_as_long_as_the_points_of_the_table(points: list[list[float]]) -> None:
    with translation.override("en"):
        chart = charts.contribution_chart(
            [charts.Breakdown(f"Site {i}", tuple(p), 100) for i, p in enumerate(points)],
            ["a", "b", "c", "d"],
            caption="c",
        )
    root = parsed(chart)
    ticks = [float(node.get("x1", "")) for node in of_class(root, "c-line")]
    drawn = [float(node.get("width", "")) / (ticks[4] - ticks[0]) * 100 for node in of_class(root, "c-gap")]
    told = [float(cell) for row in chart.rows for cell in row[1:5]]
    assert drawn == pytest.approx(told, abs=0.06)
    assert all(
        float(row[5]) == pytest.approx(sum(p), abs=0.051) for row, p in zip(chart.rows, points, strict=True)
    )


def test_every_cell_of_a_heat_map_is_printed_and_unknown_is_hatched_and_never_a_color() -> None:
    cells = (charts.Cell(0, 0), charts.Cell(0, 100), charts.Cell(40, 75), charts.Cell(100, 100))
    chart = charts.heat_map(
        ["A", "B", "C", "D"], [charts.CriterionRow("Recalls", "Quality", 0.5, cells)], caption="c"
    )
    root = parsed(chart)
    groups = {
        node.findtext(f"{SVG}title"): node
        for node in root.iter(f"{SVG}g")
        if node.find(f"{SVG}title") is not None
    }
    assert chart.rows[0][3:] == ("0", "unknown (0–100)", "40–75", "100")
    assert set(groups) == {f"{n}, Recalls: {v}" for n, v in zip("ABCD", chart.rows[0][3:], strict=True)}
    unknown = groups["B, Recalls: unknown (0–100)"]
    assert list(of_class(unknown, "c-hatch"))
    assert not [n for n in unknown.iter() if "c-value" in n.get("class", "")]
    exact = groups["A, Recalls: 0"]
    assert not list(of_class(exact, "c-hatch"))
    assert list(of_class(exact, "c-value-0"))
    assert list(of_class(groups["C, Recalls: 40–75"], "c-hatch"))
    assert list(of_class(groups["C, Recalls: 40–75"], "c-value-4"))


def test_a_table_of_a_heat_map_has_a_word_for_unknown() -> None:
    assert heat.cell_words(charts.Cell(0, 100)) == "unknown (0–100)"
    assert heat.cell_text(charts.Cell(0, 100)) == "?"


@settings(max_examples=40)
@given(st.lists(st.integers(0, 4000), max_size=40))
def test_a_timeline_draws_every_event_once_and_none_over_another(offsets: list[int]) -> None:
    first, last = date(2015, 1, 1), date(2026, 1, 1)
    events = [charts.Event("Inspections", first + timedelta(days=d), "VAI", "caution") for d in offsets]
    chart = charts.event_timeline(events, ["Inspections"], first=first, last=last, caption="c")
    root = parsed(chart)
    symbols = [node.get("transform", "") for node in root.iter(f"{SVG}g") if node.get("transform")]
    assert len(symbols) == len(chart.rows) == len(events)
    places = [tuple(float(v) for v in re.findall(r"[\d.]+", s)) for s in symbols]
    for i, (x, y) in enumerate(places):
        assert all(abs(x - a) >= 12 or abs(y - b) >= 12 for a, b in places[i + 1 :])


def test_a_timeline_leaves_out_nothing_silently() -> None:
    chart = charts.event_timeline(
        [charts.Event("Recalls", date(1999, 1, 1), "I", "bad")],
        ["Recalls"],
        first=date(2015, 1, 1),
        last=date(2026, 1, 1),
        caption="c",
    )
    assert chart.rows == ()
    assert "1 lie outside" in (parsed(chart).findtext(f"{SVG}desc") or "")
    with pytest.raises(ValueError, match="Recalls"):
        charts.event_timeline(
            [charts.Event("Recalls", date(2020, 1, 1), "I", "bad")],
            ["Inspections"],
            first=date(2015, 1, 1),
            last=date(2026, 1, 1),
            caption="c",
        )


def test_a_year_without_a_figure_is_hatched_and_a_year_with_zero_is_not() -> None:
    chart = charts.column_chart(
        [charts.YearValue(2024, None), charts.YearValue(2025, 0)], caption="c", unit="Inspections"
    )
    root = parsed(chart)
    assert chart.rows == (("2024", "—"), ("2025", "0"))
    assert len(list(of_class(root, "c-hatch"))) == 1
    assert "0" in words(root)


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=8), st.floats(0, 100))
def test_a_waterfall_ends_where_its_steps_add_up(changes: list[float], start: float) -> None:
    with translation.override("en"):
        chart = charts.waterfall_chart(
            "A", start, [charts.Step(str(i), c) for i, c in enumerate(changes)], "B", caption="c"
        )
    assert float(chart.rows[-1][2].replace(",", "").replace("\N{MINUS SIGN}", "-")) == pytest.approx(
        start + sum(changes), abs=0.051
    )


def test_a_waterfall_draws_no_bar_on_a_cut_axis() -> None:
    cut = charts.waterfall_chart("A", 66, [charts.Step("x", 5)], "B", caption="c")
    whole = charts.waterfall_chart("A", 5, [charts.Step("x", 60)], "B", caption="c")
    assert not list(of_class(parsed(cut), "c-bar"))
    assert len(list(of_class(parsed(whole), "c-bar"))) == 2


def test_doubled_demand_is_a_dashed_line_inside_the_picture_and_a_column() -> None:
    ranges = [charts.YearRange(2028, 1, 10, 12), charts.YearRange(2029, 2, 20, 22)]
    with translation.override("en"):
        plain = charts.fan_chart(ranges, caption="c", unit="u")
        chart = charts.fan_chart(ranges, caption="c", unit="u", doubled=True)
    assert not [node for node in parsed(plain).iter(f"{SVG}path") if node.get("stroke-dasharray")]
    (dashed,) = [node for node in parsed(chart).iter(f"{SVG}path") if node.get("stroke-dasharray")]
    heights = [float(point.split()[1]) for point in dashed.get("d", "")[1:].split("L")]
    assert min(heights) >= 10
    assert heights[1] < heights[0]
    assert chart.columns[-1] == "Doubled"
    assert [row[-1] for row in chart.rows] == ["20", "40"]


def test_figures_that_do_not_fit_the_grid_are_refused() -> None:
    with pytest.raises(ValueError, match="one figure per group"):
        charts.contribution_chart([charts.Breakdown("A", (1.0,), 2)], ["a", "b"], caption="c")
    with pytest.raises(ValueError, match="one cell per candidate"):
        charts.heat_map(["A"], [charts.CriterionRow("x", "g", 1, ())], caption="c")
    with pytest.raises(ValueError, match="two years"):
        charts.fan_chart([charts.YearRange(2024, 1, 2, 3)], caption="c", unit="u")


@given(st.text(max_size=60), st.floats(20, 300))
def test_words_are_cut_to_the_width_they_have(content: str, width: float) -> None:
    cut = widths.clipped_words(content, width)
    assert widths.text_width(cut, 13) <= width or len(cut) <= 2
    assert cut == content or cut.endswith("…")


@given(st.text("ab é", max_size=60), st.floats(30, 300), st.integers(1, 3))
def test_words_are_broken_at_spaces_and_only_the_last_line_is_cut(
    content: str, width: float, lines: int
) -> None:
    made = widths.wrapped_words(content, width, 12, lines)
    assert 1 <= len(made) <= lines
    assert all(widths.text_width(line, 12) <= width for line in made)
    if not any(line.endswith("…") for line in made):
        assert " ".join(made).split() == content.split()


def test_a_long_name_stands_on_two_lines_beside_its_bar() -> None:
    name = "Quality of the technology transfer and of the process knowledge that it rests on"
    chart = charts.waterfall_chart("A", 50, [charts.Step(name, -4)], "B", caption="c")
    written = re.findall(r"<text[^>]*>([^<]*)</text>", chart.svg)
    assert any(f"{one} {two}" == name for one, two in itertools.pairwise(written))


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_ticks_are_few_round_and_reach_both_ends(low: float, span: float) -> None:
    ticks = scale.round_ticks(low, low + span)
    assert 2 <= len(ticks) <= 12
    assert ticks[0] <= low + 1e-3
    assert ticks[-1] >= low + span - 1e-3


def test_a_difference_too_small_to_show_still_has_an_axis() -> None:
    assert charts.waterfall_chart("A", 0, [charts.Step("x", 5e-324)], "B", caption="c").rows[-1][2] == "0.0"
