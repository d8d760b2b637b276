"""Every kind of sheet: records of profiles, and regulatory records; what is done with the rows of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from accounts.models import User
from audits.regulatory_sheets import REGULATORY_SECTIONS, RegulatorySection
from imports.profiles.plan import ROWS, Plan, PlannedRow, RowPlanner, profile_rows
from imports.profiles.regulatory import REGULATORY_ROWS, regulatory_rows, regulatory_write
from partners.profile.registry import SECTIONS
from partners.profile.section import Section
from partners.profile.writing import Edit, records_add, records_change

SHEETS: Mapping[str, Section] = {**SECTIONS, **REGULATORY_SECTIONS}


@dataclass(frozen=True)
class Handling:
    """How rows are compared with what is recorded, how they are written, and how many at once."""

    rows: RowPlanner
    write: Callable[[Section, Plan, str, str, User], None]
    most: int


def handling_of(section: Section) -> Handling:
    """What is done with a sheet of this kind."""
    if isinstance(section, RegulatorySection):
        return Handling(regulatory_rows, regulatory_write, REGULATORY_ROWS)
    return Handling(profile_rows, profile_write, ROWS)


def profile_write(section: Section, plan: Plan, reason: str, file_name: str, actor: User) -> None:
    """New and changed records of a profile. New ones ask for no reason: the file is named instead."""
    added = [(row.site, row.values) for row in plan.rows if row.action == "created" and row.site]
    edits = [_edit(row) for row in plan.rows if row.action == "changed"]
    if edits:
        records_change(section=section, edits=edits, actor=actor, reason=reason)
    if added:
        records_add(section=section, rows=added, actor=actor, reason=reason or file_name)


def _edit(row: PlannedRow) -> Edit:
    return Edit(row.pk, row.version, dict(row.values))
