"""Findings of our audits and CAPAs, for a quality management system that keeps its own."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.db.models import QuerySet
from ninja import Query, Schema
from pydantic import Field

from api.declared import Routes
from api.fields import Moment
from api.gate import TokenRequest
from api.paging import Page, PageQuery, cut_of
from audits.capas.policies import CapaPolicy
from audits.capas.selectors import capas_listed, next_due
from audits.models import Capa, Finding
from audits.policies import AuditPolicy

routes = Routes(tags=["Quality"])

type Severity = Literal["critical", "major", "other"]


class QualityQuery(PageQuery):
    site_id: int | None = Field(None, ge=1, le=2**63 - 1, description="Of one site.")
    severity: Severity | None = None
    updated_since: Moment | None = Field(
        None,
        description="Changed at or after this moment, with its time zone: to keep a copy current.",
    )


class FindingsQuery(QualityQuery):
    state: Literal["open", "answered", "returned", "accepted", "closed"] | None = None


class CapasQuery(QualityQuery):
    state: (
        Literal[
            "open",
            "investigation",
            "plan_approved",
            "implementing",
            "implemented",
            "effectiveness_due",
            "closed_effective",
            "closed_ineffective",
        ]
        | None
    ) = None


class FindingOut(Schema):
    """A finding of an audit in force; one that was combined into another stands in that one."""

    id: int
    audit: str = Field(description="Number of the audit.")
    number: int
    site_id: int
    site: str
    severity: str
    state: str
    system: str
    regulation: str
    description: str
    objective_evidence: str
    is_falsification: bool
    is_data_integrity: bool
    response_due_on: date | None
    closed_on: date | None
    updated_at: datetime


class CapaOut(Schema):
    id: int
    number: str
    site_id: int
    site: str
    finding_id: int | None
    origin: str
    title: str
    description: str
    severity: str
    state: str
    owner: str
    opened_on: date
    due_on: date
    next_due_on: date | None = Field(description="Of the implementation, then of the effectiveness check.")
    implemented_on: date | None
    check_due_on: date | None
    closed_on: date | None
    root_cause: str
    open_actions: int
    all_actions: int
    updated_at: datetime


@routes.declare("GET", "findings", name="findings", permission=AuditPolicy.view, answers=Page[FindingOut])
def findings(request: TokenRequest, asked: Query[FindingsQuery]) -> dict[str, Any]:
    """Findings of audits in force, the newest first."""
    rows = Finding.objects.visible_to(request.user).standing().select_related("audit__site")
    return cut_of(_narrowed(rows, asked, site="audit__site_id"), asked).page(_finding)


def _finding(row: Finding) -> dict[str, Any]:
    site = row.audit.site
    said = {"audit": str(row.audit), "site_id": site.pk, "site": site.name}
    return {name: getattr(row, name) for name in FindingOut.model_fields if name not in said} | said


@routes.declare("GET", "capas", name="capas", permission=CapaPolicy.view, answers=Page[CapaOut])
def capas(request: TokenRequest, asked: Query[CapasQuery]) -> dict[str, Any]:
    """CAPAs, the newest first."""
    return cut_of(_narrowed(capas_listed(request.user), asked, site="site_id"), asked).page(_capa)


def _capa(row: Capa) -> dict[str, Any]:
    said = {"site": row.site.name, "owner": row.owner_text, "next_due_on": next_due(row)}
    return {name: getattr(row, name) for name in CapaOut.model_fields if name not in said} | said


def _narrowed[R: QuerySet[Any]](rows: R, asked: FindingsQuery | CapasQuery, *, site: str) -> R:
    wanted = {
        site: asked.site_id,
        "severity": asked.severity,
        "state": asked.state,
        "updated_at__gte": asked.updated_since,
    }
    return rows.filter(**{name: value for name, value in wanted.items() if value is not None})
