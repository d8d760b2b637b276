"""Questions about the records of a profile, answered in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce

from partners.models import Evidence, FinancialYear, Site
from partners.profile.registry import SECTIONS
from partners.profile.section import Section
from records.models import Attachment

NAMED_BY = 2


@dataclass(frozen=True, slots=True)
class Reference:
    """A record that names a document, as the list of documents shows it."""

    section: Section
    pk: int
    words: str
    document: str
    strength: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file and the record that carries it; no section for files of the site itself."""

    file: Attachment
    section: Section | None


def section_counts(site: Site) -> dict[str, int]:
    """How many records of each kind hold now. One query."""
    columns = {section.key.replace("-", "_"): _count_of(section, site) for section in SECTIONS.values()}
    found: Any = Site.objects.filter(pk=site.pk).values(**columns).get()
    return {key: int(found[key.replace("-", "_")]) for key in SECTIONS}


def _count_of(section: Section, site: Site) -> Coalesce:
    rows = section.current(site).order_by().values(_scope_name(section))
    return Coalesce(Subquery(rows.annotate(total=Count("pk")).values("total")), 0)


def _scope_name(section: Section) -> str:
    return "organization_id" if section.of_organization else "site_id"


def with_files(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Each row with `file_count`. No query of its own."""
    files = Attachment.objects.filter(model=rows.model._meta.label, record_pk=OuterRef("pk")).order_by()
    count = files.values("record_pk").annotate(total=Count("pk")).values("total")
    found: QuerySet[Any] = rows.annotate(file_count=Coalesce(Subquery(count), 0))
    return found


def record_of_site(section: Section, site: Site, pk: int) -> Evidence | None:
    """A record of the site, also one that no longer holds. One query."""
    found: Evidence | None = section.model.objects.filter(**section.scope(site), pk=pk).first()
    return found


def versions_of(row: Evidence) -> list[Evidence]:
    """The record as it is and was, newest first. One query for each version."""
    model: Any = type(row)
    newest = row
    while (after := model.objects.filter(replaces=newest).first()) is not None:
        newest = after
    found = [newest]
    while found[-1].replaces_id is not None:  # type: ignore[attr-defined]
        found.append(model.objects.get(pk=found[-1].replaces_id))  # type: ignore[attr-defined]
    return found


def site_id_of(row: Evidence) -> int:
    """The site whose profile shows the record; for an organization the first of its sites."""
    if isinstance(row, FinancialYear):
        return Site.objects.filter(organization_id=row.organization_id).earliest("pk").pk
    return int(row.site_id)  # type: ignore[attr-defined]


def references_of(site: Site) -> list[Reference]:
    """Every current record of the profile that names a document. One query."""
    parts = [_reference_rows(section, site) for section in SECTIONS.values()]
    found = parts[0].union(*parts[1:], all=True).order_by("document", "pk")
    return [
        Reference(SECTIONS[key], pk, _words(SECTIONS[key], (one, two)), document, strength, expires_on)
        for key, pk, one, two, document, strength, expires_on in found
    ]


def _reference_rows(section: Section, site: Site) -> QuerySet[Any]:
    names = (*section.identity[:NAMED_BY], "", "")[:NAMED_BY]
    ident = {
        f"ident_{place}": Cast(name, TextField()) if name else Value("", TextField())
        for place, name in enumerate(names)
    }
    rows = section.current(site).exclude(document="").order_by()
    named = rows.annotate(of_kind=Value(section.key, CharField()), **ident)
    found: QuerySet[Any] = named.values_list(
        "of_kind", "pk", "ident_0", "ident_1", "document", "strength", "expires_on"
    )
    return found


def _words(section: Section, texts: Iterable[str | None]) -> str:
    """What a record is called, from the fields that tell it apart."""
    shown = []
    for name, text in zip(section.identity, texts, strict=False):
        if text:
            column = section.column(name)
            choices = {} if isinstance(column, ArrayField) else dict(column.flatchoices)
            shown.append(str(choices.get(text, text)))
    return " · ".join(shown)


def files_of(site: Site) -> list[FileRow]:
    """Every file of the site and of its current records, the latest first. One query."""
    wanted = Q(model=Site._meta.label, record_pk=site.pk)
    for section in SECTIONS.values():
        wanted |= Q(model=section.model._meta.label, record_pk__in=section.current(site).values("pk"))
    of_model = {section.model._meta.label: section for section in SECTIONS.values()}
    found = Attachment.objects.filter(wanted).select_related("uploaded_by").order_by("-uploaded_at", "-pk")
    return [FileRow(file, of_model.get(file.model)) for file in found]
