"""The facts of the programs' catalogue that inspections, letters and our own audits answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from audits.models import Audit, Inspection, RegulatoryAction
from programs.conditions import Known
from programs.facts import RECORD, FactContext, FactKind, FactSource, FactSpec, KnownBySite, register
from records.past import past_values

OPEN_YEARS = 5
# A row that its source has not dated was known at the latest on the day it was written here.
KNOWN = "COALESCE(known_on, (recorded_at AT TIME ZONE 'UTC')::date) <= %(day)s"
PENDING = Inspection.Classification.PENDING


def _outcomes() -> list[tuple[str, str]]:
    """NAI, VAI and OAI in short, as the field says them."""
    choices = Inspection.Classification.choices
    return [(code, str(label).partition(",")[0]) for code, label in choices if code != PENDING]


INSPECTION_SPECS = (
    FactSpec(
        "inspection.outcome",
        RECORD,
        _("Outcome of the last drug GMP inspection"),
        FactKind.CHOICE,
        _outcomes,
    ),
    FactSpec("inspection.last_on", RECORD, _("Last drug GMP inspection"), FactKind.DATE),
)
LETTER_SPECS = (FactSpec("action.open_letter", RECORD, _("Open GMP warning letter"), FactKind.FLAG),)
AUDIT_SPECS = (
    FactSpec(
        "audit.rating", RECORD, _("Rating of our last audit"), FactKind.CHOICE, lambda: Audit.Rating.choices
    ),
    FactSpec("audit.last_on", RECORD, _("Our last audit"), FactKind.DATE),
)


def gather_inspections(
    keys: frozenset[str], sites: Sequence[int], context: FactContext
) -> dict[str, KnownBySite]:
    """The last inspection that was known; a pending outcome stays unknown. One query."""
    rows = past_values(
        "SELECT DISTINCT ON (site_id) site_id, classification, happened_on FROM {audits_inspection} i "
        f"WHERE site_id = ANY(%(sites)s::bigint[]) AND is_drug_gmp AND happened_on <= %(day)s AND {KNOWN} "
        "ORDER BY site_id, happened_on DESC, id DESC",
        (Inspection,),
        context.as_of,
        sites=sites,
        day=context.as_of,
    )
    outcome: dict[int, Known] = {}
    last_on: dict[int, Known] = {}
    for site, classification, day in rows:
        last_on[site] = Known((str(day),), closed=True)
        if classification != PENDING:
            outcome[site] = Known((classification,), closed=True)
    found: dict[str, KnownBySite] = {"inspection.outcome": outcome, "inspection.last_on": last_on}
    return {key: found[key] for key in keys}


def gather_letters(
    keys: frozenset[str], sites: Sequence[int], context: FactContext
) -> dict[str, KnownBySite]:
    """Whether a warning letter about GMP is open; without any letter on record it is unknown. One query."""
    states: dict[int, set[str]] = {}
    for site, gmp, closed in _letters(sites, context):
        is_open = closed is None or closed > context.as_of
        states.setdefault(site, set()).add(gmp if is_open else "closed")
    found = {}
    for site, seen in states.items():
        if RegulatoryAction.Gmp.YES in seen:
            found[site] = Known((True,), closed=True)
        elif RegulatoryAction.Gmp.UNKNOWN not in seen:
            found[site] = Known((False,), closed=True)
    return {"action.open_letter": found}


def _letters(sites: Sequence[int], context: FactContext) -> list[tuple[int, str, date | None]]:
    first_year = max(context.as_of.year - OPEN_YEARS, date.min.year)
    since = context.as_of.replace(year=first_year, day=min(context.as_of.day, 28))
    return past_values(
        "SELECT site_id, gmp, closed_on FROM {audits_regulatoryaction} a "
        "WHERE site_id = ANY(%(sites)s::bigint[]) "
        f"AND kind = %(kind)s AND happened_on BETWEEN %(since)s AND %(day)s AND {KNOWN} "
        "AND (product_type = '' OR product_type ~* '(drug|biologic)')",
        (RegulatoryAction,),
        context.as_of,
        sites=sites,
        kind=RegulatoryAction.Kind.WARNING_LETTER,
        since=since,
        day=context.as_of,
    )


def gather_audits(keys: frozenset[str], sites: Sequence[int], context: FactContext) -> dict[str, KnownBySite]:
    """The last of our own audits whose report was out. One query."""
    rows = past_values(
        "SELECT DISTINCT ON (site_id) site_id, rating, ends_on, reported_on FROM {audits_audit} a "
        "WHERE site_id = ANY(%(sites)s::bigint[]) AND reported_on <= %(day)s AND state <> %(cancelled)s "
        "ORDER BY site_id, reported_on DESC, id DESC",
        (Audit,),
        context.as_of,
        sites=sites,
        day=context.as_of,
        cancelled=Audit.State.CANCELLED,
    )
    rating: dict[int, Known] = {}
    last_on: dict[int, Known] = {}
    for site, given, ended, reported in rows:
        last_on[site] = Known((str(ended or reported),), closed=True)
        if given:
            rating[site] = Known((given,), closed=True)
    found: dict[str, KnownBySite] = {"audit.rating": rating, "audit.last_on": last_on}
    return {key: found[key] for key in keys}


def register_facts() -> None:
    """Called when the application is ready."""
    register(FactSource(INSPECTION_SPECS, gather_inspections))
    register(FactSource(LETTER_SPECS, gather_letters))
    register(FactSource(AUDIT_SPECS, gather_audits))
