"""Regulatory records of any authority as rows of a sheet: what people keep of EMA, MHRA and others.

What the columns are. How a sheet is read, compared, saved and undone is `imports.profiles`, as for profiles.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from audits.models import Citation, Inspection, RegulatoryAction
from partners.models import Site
from partners.profile.section import FieldGroup, Section


@dataclass(frozen=True, eq=False)
class RegulatorySection(Section):
    """A kind of regulatory record. `kind` is its name in `audits.regulatory_entry`.

    Attributes:
        needed: columns that a new record cannot do without.
        defaults: what an empty cell of a new record means.
    """

    kind: str = ""
    needed: tuple[str, ...] = ()
    defaults: Mapping[str, Any] | None = None

    @cached_property
    def fields(self) -> tuple[str, ...]:
        return self.facts

    def scope(self, site: Site) -> dict[str, int]:
        return {"site_id": site.pk}

    def current(self, site: Site) -> "models.QuerySet[Any]":
        return self.records().filter(site=site)

    def is_required(self, name: str) -> bool:
        return name in self.needed

    def label(self, name: str) -> str:
        if name == "known_on":
            return str(_("Published on"))
        return str(self.happened) if name == "happened_on" else capfirst(str(self.column(name).verbose_name))


PUBLISHED = _("The day the authority made it known; empty counts from today.")


def _section(
    *, key: str, model: type[models.Model], names: tuple[str, ...], identity: tuple[str, ...], **told: Any
) -> RegulatorySection:
    return RegulatorySection(
        key=key,
        tab="",
        # A regulatory record is no evidence of the profile, but is read and written by the same means.
        model=cast(Any, model),
        add="",
        identity=identity,
        groups=(FieldGroup("", (names,)),),
        shown=names,
        nothing="",
        why="",
        named=False,
        **told,
    )


INSPECTIONS = _section(
    key="regulatory-inspections",
    kind="inspection",
    model=Inspection,
    title=_("Inspections"),
    names=(
        "authority",
        "started_on",
        "happened_on",
        "classification",
        "inspection_number",
        "project_area",
        "product_type",
        "is_drug_gmp",
        "citations_posted",
        "known_on",
    ),
    identity=("authority", "happened_on", "inspection_number"),
    happened=_("Last day"),
    needed=("authority", "happened_on"),
    defaults={"is_drug_gmp": True},
    helps={
        "authority": _("An inspection by a member state of the EU counts as EMA."),
        "classification": _(
            "NAI, VAI and OAI are the FDA's words; EU and UK inspectorates say compliant or not."
        ),
        "is_drug_gmp": _("Only these count in the score. Empty means yes."),
        "known_on": PUBLISHED,
    },
    example={
        "authority": "mhra",
        "started_on": "2026-03-16",
        "happened_on": "2026-03-19",
        "classification": "compliant",
        "inspection_number": "UK GMP 1234 Insp 5678",
        "is_drug_gmp": "yes",
        "known_on": "2026-06-02",
    },
)
ACTIONS = _section(
    key="regulatory-actions",
    kind="action",
    model=RegulatoryAction,
    title=_("Actions and documents"),
    names=(
        "authority",
        "kind",
        "happened_on",
        "reference",
        "title",
        "text",
        "gmp",
        "recall_class",
        "known_on",
        "amended_on",
        "response_due_on",
        "responded_on",
        "closed_on",
        "url",
    ),
    identity=("authority", "kind", "happened_on", "reference"),
    happened=_("Issued on"),
    needed=("authority", "kind", "happened_on"),
    defaults={"gmp": RegulatoryAction.Gmp.UNKNOWN},
    helps={
        "gmp": _("Only what concerns GMP can exclude a site."),
        "response_due_on": _("Only where the letter itself states a day; otherwise it is counted."),
        "known_on": PUBLISHED,
    },
    example={
        "authority": "ema",
        "kind": "non_compliance",
        "happened_on": "2026-02-11",
        "reference": "EU-NCR-2026-0042",
        "title": "Statement of non-compliance with GMP",
        "gmp": "yes",
        "known_on": "2026-02-20",
    },
)
CITATIONS = _section(
    key="regulatory-citations",
    kind="citation",
    model=Citation,
    title=_("Citations"),
    names=(
        "authority",
        "inspection_number",
        "happened_on",
        "regulation",
        "short_text",
        "long_text",
        "is_data_integrity",
        "is_drug_gmp",
        "known_on",
    ),
    identity=("authority", "happened_on", "regulation", "short_text"),
    happened=_("Date"),
    needed=("authority", "happened_on", "regulation"),
    defaults={"is_drug_gmp": True},
    helps={
        "inspection_number": _("Links the citation to the inspection of the site that has this number."),
        "regulation": _("Such as 21 CFR 211.192 or EU GMP chapter 6."),
        "long_text": _("In the authority's own words."),
        "is_drug_gmp": _("Only these count in the score. Empty means yes."),
        "known_on": PUBLISHED,
    },
    example={
        "authority": "mhra",
        "inspection_number": "UK GMP 1234 Insp 5678",
        "happened_on": "2026-03-19",
        "regulation": "EU GMP annex 1, 4.15",
        "short_text": "Airflow patterns not shown under dynamic conditions",
        "is_data_integrity": "no",
        "is_drug_gmp": "yes",
    },
)
REGULATORY_SECTIONS: Mapping[str, RegulatorySection] = {
    section.key: section for section in (INSPECTIONS, ACTIONS, CITATIONS)
}
