"""Warning letters, import alerts and statements of non-compliance: which are one, and which are open.

These rows are few (thousands where inspections are hundreds of thousands), so plain loops are clear and fast.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from scorecards.derivation.facts import ABSENT, ActionKind, Actions, Gmp

SAME_LETTER_DAYS = 14
LETTER_KINDS = (ActionKind.WARNING_LETTER, ActionKind.IMPORT_ALERT, ActionKind.NON_COMPLIANCE)


class Standing(IntEnum):
    """State of one letter on a day, best first; the worst of a site decides."""

    OTHER_SUBJECT = 0
    CLOSED = 1
    SUBJECT_UNKNOWN = 2
    OPEN_LONG = 3
    OPEN = 4


@dataclass(frozen=True, slots=True)
class Letter:
    """One act of an authority, possibly known from several sources."""

    site: int
    kind: ActionKind
    issued_on: int
    gmp: Gmp
    closed_on: int
    ids: tuple[int, ...]
    sources: frozenset[int]
    references: frozenset[int]

    def is_open(self, as_of: int) -> bool:
        """Whether no closeout is known to have happened by ``as_of``."""
        return self.closed_on == ABSENT or self.closed_on > as_of

    def standing(self, as_of: int, open_after: int) -> Standing:
        """State on ``as_of``; a letter without closeout counts as open when issued after ``open_after``."""
        if self.gmp is Gmp.NO:
            return Standing.OTHER_SUBJECT
        if not self.is_open(as_of):
            return Standing.CLOSED
        if self.gmp is Gmp.UNKNOWN:
            return Standing.SUBJECT_UNKNOWN
        return Standing.OPEN if self.issued_on > open_after else Standing.OPEN_LONG


def letters(actions: Actions) -> list[Letter]:
    """All letters, by site and date; what two sources tell of one letter is joined, closeouts applied."""
    per_site: dict[int, list[Letter]] = defaultdict(list)
    closeouts: dict[int, list[Letter]] = defaultdict(list)
    for row in _rows(actions):
        (closeouts if row.kind is ActionKind.CLOSEOUT else per_site)[row.site].append(row)
    found: list[Letter] = []
    for site in sorted(per_site):
        joined = _joined(sorted(per_site[site], key=lambda row: (row.issued_on, row.ids)))
        found.extend(_closed(joined, closeouts.get(site, [])))
    return found


def _rows(actions: Actions) -> Iterator[Letter]:
    wanted = {*LETTER_KINDS, ActionKind.CLOSEOUT}
    kinds = actions.kind.tolist()
    for at, code in enumerate(kinds):
        if code not in wanted:
            continue
        kind = ActionKind(code)
        gmp = Gmp(int(actions.gmp[at]))
        if kind is ActionKind.NON_COMPLIANCE and gmp is Gmp.UNKNOWN:
            gmp = Gmp.YES  # a statement of non-compliance is about GMP by its legal nature
        yield Letter(
            site=int(actions.site[at]),
            kind=kind,
            issued_on=int(actions.happened_on[at]),
            gmp=gmp,
            closed_on=int(actions.closed_on[at]),
            ids=(int(actions.id[at]),),
            sources=frozenset((int(actions.source[at]),)),
            references=frozenset((int(actions.reference[at]),)) - {0},
        )


def _joined(rows: list[Letter]) -> list[Letter]:
    """Join rows of different sources about the same site within days: they are one letter."""
    kept: list[Letter] = []
    for row in rows:
        for at, other in enumerate(kept):
            if _is_same(other, row):
                kept[at] = replace(
                    other,
                    gmp=max(other.gmp, row.gmp),
                    closed_on=max(other.closed_on, row.closed_on),
                    ids=tuple(sorted((*other.ids, *row.ids))),
                    sources=other.sources | row.sources,
                    references=other.references | row.references,
                )
                break
        else:
            kept.append(row)
    return kept


def _is_same(one: Letter, two: Letter) -> bool:
    return (
        one.kind is two.kind is ActionKind.WARNING_LETTER
        and not one.sources & two.sources
        and abs(one.issued_on - two.issued_on) <= SAME_LETTER_DAYS
    )


def _closed(rows: list[Letter], closeouts: list[Letter]) -> list[Letter]:
    """Apply closeout letters: by reference where they name one, else to the last letter before them."""
    for closeout in sorted(closeouts, key=lambda row: row.issued_on):
        earlier = [at for at, row in enumerate(rows) if row.issued_on <= closeout.issued_on]
        if closeout.references:
            earlier = [at for at in earlier if rows[at].references & closeout.references]
        for at in earlier if closeout.references else earlier[-1:]:
            rows[at] = replace(
                rows[at],
                closed_on=max(rows[at].closed_on, closeout.issued_on),
                ids=tuple(sorted((*rows[at].ids, *closeout.ids))),
            )
    return rows
