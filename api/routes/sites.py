"""The directory, and one site with what authorities saw and did there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from accounts.views.access import AuthenticatedRequest
from api.days import DayQuery
from api.declared import Routes
from api.fields import Flag, Text
from api.gate import TokenRequest
from api.paging import Cut, Page, PageQuery, cursor_of, number_of
from api.problems import Problem
from audits.regulatory_life import ActionFact, CitationFact, InspectionFact
from audits.selectors import site_regulatory_life
from partners.models import Site
from partners.policies import SitePolicy
from partners.selectors import aliases_of
from workspace.directory import Found, find, rows_at
from workspace.facet_words import FACETS
from workspace.filters import is_known, question_of
from workspace.site_index.cache import CACHE

routes = Routes(tags=["Sites"])


def _facet(key: str) -> Any:
    """A facet of the directory as a field; the document tells its values."""
    words = list(FACETS[key].words)
    value: dict[str, Any] = {"type": "string"} | (
        {"enum": words} if words else {"minLength": 2, "maxLength": 2}
    )
    return Field(
        [],
        description="Any of these values; several facets all hold at once, as in the directory.",
        json_schema_extra={"items": value},
    )


class SitesQuery(PageQuery):
    """The facets of the directory."""

    q: Text = Field("", description="Words of a name, an alias or a city, or the beginning of an FEI.")
    kind: list[Text] = _facet("kind")
    modality: list[Text] = _facet("modality")
    dosage_form: list[Text] = _facet("dosage_form")
    route: list[Text] = _facet("route")
    operation: list[Text] = _facet("operation")
    stage: list[Text] = _facet("stage")
    scale: list[Text] = _facet("scale")
    country: list[Text] = _facet("country")
    band: list[Text] = _facet("band")
    containment: list[Text] = _facet("containment")
    standing: list[Text] = _facet("standing")
    outcome: list[Text] = _facet("outcome")
    records: Literal["yes", "no"] | None = Field(None, description="With regulatory records, or without.")
    unclassified: Flag = Field(False, description="Also sites of which nobody said yet what they are.")
    expired: Flag = Field(False, description="Count capabilities whose evidence has expired as well.")


class OrganizationOut(Schema):
    name: str
    kind: str


class AbilityOut(Schema):
    value: str
    expired: bool = Field(description="All evidence of it has expired.")


class SiteRow(Schema):
    """A site as the directory lists it."""

    id: int
    name: str
    organization: OrganizationOut
    fei: str | None
    duns: str
    city: str
    state: str
    country: str
    standing: str
    inspection_count: int
    action_count: int
    last_inspected_on: date | None
    last_classification: str | None
    modalities: list[AbilityOut]
    dosage_forms: list[AbilityOut]


class RecordOut(Schema):
    """What every regulatory record has; an empty `source` means that it was entered by hand."""

    id: int
    happened_on: date | None
    known_on: date = Field(description="The day it was published; nothing as of an earlier day knows it.")
    known_on_basis: str
    authority: str
    source: str
    source_key: str
    source_sha256: str = Field(description="SHA-256 of the file that it was read from.")


class InspectionOut(RecordOut):
    inspection_number: str
    started_on: date | None
    classification: str
    project_area: str
    product_type: str
    fiscal_year: int | None
    citations_posted: bool | None
    is_drug_gmp: bool


class CitationOut(RecordOut):
    inspection_number: str
    program_area: str
    regulation: str
    short_text: str
    long_text: str
    is_data_integrity: bool
    is_drug_gmp: bool


class ActionOut(RecordOut):
    kind: str
    firm_name: str
    product_type: str
    recall_class: str
    gmp: str
    status: str
    reference: str
    event_key: str
    issued_by: str
    title: str
    url: str
    closed_on: date | None
    response_due_on: date | None
    responded_on: date | None


class RegulatoryOut(Schema):
    """What authorities saw and did, each list newest first."""

    as_of: date
    inspections: list[InspectionOut]
    citations: list[CitationOut]
    actions: list[ActionOut]


class SiteOut(Schema):
    """A site with its regulatory life."""

    id: int
    name: str
    aliases: list[str]
    organization: OrganizationOut
    fei: str | None
    duns: str
    oms_location_id: str
    street: str
    city: str
    state: str
    postal_code: str
    country: str
    standing: str
    standing_valid_until: date | None
    updated_at: datetime
    regulatory: RegulatoryOut


@routes.declare("GET", "sites", name="sites", permission=SitePolicy.view, answers=Page[SiteRow])
def sites(request: TokenRequest, asked: Query[SitesQuery]) -> dict[str, Any]:
    """Sites of the directory, by name, or the closest to the words first."""
    for key, facet in FACETS.items():
        for value in getattr(asked, key):
            if not is_known(facet, value):
                told = _("%(value)s is no value of this filter.") % {"value": value}
                raise Problem.of_field(key, told)
    question = question_of(request.GET)
    # One reading of the index: a place in it is another site's once somebody has written.
    found = find(CACHE.current(), question)
    cut = _cut(found, asked)
    rows = rows_at(found.columns, cut.rows, question.today)
    return {"items": [_row(row) for row in rows], "next_cursor": cut.next_cursor}


def _cut(found: Found, asked: PageQuery) -> Cut[int]:
    """The places of a page: the cursor names the last site of the one before."""
    places = found.closest_first()
    ids = found.columns.numbers["site_id"][places]
    after, begin = number_of(asked.cursor), 0
    if after is not None:
        at = np.flatnonzero(ids == after)
        if not len(at):
            raise Problem.of_field("cursor", _("The page before has changed. Begin again without a cursor."))
        begin = int(at[0]) + 1
    shown = places[begin : begin + asked.limit]
    more = begin + asked.limit < len(places)
    last = cursor_of(int(ids[begin + len(shown) - 1])) if more else None
    return Cut([int(place) for place in shown], last)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    organization = {"name": row["organization__legal_name"], "kind": row["organization__kind"]}
    abilities = {
        part: [{"value": each.value, "expired": each.expired} for each in row[part]]
        for part in ("modalities", "dosage_forms")
    }
    same = SiteRow.model_fields.keys() - {"id", "organization", "country", *abilities}
    told = {name: row[name] for name in same}
    country = str(row["country"] or "")
    return {"id": row["pk"], "organization": organization, "country": country, **abilities, **told}


def site_or_404(request: AuthenticatedRequest, pk: int) -> Site:
    """The site with its organization, or 404 for who may not see the directory. One query."""
    site = Site.objects.visible_to(request.user).select_related("organization").filter(pk=pk).first()
    if site is None:
        raise Http404
    return site


@routes.declare(
    "GET", "sites/{int:pk}", name="site", permission=SitePolicy.view, answers=SiteOut, load=site_or_404
)
def site(request: TokenRequest, pk: int, asked: Query[DayQuery]) -> dict[str, Any]:
    """One site with its inspections, citations, and actions of authorities."""
    found: Site = request.record
    life = site_regulatory_life(found, asked.day or timezone.localdate())
    shown = SiteOut.model_fields.keys() - {"aliases", "organization", "country", "regulatory"}
    return {
        **{name: getattr(found, name) for name in shown},
        "country": str(found.country or ""),
        "organization": {"name": found.organization.legal_name, "kind": found.organization.kind},
        "aliases": list(aliases_of(found)),
        "regulatory": {
            "as_of": life.as_of,
            "inspections": _records(life.inspections, InspectionOut),
            "citations": _records(life.citations, CitationOut),
            "actions": _records(life.actions, ActionOut),
        },
    }


def _records(
    facts: Iterable[InspectionFact | CitationFact | ActionFact], schema: type[RecordOut]
) -> list[dict[str, Any]]:
    marked = {"source", "source_key", "source_sha256"}
    names = schema.model_fields.keys() - marked
    return [
        {name: getattr(fact, name) for name in names} | {name: getattr(fact.mark, name) for name in marked}
        for fact in facts
    ]
