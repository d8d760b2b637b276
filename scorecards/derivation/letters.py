"""Warning letters, import alerts and statements of non-compliance: which are one, and which are open.

These rows are few (thousands where inspections are hundreds of thousands), so plain loops are clear and fast.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from scorecards.derivation.facts import ABSENT, ActionKind, Actions, Gmp

SAME_LETTER_DAYS = 14
KINDS = {int(kind): kind for kind in ActionKind}
SUBJECTS = {int(gmp): gmp for gmp in Gmp}
IS_LETTER = np.zeros(max(ActionKind) + 1, dtype=np.bool_)
IS_LETTER[
    [ActionKind.WARNING_LETTER, ActionKind.IMPORT_ALERT, ActionKind.NON_COMPLIANCE, ActionKind.CLOSEOUT]
] = True


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
    found = actions.where(IS_LETTER[actions.kind])
    columns = (
        found.site,
        found.id,
        found.kind,
        found.gmp,
        found.happened_on,
        found.closed_on,
        found.source,
        found.reference,
    )
    for site, key, code, subject, issued_on, closed_on, source, reference in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        kind, gmp = KINDS[code], SUBJECTS[subject]
        if kind is ActionKind.NON_COMPLIANCE and gmp is Gmp.UNKNOWN:
            gmp = Gmp.YES  # a statement of non-compliance is about GMP by its legal nature
        yield Letter(
            site=site,
            kind=kind,
            issued_on=issued_on,
            gmp=gmp,
            closed_on=closed_on,
            ids=(key,),
            sources=frozenset((source,)),
            references=frozenset((reference,)) - {0},
        )


def _joined(rows: list[Letter]) -> list[Letter]:
    """Join rows of different sources about the same site within days: they are one letter.

    The rows come by date, so that only the last few days of what is kept are looked at.
    """
    kept: list[Letter] = []
    recent = 0
    for row in rows:
        while recent < len(kept) and row.issued_on - kept[recent].issued_on > SAME_LETTER_DAYS:
            recent += 1
        for at, other in enumerate(kept[recent:], recent):
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
        and abs(one.issued_on - two.issued_on) <= SAME_LETTER_DAYS
        and not one.sources & two.sources
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
