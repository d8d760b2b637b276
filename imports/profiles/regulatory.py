"""Rows of a sheet as regulatory records, by the rules of entering them by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from audits.forms import FORMS
from audits.models import Inspection
from audits.regulatory_entry import (
    regulatory_record_add,
    regulatory_record_change,
    regulatory_record_checked,
)
from audits.regulatory_sheets import RegulatorySection
from common.text import name_key
from imports.profiles.plan import Plan, PlannedRow, ReadRow, cells_read, shown_text
from partners.models import Site
from partners.profile.section import Section
from partners.profile.sheets import SITE

REGULATORY_ROWS = 1_000


def regulatory_rows(
    section: Section, site: Site | None, data: Sequence[ReadRow], headings: Mapping[str, str]
) -> list[PlannedRow]:
    """What each row would do. Four queries for the sheet and those of the checks of each new record."""
    assert isinstance(section, RegulatorySection)
    feis = {row.cells.get(SITE, "").strip() for row in data} - {""}
    sites = {found.fei or "": found for found in Site.objects.filter(fei__in=feis)}
    about = [sites.get(fei) if (fei := row.cells.get(SITE, "").strip()) else site for row in data]
    held = section.records().filter(site__in={found.pk for found in about if found})
    known = {_identity(section, row.site_id, vars(row)): row for row in held.order_by("source", "pk")}
    taken: set[tuple[Any, ...]] = set()
    planned = []
    for row, found in zip(data, about, strict=True):
        cells_read(section, row, headings)
        if found is None:
            row.wrong(SITE, _("No site has this FEI, or the row names none."), headings.get(SITE, ""))
        elif not row.problems:
            planned.append(_planned(section, row, found, known, taken, headings))
            continue
        planned.append(PlannedRow(row.line, "rejected", found))
    return planned


def _planned(
    section: RegulatorySection,
    row: ReadRow,
    site: Site,
    known: Mapping[tuple[Any, ...], Any],
    taken: set[tuple[Any, ...]],
    headings: Mapping[str, str],
) -> PlannedRow:
    told = {**(section.defaults or {}), **row.values}
    identity = _identity(section, site.pk, told)
    before = known.get(identity)
    if identity in taken:
        row.wrong(section.identity[0], _("Another row of the file is about the same record."))
        return PlannedRow(row.line, "rejected", site)
    taken.add(identity)
    if before is None:
        for column, message in _problems(section, site, told):
            row.wrong(column, message, headings.get(column, section.label(column) if column else ""))
        if row.problems:
            return PlannedRow(row.line, "rejected", site)
        words = str(section.model(**_complete(section, site, told)))
        return PlannedRow(row.line, "created", site, words, values=told)
    changed = {name: value for name, value in row.values.items() if getattr(before, name) != value}
    if not changed:
        return PlannedRow(row.line, "unchanged", site, str(before), before.pk)
    if before.source:
        text = _("%(source)s gave this record: a sheet does not change it.") % {"source": before.source}
        row.wrong(next(iter(changed)), text, headings.get(next(iter(changed)), ""))
        return PlannedRow(row.line, "rejected", site)
    after = {name: getattr(before, name) for name in section.fields} | changed
    for column, message in _problems(section, site, after):
        row.wrong(column, message, headings.get(column, section.label(column) if column else ""))
    if row.problems:
        return PlannedRow(row.line, "rejected", site)
    changes = tuple(
        (
            section.label(name),
            shown_text(section, before, name),
            shown_text(section, section.model(**after), name),
        )
        for name in changed
    )
    version = int(before.updated_at.timestamp() * 1_000_000)
    # Its reason is asked for, as it is by hand.
    return PlannedRow(row.line, "changed", site, str(before), before.pk, version, changed, changes, True)


def _problems(section: RegulatorySection, site: Site, told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What stands against a record, by column: the rules of the form, then those of the service."""
    missing = [(name, _("A value is missing.")) for name in section.needed if told.get(name) in (None, "")]
    if missing:
        return missing
    given = {name: section.column(name).get_default() for name in section.fields} | dict(told)
    form = FORMS[section.kind](data=given, site=site)
    found = [(name, " ".join(map(str, errors))) for name, errors in form.errors.items()]
    if not found:
        try:
            regulatory_record_checked(site=site, kind=section.kind, fields=_complete(section, site, told))
        except ValidationError as error:
            by_field = getattr(error, "error_dict", None)
            told_by = by_field.items() if by_field else [("", error.error_list)]
            found = [(name, " ".join(ValidationError(list(errors)).messages)) for name, errors in told_by]
    return [(name if name in section.fields else "", message) for name, message in found]


def _complete(section: RegulatorySection, site: Site, told: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a record; a citation is linked to the inspection that has its number."""
    fields = dict(told)
    number = fields.get("inspection_number")
    if section.kind == "citation" and number:
        fields["inspection"] = Inspection.objects.filter(
            site=site, inspection_number=number, authority=fields.get("authority")
        ).first()
    return fields


def regulatory_write(section: Section, plan: Plan, reason: str, file_name: str, actor: User) -> None:
    """New and changed records, each by the service of entering by hand."""
    assert isinstance(section, RegulatorySection)
    for row in plan.rows:
        if row.action == "created" and row.site:
            fields = _complete(section, row.site, row.values)
            regulatory_record_add(
                site=row.site, kind=section.kind, fields=fields, actor=actor, reason=reason or file_name
            )
        elif row.action == "changed":
            record: Any = section.records().get(pk=row.pk)
            regulatory_record_change(record=record, fields=dict(row.values), reason=reason, actor=actor)


def _identity(section: RegulatorySection, site_id: int, told: Mapping[str, Any]) -> tuple[Any, ...]:
    values = (told.get(name) for name in section.identity)
    return (site_id, *(name_key(value) if isinstance(value, str) else value or "" for value in values))
