"""What an import found or did, as plain data."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Coverage:
    """What a file speaks for: rows outside it are not "gone" because it does not name them."""

    types: tuple[str, ...]
    kinds: tuple[str, ...]
    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True)
class Outcome:
    """Counts of rows. `problems` lists the first thousands of `problem_count`.

    `rows` = created + updated + unchanged + duplicates + rejected. `older` are those of the unchanged that a
    newer snapshot tells otherwise; `duplicates` repeat another row of the file; `readdressed` are those of
    the updated that were known under another key; `missing` are stored rows that this file should name and
    does not; `unmatched` are rows without site among all that are kept.
    """

    source: str
    rows: int
    created: int
    updated: int
    unchanged: int
    older: int
    duplicates: int
    rejected: int
    readdressed: int
    missing: int
    unmatched: int
    sites_created: int
    organizations_created: int
    aliases_created: int
    coverage: Coverage
    date_order_assumed: bool
    newer_snapshot_on: dt.date | None
    problem_count: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    missing_rows: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def more(self) -> dict[str, Any]:
        """The counts that have no column of their own."""
        return {
            "problems": self.problem_count,
            "older": self.older,
            "duplicates": self.duplicates,
            "readdressed": self.readdressed,
            "sites_created": self.sites_created,
            "organizations_created": self.organizations_created,
            "aliases_created": self.aliases_created,
            "date_order_assumed": self.date_order_assumed,
            "newer_snapshot_on": self.newer_snapshot_on.isoformat() if self.newer_snapshot_on else None,
        }
