"""The regulatory life of one site, as a picture and as tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from audits.models import Audit, Citation, Inspection, RegulatoryAction
from audits.regulatory_life import ActionFact, InspectionFact
from audits.selectors import clock_rules, site_regulatory_life
from audits.sources import source_title
from audits.themes import Themes, themes_of
from common.charts.chart import Chart
from common.charts.events import Event, event_timeline
from common.numbers import number_text
from common.tables import DataTable, DayColumn
from common.templatetags.components import status_badge
from partners.models import Certificate, Site
from workspace.outcomes import outcome_badge, outcome_tone, outcome_word

SHORTEST_SPAN = timedelta(days=3 * 365)
Kind = RegulatoryAction.Kind


@dataclass(frozen=True, slots=True)
class Life:
    """What is drawn, how many records of each kind there are, and what a reader should see first."""

    chart: Chart | None
    inspections: int
    actions: int
    citations: int
    themes: Themes
    undated: int


def life_of(site: Site) -> Life:
    """The regulatory life of a site, with its certificates and our own audits. Five queries."""
    today = timezone.localdate()
    life = site_regulatory_life(site, today)
    events = [
        *_inspection_events(life.inspections),
        *_action_events(life.actions),
        *_certificate_events(site),
        *_audit_events(site),
    ]
    themes = themes_of(life, today=today, rules=clock_rules())
    return Life(
        _chart(events), len(life.inspections), len(life.actions), len(life.citations), themes, life.undated
    )


def _inspection_events(rows: Iterable[InspectionFact]) -> Iterable[Event]:
    # An inspection has a row for each project area: on the picture one day with one outcome is one mark.
    for on, classification in sorted(
        {(row.happened_on, row.classification) for row in rows if row.happened_on}
    ):
        yield Event(gettext("Inspections"), on, outcome_word(classification), outcome_tone(classification))


def _action_events(rows: Iterable[ActionFact]) -> Iterable[Event]:
    seen = set()
    for row in rows:
        key = (row.kind, row.event_key or str(row.id))
        if row.happened_on is None or key in seen:
            continue
        seen.add(key)
        mark = str(RegulatoryAction.RecallClass(row.recall_class).label) if row.recall_class else ""
        tone = "good" if row.kind == Kind.CLOSEOUT else "caution" if row.kind == Kind.FORM_483 else "bad"
        yield Event(_lane(row.kind), row.happened_on, mark, tone, row.reference)
        if row.closed_on and row.kind != Kind.RECALL:
            yield Event(
                _lane(row.kind), row.closed_on, pgettext("regulatory", "closed"), "good", row.reference
            )


def _certificate_events(site: Site) -> Iterable[Event]:
    lane = gettext("Certificates")
    for row in Certificate.objects.current().filter(site=site):
        if row.happened_on:
            yield Event(lane, row.happened_on, str(row.get_kind_display()), "good", row.number)


def _audit_events(site: Site) -> Iterable[Event]:
    tones = {"good": "good", "satisfactory": "info", "unsatisfactory": "bad"}
    for row in Audit.objects.filter(site=site).exclude(state=Audit.State.CANCELLED):
        if row.starts_on:
            word = str(row.get_rating_display() or row.get_state_display())
            yield Event(
                gettext("Our audits"), row.starts_on, word, tones.get(row.rating, "neutral"), row.number
            )


def _lane(kind: str) -> str:
    lanes = {
        Kind.FORM_483: gettext("Form 483s"),
        Kind.WARNING_LETTER: gettext("Warning letters"),
        Kind.CLOSEOUT: gettext("Warning letters"),
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
    # These lanes are drawn only where there is something on them: their silence says nothing.
    used = {event.lane for event in events}
    lanes += [lane for lane in (gettext("Certificates"), gettext("Our audits")) if lane in used]
    last = max(timezone.localdate(), max(event.on for event in events))
    first = min(min(event.on for event in events) - timedelta(days=30), last - SHORTEST_SPAN)
    return event_timeline(events, lanes, first=first, last=last, caption=_finding(events))


def _finding(events: list[Event]) -> str:
    """What the picture says: how many grave events there were, and when the last one was."""
    audits = gettext("Our audits")
    grave = [event for event in events if event.tone == "bad" and event.lane != audits]
    if not grave:
        return gettext("No official action, warning letter or recall is on record.")
    text = ngettext(
        "%(total)s official action, letter or recall, in %(year)s",
        "%(total)s official actions, letters and recalls, the last in %(year)s",
        len(grave),
    )
    return text % {"total": number_text(len(grave)), "year": str(max(event.on for event in grave).year)}


def _language(record: Inspection | Citation | RegulatoryAction) -> str | None:
    """The files of agencies are in English, and their words stay as they are; of rows by hand nobody says."""
    return "en" if record.source else None


def _as_written(css: str = "") -> dict[str, Any]:
    """Attributes of a cell that holds the words of the source."""
    return {"td": {"lang": _language} | ({"class": css} if css else {})}


def source_link(record: Inspection | Citation | RegulatoryAction, kind: str) -> SafeString | str:
    """The source of a record; of an imported one a link to what the source wrote."""
    if not record.source:
        return gettext("by hand")
    address = reverse("imports:source-row", args=[kind, record.pk])
    return format_html('<a href="{}">{}</a>', address, source_title(record.source))


class InspectionTable(DataTable):
    table_name = "site-inspections"
    caption = _("Inspections")
    optional = ("fiscal_year", "known_on")

    happened_on = DayColumn(_("Last day"))
    classification = tables.Column(_("Outcome"))
    project_area = tables.Column(_("Project area"), empty_values=(None, ""), attrs=_as_written())
    product_type = tables.Column(_("Product type"), empty_values=(None, ""), attrs=_as_written())
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

    def render_source(self, record: Inspection) -> SafeString | str:
        return source_link(record, "inspections")

    def value_source(self, record: Inspection) -> str:
        return record.source


class ActionTable(DataTable):
    table_name = "site-actions"
    caption = _("Actions and documents")
    optional = ("issued_by", "known_on")

    happened_on = DayColumn(_("Date"))
    kind = tables.Column(_("Kind"))
    title = tables.Column(_("Subject"), empty_values=(None, ""), attrs=_as_written("wide"))
    recall_class = tables.Column(_("Class"), empty_values=(None, ""))
    status = tables.Column(_("Status"), empty_values=(None, ""), attrs=_as_written())
    reference = tables.Column(_("Reference"), empty_values=(None, ""))
    closed_on = DayColumn(_("Closed"))
    issued_by = tables.Column(_("Issued by"), empty_values=(None, ""), attrs=_as_written())
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

    def render_source(self, record: RegulatoryAction) -> SafeString | str:
        return source_link(record, "actions")

    def value_source(self, record: RegulatoryAction) -> str:
        return record.source


class CitationTable(DataTable):
    table_name = "site-citations"
    caption = _("Citations")
    optional = ("inspection_number", "program_area", "known_on", "source")

    happened_on = DayColumn(_("Date"))
    regulation = tables.Column(_("Regulation"), attrs={"td": {"class": "nowrap"}})
    short_text = tables.Column(_("Subject"), empty_values=(None, ""), orderable=False, attrs=_as_written())
    long_text = tables.Column(
        _("In the authority's words"),
        empty_values=(None, ""),
        orderable=False,
        attrs=_as_written("wide"),
    )
    is_data_integrity = tables.Column(_("Data integrity"))
    inspection_number = tables.Column(_("Inspection"), attrs={"td": {"class": "mono-id"}})
    program_area = tables.Column(_("Program area"), empty_values=(None, ""), attrs=_as_written())
    known_on = DayColumn(_("Published"))
    source = tables.Column(_("Source"), empty_values=())

    class Meta:
        model = Citation
        fields = ()
        order_by = "-happened_on"

    def render_is_data_integrity(self, value: bool) -> SafeString | str:
        return status_badge(pgettext("concerns data integrity", "yes"), "caution") if value else ""

    def render_source(self, record: Citation) -> SafeString | str:
        return source_link(record, "citations")

    def value_source(self, record: Citation) -> str:
        return record.source


@dataclass(frozen=True, slots=True)
class Listing:
    """One of the tables: which records, and how they are shown."""

    table: type[DataTable]
    rows: QuerySet[Any]


def listing_of(site: Site, shown: str) -> Listing:
    """The table that was asked for; inspections when it is none of them. Lazy."""
    if shown == "actions":
        return Listing(ActionTable, RegulatoryAction.objects.filter(site=site).defer("text"))
    if shown == "citations":
        return Listing(CitationTable, Citation.objects.filter(site=site))
    return Listing(InspectionTable, Inspection.objects.filter(site=site))
