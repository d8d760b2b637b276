"""The regulatory life of one site, as a picture and as tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from audits.models import Citation, Inspection, RegulatoryAction
from common.charts.chart import Chart
from common.charts.events import Event, event_timeline
from common.numbers import number_text
from common.tables import DataTable, DayColumn
from common.templatetags.components import status_badge
from partners.models import Site
from workspace.outcomes import outcome_badge, outcome_tone, outcome_word

SHORTEST_SPAN = timedelta(days=3 * 365)
Kind = RegulatoryAction.Kind


@dataclass(frozen=True, slots=True)
class Life:
    """What is drawn, and how many records of each kind there are."""

    chart: Chart | None
    inspections: int
    actions: int


def life_of(site: Site) -> Life:
    """The dated inspections and actions of a site, as a chart. Two queries."""
    inspections = list(
        Inspection.objects.filter(site=site)
        .order_by()
        .values_list("happened_on", "classification", "project_area")
    )
    actions = list(
        RegulatoryAction.objects.filter(site=site)
        .order_by()
        .values_list("happened_on", "kind", "recall_class", "event_key", "reference", "id")
    )
    events = [*_inspection_events(inspections), *_action_events(actions)]
    return Life(_chart(events), len(inspections), len(actions))


def _inspection_events(rows: Iterable[tuple[date | None, str, str]]) -> Iterable[Event]:
    # An inspection has a row for each project area: on the picture one day with one outcome is one mark.
    for on, classification in sorted({(on, outcome) for on, outcome, _area in rows if on}):
        yield Event(gettext("Inspections"), on, outcome_word(classification), outcome_tone(classification))


def _action_events(rows: Iterable[tuple[date | None, str, str, str, str, int]]) -> Iterable[Event]:
    seen = set()
    for on, kind, recall_class, event_key, reference, pk in rows:
        key = (kind, event_key or str(pk))
        if on is None or key in seen:
            continue
        seen.add(key)
        mark = RegulatoryAction.RecallClass(recall_class).label if recall_class else ""
        yield Event(_lane(kind), on, str(mark), "caution" if kind == Kind.FORM_483 else "bad", reference)


def _lane(kind: str) -> str:
    lanes = {
        Kind.FORM_483: gettext("Form 483s"),
        Kind.WARNING_LETTER: gettext("Warning letters"),
        Kind.RECALL: gettext("Recalls"),
    }
    return lanes.get(Kind(kind), gettext("Other actions"))


def _chart(events: list[Event]) -> Chart | None:
    if not events:
        return None
    lanes = [
        gettext("Inspections"),
        *(_lane(kind) for kind in (Kind.FORM_483, Kind.WARNING_LETTER, Kind.RECALL, Kind.OTHER)),
    ]
    last = max(timezone.localdate(), max(event.on for event in events))
    first = min(min(event.on for event in events) - timedelta(days=30), last - SHORTEST_SPAN)
    return event_timeline(events, lanes, first=first, last=last, caption=_finding(events))


def _finding(events: list[Event]) -> str:
    """What the picture says: how many grave events there were, and when the last one was."""
    grave = [event for event in events if event.tone == "bad"]
    if not grave:
        return gettext("No official action, warning letter or recall is on record.")
    text = ngettext(
        "%(total)s official action, letter or recall, in %(year)s",
        "%(total)s official actions, letters and recalls, the last in %(year)s",
        len(grave),
    )
    return text % {"total": number_text(len(grave)), "year": str(max(event.on for event in grave).year)}


class InspectionTable(DataTable):
    table_name = "site-inspections"
    caption = _("Inspections")
    optional = ("fiscal_year", "known_on", "source")

    happened_on = DayColumn(_("Last day"))
    classification = tables.Column(_("Outcome"))
    project_area = tables.Column(_("Project area"), empty_values=(None, ""))
    product_type = tables.Column(_("Product type"), empty_values=(None, ""))
    inspection_number = tables.Column(
        _("Number"), empty_values=(None, ""), attrs={"td": {"class": "mono-id"}}
    )
    authority = tables.Column(_("Authority"))
    citations_posted = tables.Column(_("Citations posted"))
    fiscal_year = tables.Column(_("Fiscal year"), localize=False)
    known_on = DayColumn(_("Published"))
    source = tables.Column(_("Source"), empty_values=())

    class Meta:
        model = Inspection
        fields = ()
        order_by = "-happened_on"

    def render_classification(self, value: Any, record: Inspection) -> SafeString:
        return outcome_badge(record.classification)

    def value_classification(self, record: Inspection) -> str:
        return str(record.get_classification_display())

    def render_citations_posted(self, value: bool) -> str:
        return gettext("yes") if value else gettext("no")

    def render_source(self, record: Inspection) -> str:
        return record.source or gettext("by hand")


class ActionTable(DataTable):
    table_name = "site-actions"
    caption = _("Actions and documents")
    optional = ("issued_by", "known_on", "source")

    happened_on = DayColumn(_("Date"))
    kind = tables.Column(_("Kind"))
    title = tables.Column(_("Subject"), empty_values=(None, ""), attrs={"td": {"class": "wide"}})
    recall_class = tables.Column(_("Class"), empty_values=(None, ""))
    status = tables.Column(_("Status"), empty_values=(None, ""))
    reference = tables.Column(_("Reference"), empty_values=(None, ""))
    closed_on = DayColumn(_("Closed"))
    issued_by = tables.Column(_("Issued by"), empty_values=(None, ""))
    known_on = DayColumn(_("Published"))
    source = tables.Column(_("Source"), empty_values=())

    class Meta:
        model = RegulatoryAction
        fields = ()
        order_by = "-happened_on"

    def render_title(self, value: str, record: RegulatoryAction) -> SafeString | str:
        if record.url.startswith(("https://", "http://")):
            return format_html('<a href="{}" rel="noreferrer noopener">{}</a>', record.url, value)
        return value

    def render_recall_class(self, record: RegulatoryAction) -> SafeString:
        return status_badge(
            record.get_recall_class_display(), "bad" if record.recall_class == "1" else "caution"
        )

    def render_source(self, record: RegulatoryAction) -> str:
        return record.source or gettext("by hand")


class CitationTable(DataTable):
    table_name = "site-citations"
    caption = _("Citations")
    optional = ("inspection_number", "program_area", "known_on", "source")

    happened_on = DayColumn(_("Date"))
    regulation = tables.Column(_("Regulation"), attrs={"td": {"class": "nowrap"}})
    short_text = tables.Column(_("Subject"), empty_values=(None, ""), orderable=False)
    long_text = tables.Column(
        _("In the authority's words"),
        empty_values=(None, ""),
        orderable=False,
        attrs={"td": {"class": "wide"}},
    )
    is_data_integrity = tables.Column(_("Data integrity"))
    inspection_number = tables.Column(_("Inspection"), attrs={"td": {"class": "mono-id"}})
    program_area = tables.Column(_("Program area"), empty_values=(None, ""))
    known_on = DayColumn(_("Published"))
    source = tables.Column(_("Source"), empty_values=())

    class Meta:
        model = Citation
        fields = ()
        order_by = "-happened_on"

    def render_is_data_integrity(self, value: bool) -> SafeString | str:
        return status_badge(pgettext("concerns data integrity", "yes"), "caution") if value else ""

    def render_source(self, record: Citation) -> str:
        return record.source or gettext("by hand")


@dataclass(frozen=True, slots=True)
class Listing:
    """One of the tables: which records, and how they are shown."""

    table: type[DataTable]
    rows: QuerySet[Any]


def listing_of(site: Site, shown: str) -> Listing:
    """The table that was asked for; inspections when it is none of them. Lazy."""
    if shown == "actions":
        return Listing(ActionTable, RegulatoryAction.objects.filter(site=site).defer("text", "verbatim"))
    if shown == "citations":
        return Listing(CitationTable, Citation.objects.filter(site=site).defer("verbatim"))
    return Listing(InspectionTable, Inspection.objects.filter(site=site).defer("verbatim"))
