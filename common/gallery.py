"""Invented data for the gallery of components: for developers, administrators and tests."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import django_tables2 as tables
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common import charts
from common.forms import FigureInput
from common.tables import DataTable, DayColumn, NumberColumn
from common.templatetags.components import completeness, gate_mark, interval_bar, strength_mark
from common.templatetags.figures import rank

GROUPS = (
    _("Regulatory and quality"),
    _("Technical fit"),
    _("Scale and capacity"),
    _("Technology transfer"),
    _("Supply"),
    _("Commercial terms"),
)


@dataclass(frozen=True)
class Sample:
    """An invented candidate."""

    name: str
    country: str
    lower: float
    upper: float
    rank: int | None
    best: int | None
    worst: int | None
    gate: str
    strength: str | None
    inspected: date | None
    batches: int | None

    @property
    def share(self) -> float:
        """The share of the score that is settled."""
        return 1 - (self.upper - self.lower) / 100


SAMPLES = (
    Sample(
        "Estuaire Pharma, Nantes", "France", 71.4, 78.9, 1, 1, 2, "pass", "verified", date(2025, 3, 14), 412
    ),
    Sample(
        "Alder Biologics, Uppsala",
        "Sweden",
        66.0,
        81.2,
        2,
        1,
        4,
        "pass",
        "documented",
        date(2023, 11, 2),
        1290,
    ),
    Sample("Northwind Aseptic, Cork", "Ireland", 63.2, 63.2, 3, 2, 4, "unknown", "documented", None, 88),
    Sample(
        "Pinecrest Viral Vector, Durham NC",
        "United States",
        48.5,
        88.0,
        4,
        1,
        6,
        "pass",
        "claimed",
        date(2021, 6, 30),
        17,
    ),
    Sample(
        "Fjord Cell Therapies, Bergen",
        "Norway",
        44.1,
        52.7,
        5,
        4,
        6,
        "unknown",
        "claimed",
        date(2024, 9, 9),
        None,
    ),
    Sample("Ostrava Solid Dose", "Czechia", 38.0, 61.5, 6, 4, 6, "pass", None, None, 5304),
    Sample(
        "Bergamo Sterile Works",
        "Italy",
        57.9,
        64.0,
        None,
        None,
        None,
        "fail",
        "verified",
        date(2025, 8, 21),
        934,
    ),
)

POINTS = (
    (26.4, 17.0, 10.2, 8.1, 5.9, 3.8),
    (21.0, 18.3, 9.5, 7.7, 6.1, 3.4),
    (22.8, 15.1, 8.8, 9.0, 4.5, 3.0),
    (9.0, 16.2, 10.0, 6.3, 4.0, 3.0),
)

CRITERIA = (
    (_("Inspection outcomes"), 0, 0.16, ((92, 92), (71, 71), (64, 64), (0, 100))),
    (_("Recalls of makers"), 0, 0.08, ((85, 85), (55, 90), (78, 78), (40, 100))),
    (_("Open regulatory actions"), 0, 0.10, ((100, 100), (80, 80), (80, 80), (0, 100))),
    (_("Modality experience"), 1, 0.14, ((76, 76), (88, 88), (41, 41), (95, 95))),
    (_("Containment"), 1, 0.07, ((60, 75), (66, 66), (20, 45), (70, 70))),
    (_("Batch size fit"), 2, 0.12, ((58, 58), (74, 74), (9, 9), (33, 60))),
    (_("Free capacity, next 24 months"), 2, 0.08, ((0, 100), (62, 80), (90, 90), (0, 100))),
    (_("Critical materials in stock"), 4, 0.06, ((51, 51), (47, 47), (12, 12), (28, 66))),
)


class SampleTable(DataTable):
    """Candidates, to show every kind of column."""

    table_name = "gallery"
    caption = _("Candidates")
    optional = ("country",)

    name = tables.Column(_("Site"), linkify=lambda: "#")
    country = tables.Column(_("Country"))
    rank = NumberColumn(_("Rank"))
    score = tables.Column(_("Score"), accessor="lower")
    share = NumberColumn(_("Completeness"), attrs={"td": {}, "th": {}})
    gate = tables.Column(_("Must-haves"))
    strength = tables.Column(_("Evidence"))
    inspected = DayColumn(_("Last inspection"))
    batches = NumberColumn(_("Batches made"))

    def render_rank(self, record: Sample) -> str:
        return rank(record.rank, record.best, record.worst)

    def render_score(self, record: Sample) -> str:
        return interval_bar(record.lower, record.upper)

    def render_share(self, value: float) -> str:
        return completeness(value)

    def value_share(self, value: float) -> float:
        return value

    def render_gate(self, value: str) -> str:
        return gate_mark(value)

    def render_strength(self, value: str) -> str:
        return strength_mark(value)


class SampleFilter(forms.Form):
    """What a filter bar holds."""

    q = forms.CharField(label=_("Name contains"), required=False)
    gate = forms.ChoiceField(
        label=_("Must-haves"),
        required=False,
        choices=[("", _("Any")), ("pass", _("Pass")), ("fail", _("Fail"))],
    )


class SampleForm(forms.Form):
    """What a form holds; bound without data, so that it shows its errors."""

    code = forms.CharField(label=_("Code"), help_text=_("Short and unique, such as ORX-117."), max_length=20)
    modality = forms.ChoiceField(
        label=_("Modality"), choices=[("", _("Choose")), ("aav", _("Viral vector (AAV)"))]
    )
    batch_size = forms.DecimalField(
        label=_("Batch size now"), required=False, localize=True, widget=FigureInput
    )
    regions = forms.MultipleChoiceField(
        label=_("Regions of supply"),
        choices=[("us", _("United States")), ("eu", _("European Union"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 2}), required=False)


class SampleUpload(forms.Form):
    """What a drop zone holds."""

    upload = forms.FileField(label=_("Choose a file, or drop it here"))


def sample_charts() -> dict[str, charts.Chart]:
    """One of each chart."""
    groups = [str(group) for group in GROUPS]
    bars = [
        charts.CandidateBar(
            s.name,
            s.lower,
            s.upper,
            s.rank,
            s.best,
            s.worst,
            {
                "pass": charts.Standing.RANKED,
                "unknown": charts.Standing.CONDITIONAL,
                "fail": charts.Standing.EXCLUDED,
            }[s.gate],
        )
        for s in SAMPLES
    ]
    breakdowns = [
        charts.Breakdown(s.name, points, s.upper) for s, points in zip(SAMPLES[:4], POINTS, strict=True)
    ]
    criteria = [
        charts.CriterionRow(str(name), groups[group], weight, tuple(charts.Cell(*cell) for cell in cells))
        for name, group, weight, cells in CRITERIA
    ]
    return {
        "ranking": charts.rank_chart(
            bars, caption=gettext("Estuaire leads, but Alder and Pinecrest could overtake it")
        ),
        "contributions": charts.contribution_chart(
            breakdowns, groups, caption=gettext("Regulatory standing makes most of Estuaire’s lead")
        ),
        "heat": charts.heat_map(
            [s.name.split(",")[0] for s in SAMPLES[:4]],
            criteria,
            caption=gettext("Pinecrest is unknown where it counts most"),
        ),
        "events": sample_events(),
        "columns": charts.column_chart(
            [charts.YearValue(2018 + i, v) for i, v in enumerate((2, 4, None, 1, 3, 0, 2, 5))],
            caption=gettext("Inspections by year"),
            unit=gettext("Inspections"),
        ),
        "waterfall": charts.waterfall_chart(
            "Alder Biologics, Uppsala",
            66.0,
            [charts.Step(g, c) for g, c in zip(groups, (5.4, -1.3, 0.7, 0.4, -0.2, 0.4), strict=True)],
            "Estuaire Pharma, Nantes",
            caption=gettext("Regulatory standing explains the lead of 5.4 points"),
        ),
        "demand": charts.fan_chart(
            [
                charts.YearRange(2027 + i, b * 0.55, b, b * 1.5)
                for i, b in enumerate((120, 300, 820, 1500, 1900, 2050))
            ],
            caption=gettext("Demand passes one line’s capacity in 2030 in the base case"),
            unit=gettext("Batches"),
        ),
    }


def sample_events() -> charts.Chart:
    """Regulatory acts of an invented site."""
    inspections, forms_483, letters, recalls, alerts = (
        gettext("Inspections"),
        gettext("Form 483"),
        gettext("Warning letters"),
        gettext("Recalls"),
        gettext("Import alerts"),
    )
    events = [
        charts.Event(inspections, date(2016, 5, 20), "NAI", "good"),
        charts.Event(inspections, date(2018, 2, 9), "VAI", "caution", "21 CFR 211.192"),
        charts.Event(inspections, date(2019, 10, 4), "OAI", "bad", "21 CFR 211.113(b)"),
        charts.Event(inspections, date(2020, 1, 30), "VAI", "caution"),
        charts.Event(inspections, date(2023, 6, 16), "NAI", "good"),
        charts.Event(inspections, date(2026, 9, 11), gettext("pending"), "unknown"),
        charts.Event(forms_483, date(2018, 2, 9), "", "neutral"),
        charts.Event(forms_483, date(2019, 10, 4), "", "neutral"),
        charts.Event(letters, date(2020, 3, 12), "", "bad", "CGMP"),
        charts.Event(letters, date(2021, 11, 2), gettext("closed"), "good"),
        charts.Event(recalls, date(2019, 12, 1), "II", "caution"),
        charts.Event(recalls, date(2020, 1, 15), "III", "neutral"),
        charts.Event(recalls, date(2020, 2, 3), "I", "bad"),
    ]
    return charts.event_timeline(
        events,
        [inspections, forms_483, letters, recalls, alerts],
        first=date(2015, 11, 22),
        last=date(2026, 11, 22),
        caption=gettext("Clean since the warning letter of 2020 was closed"),
    )


def gallery_context(request: HttpRequest) -> dict[str, Any]:
    """Everything that `common/gallery.html` shows."""
    table = SampleTable(list(SAMPLES), request=request)
    table.choose_columns(request)
    bound = SampleForm({"batch_size": "about 200"})
    bound.is_valid()
    return {
        "table": table,
        "samples": SAMPLES,
        "filter_form": SampleFilter(request.GET),
        "form": bound,
        "upload": SampleUpload(),
        "charts": sample_charts(),
        "tabs": [
            {"label": gettext("Parts"), "url": "#parts", "active": True},
            {"label": gettext("Table"), "url": "#table", "active": False, "count": len(SAMPLES)},
            {"label": gettext("Forms"), "url": "#forms", "active": False},
            {"label": gettext("Charts"), "url": "#charts", "active": False, "count": 7},
        ],
        "tones": ["good", "caution", "bad", "unknown", "info", "neutral"],
        "steps": range(10),
        "pairs": [
            (gettext("FEI"), "3004567890"),
            (gettext("Address"), "14 Fictional Quay, 44000 Nantes, France"),
            (gettext("Quality agreement"), None),
        ],
        "figures": [
            {"label": gettext("Candidates"), "value": "7", "note": gettext("2 conditional, 1 excluded")},
            {"label": gettext("Leader"), "value": "71.4", "note": gettext("up to 78.9")},
            {"label": gettext("Weight on verified evidence"), "value": "38%"},
        ],
        "happenings": [
            {
                "date": date(2026, 11, 20),
                "tone": "good",
                "title": gettext("CAPA closed as effective"),
                "meta": "QA",
            },
            {
                "date": date(2026, 9, 11),
                "tone": "unknown",
                "title": gettext("Inspection ended, outcome pending"),
            },
            {
                "date": date(2020, 3, 12),
                "tone": "bad",
                "title": gettext("Warning letter"),
                "text": "CGMP, 21 CFR 211",
            },
        ],
    }
