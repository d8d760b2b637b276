"""Which site and which recorded row a row of a sheet is about. A fixed number of queries for a whole file."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from common.text import name_key
from partners.models import Evidence, Site
from partners.profile.section import Section
from partners.profile.sheets import RECORD, SITE
from partners.profile.writing import believed_since, is_same

CHAIN = 20


@dataclass
class Match:
    """What was found. `record` is null for a new one."""

    site: Site | None
    record: Any | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)


class Matcher:
    """Knows the sites and records that the rows of one file name."""

    def __init__(self, section: Section, site: Site | None, cells: Iterable[Mapping[str, str]]) -> None:
        self.section, self.site = section, site
        listed = list(cells)
        feis = {row.get(SITE, "").strip() for row in listed} - {""}
        self.sites: dict[str, Site] = {found.fei or "": found for found in Site.objects.filter(fei__in=feis)}
        every = [*self.sites.values(), *([site] if site else [])]
        scope = "organization_id" if section.of_organization else "site_id"
        owners = {section.scope(each)[scope] for each in every}
        self.current: dict[int, list[Any]] = defaultdict(list)
        self.by_pk: dict[int, Any] = {}
        rows = section.records().filter(**{f"{scope}__in": owners}, replaced_on=None)
        for row in rows:
            self.current[getattr(row, scope)].append(row)
            self.by_pk[row.pk] = row
        self.scope = scope
        self.successors = self._successors(listed)
        self.claimed: dict[int, str] = {}
        self.new: set[tuple[Any, ...]] = set()

    def _successors(self, rows: Iterable[Mapping[str, str]]) -> dict[int, int]:
        """For records that a file names and that were replaced since: the one that holds now."""
        asked = {int(text) for row in rows if _is_number(text := row.get(RECORD, "").strip())}
        found: dict[int, int] = {key: key for key in asked - self.by_pk.keys()}
        open_ends = set(found.values())
        for _step in range(CHAIN):
            after = self.section.records().filter(replaces__in=open_ends)
            steps = dict(after.values_list("replaces_id", "pk")) if open_ends else {}
            if not steps:
                break
            found = {key: steps.get(end, end) for key, end in found.items()}
            open_ends = set(steps.values())
        return found

    def match(self, cells: Mapping[str, str], values: Mapping[str, Any]) -> Match:
        """The site and the record of one row, or what is wrong with how they are named."""
        fei = cells.get(SITE, "").strip()
        site = self.sites.get(fei) if fei else self.site
        if site is None:
            text = _("No site has this FEI.") if fei else _("The row names no site: give its FEI.")
            return Match(None, problems=[(SITE, text)])
        asked = cells.get(RECORD, "").strip()
        if asked:
            return self._named(site, asked)
        return self._alike(site, values)

    def _named(self, site: Site, asked: str) -> Match:
        key = int(asked) if _is_number(asked) else 0
        row = self.by_pk.get(self.successors.get(key, key))
        if row is None or getattr(row, self.scope) != self.section.scope(site)[self.scope]:
            return Match(
                site,
                problems=[(RECORD, _("This site has no such record. Leave the cell empty for a new one."))],
            )
        return self._claimed(Match(site, row))

    def _alike(self, site: Site, values: Mapping[str, Any]) -> Match:
        """By the fields that tell records apart, as far as the file has them."""
        told = [name for name in self.section.identity if name in values]
        if not told:
            return Match(site)
        wanted = [_folded(values[name]) for name in told]
        rows = self.current.get(self.section.scope(site)[self.scope], [])
        alike = [row for row in rows if [_folded(getattr(row, name)) for name in told] == wanted]
        free = [row for row in alike if row.pk not in self.claimed]
        same = [row for row in free if not self.differences(row, values)]
        if same:
            return self._claimed(Match(site, same[0]))
        if len(free) > 1:
            text = _("Several records fit this row. Name one in the column “Record”.")
            return Match(site, problems=[(told[0], text)])
        if free:
            return self._claimed(Match(site, free[0]))
        key = (self.section.scope(site)[self.scope], *wanted)
        if alike or key in self.new:
            return Match(site, problems=[(told[0], _("Another row of the file is about the same record."))])
        self.new.add(key)
        return Match(site)

    def _claimed(self, match: Match) -> Match:
        if match.record is not None:
            if match.record.pk in self.claimed:
                match.problems.append((RECORD, _("Another row of the file is about the same record.")))
            self.claimed[match.record.pk] = ""
        return match

    def differences(self, row: Evidence, values: Mapping[str, Any]) -> dict[str, Any]:
        """What the row would change. A day of knowing that is not later is passed over."""
        changed = {name: value for name, value in values.items() if not is_same(getattr(row, name), value)}
        known = changed.get("known_on")
        if known is not None and known <= believed_since(row):
            del changed["known_on"]
        return changed


def _folded(value: Any) -> Any:
    return name_key(value) if isinstance(value, str) else value


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
