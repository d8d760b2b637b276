"""What authorities saw and did at a site, gathered for pages and reports in a fixed number of queries."""

from datetime import UTC, date
from typing import Any

from django.conf import settings
from django.db.models import Model

from audits.clocks import ClockRules
from audits.models import Citation, Inspection, RegulatoryAction
from audits.regulatory_life import (
    ActionFact,
    CitationFact,
    InspectionFact,
    RegulatoryLife,
    SourceMark,
)
from partners.models import Site
from records.past import Past, past

MARK_FIELDS = ("source", "source_key", "source_sha256", "retrieved_at", "row_sha256")
DATE_FIELDS = ("id", "happened_on", "known_on", "known_on_basis", "recorded_at")
INSPECTION_FIELDS = (
    "authority",
    "inspection_number",
    "started_on",
    "classification",
    "project_area",
    "product_type",
    "fiscal_year",
    "citations_posted",
    "is_drug_gmp",
)
CITATION_FIELDS = (
    "authority",
    "inspection_number",
    "program_area",
    "regulation",
    "short_text",
    "long_text",
    "is_data_integrity",
    "is_drug_gmp",
)
ACTION_FIELDS = (
    "authority",
    "kind",
    "firm_name",
    "product_type",
    "recall_class",
    "gmp",
    "status",
    "reference",
    "event_key",
    "issued_by",
    "title",
    "text",
    "closed_on",
    "url",
    "amended_on",
    "response_due_on",
    "responded_on",
)


def site_regulatory_life(site: Site | int, as_of: date) -> RegulatoryLife:
    """All regulatory records of a site that were known on `as_of`, as they stood on it, newest first.

    Three queries, for a past day one more.

    A record counts from the day it was published (`known_on`), not from the day it happened. One that its
    source has not dated was known at the latest on the day it was recorded here, as the scoring rules take
    it (`scorecards.gathering`), and is counted in `undated`. A closeout after `as_of` is not told.
    """
    site_id = site if isinstance(site, int) else site.pk
    stood = past(as_of, (Inspection, Citation, RegulatoryAction))
    inspections = _rows(Inspection, site_id, INSPECTION_FIELDS, stood)
    citations = _rows(Citation, site_id, CITATION_FIELDS, stood)
    actions = _rows(RegulatoryAction, site_id, ACTION_FIELDS, stood)
    known = [[row for row in rows if _is_known(row, as_of)] for rows in (inspections, citations, actions)]
    return RegulatoryLife(
        site_id=site_id,
        as_of=as_of,
        inspections=tuple(InspectionFact(**_fact(row)) for row in known[0]),
        citations=tuple(CitationFact(**_fact(row)) for row in known[1]),
        actions=tuple(ActionFact(**_action(row, as_of)) for row in known[2]),
        undated=sum(row["known_on"] is None for rows in known for row in rows),
    )


def clock_rules() -> ClockRules:
    """How long the clocks run here: the field's usual times unless the settings say otherwise."""
    return ClockRules(**getattr(settings, "CLOCK_RULES", {}))


type Row = dict[str, Any]


def _rows(model: type[Model], site_id: int, fields: tuple[str, ...], stood: Past) -> list[Row]:
    """The records of the site, newest first: from the table, or from the history where some changed since."""
    told = (*DATE_FIELDS, *fields, *MARK_FIELDS)
    if model._meta.label not in stood.changed:
        found = model._default_manager.filter(site_id=site_id)
        return list(found.order_by("-happened_on", "-id").values(*told))
    rows = model._default_manager.raw(
        f"SELECT stood.* FROM {stood.relation(model)} stood WHERE stood.site_id = %(site)s "
        "ORDER BY stood.happened_on DESC, stood.id DESC",
        {**stood.params, "site": site_id},
    )
    return [{name: getattr(row, name) for name in told} for row in rows]


def _known_on(row: Row) -> date:
    known: date = row["known_on"] or row["recorded_at"].astimezone(UTC).date()
    return known


def _is_known(row: Row, as_of: date) -> bool:
    """Published by then; a row that claims to have happened later is not believed."""
    return _known_on(row) <= as_of and (row["happened_on"] or date.min) <= as_of


def _fact(row: Row) -> Row:
    mark = SourceMark(**{name: row[name] for name in MARK_FIELDS})
    kept = {name: value for name, value in row.items() if name not in (*MARK_FIELDS, "recorded_at")}
    return kept | {"mark": mark, "known_on": _known_on(row)}


def _action(row: Row, as_of: date) -> Row:
    told = {name: row[name] for name in ("closed_on", "amended_on", "responded_on")}
    return _fact(row) | {name: day if day and day <= as_of else None for name, day in told.items()}
