"""Operations, containment and temperature: must-haves that count only when the program asks for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scorecards.derivation.batch import FAIL, PASS, UNKNOWN, GateBatch, Why
from scorecards.derivation.columns import BoolArray, IntArray
from scorecards.derivation.fit import Profile
from scorecards.derivation.matching import NEAR, NO, OPEN, YES, any_per_site, best_per_site
from scorecards.derivation.score import RuleRef

ANY_MODALITY = frozenset({"packaging", "labeling", "testing", "storage"})
"""Work that does not depend much on what the medicine is made of."""
BAND_RANGES = ((-196, -150), (-80, -60), (-25, -15), (2, 8), (15, 25))
"""Lowest and highest °C of `profile.BANDS`."""
LEVEL_STATUS = np.array([UNKNOWN, FAIL, UNKNOWN, UNKNOWN, PASS])
"""Status of a best level of nothing recorded (−1), no, near, open and yes."""


@dataclass(frozen=True, slots=True)
class Covered:
    """How many of the operations asked for a site covers, shape (sites,), and the rows that do."""

    covered: IntArray
    rows: BoolArray


def operation_levels(profile: Profile, operation: str) -> IntArray:
    """Match of one operation per capability row; the modality counts where it matters."""
    rows, modality = profile.capabilities, profile.matches.modality
    level = np.full(len(rows), YES) if operation in ANY_MODALITY else modality
    return np.where(rows.operation == operation, level, np.where(rows.operation == "", OPEN, NO))


def covered_operations(profile: Profile) -> Covered:
    """The operations of the need that a capability of the site covers."""
    covered = np.zeros(profile.sites, dtype=np.int64)
    used = np.zeros(len(profile.capabilities), dtype=np.bool_)
    for operation in profile.need.operations:
        yes = operation_levels(profile, operation) == YES
        covered += any_per_site(profile.capabilities.site, yes, profile.sites)
        used |= yes
    return Covered(covered, used)


def operations_gate(rule: RuleRef, profile: Profile) -> GateBatch:
    """Must-have S1-TT-5, S1-FIT-1: every operation asked for; the least covered one decides."""
    n, asked = profile.sites, profile.need.operations
    worst = np.full(n, YES, dtype=np.int64)
    which = np.full(n, "", dtype="U20")
    for operation in asked:
        level = profile.level(operation_levels(profile, operation))
        worse = level < worst
        worst, which = np.where(worse, level, worst), np.where(worse, operation, which)
    message = worst + 2 if asked else np.zeros(n, dtype=np.int64)
    return GateBatch(
        rule=rule,
        status=LEVEL_STATUS[worst + 1] if asked else np.full(n, PASS),
        why=Why(
            (
                "operations.not_asked",
                "operations.none",
                "operations.no",
                "operations.near",
                "operations.open",
                "operations.yes",
            ),
            message,
            {"operation_code": which},
            {"asked": len(asked)},
        ),
        sources=profile.sources() if asked else (),
    )


def containment_gate(rule: RuleRef, profile: Profile) -> GateBatch:
    """Must-have S1-FIT-2: the containment (OEB) that the program asks for, in its modality."""
    n, asked, rows = profile.sites, profile.need.containment_oeb, profile.capabilities
    own = profile.matches.kind
    best = best_per_site(rows.site[own], rows.containment[own], n)
    unsaid = any_per_site(rows.site, own & np.isnan(rows.containment), n)
    least = 0 if asked is None else asked
    known = ~np.isnan(best)
    message = np.select([~known, np.nan_to_num(best) >= least, unsaid], [1, 4, 3], 2)
    if asked is None:
        message = np.zeros(n, dtype=np.int64)
    return GateBatch(
        rule=rule,
        status=np.array([PASS, UNKNOWN, FAIL, UNKNOWN, PASS])[message],
        why=Why(
            (
                "containment.not_asked",
                "containment.none",
                "containment.no",
                "containment.open",
                "containment.yes",
            ),
            message,
            {"oeb": np.nan_to_num(best).astype(np.int64)},
            {"asked": least},
        ),
        sources=profile.sources(own) if asked is not None else (),
    )


def temperature_gate(rule: RuleRef, profile: Profile) -> GateBatch:
    """Must-have S1-FIT-1: a temperature band that lies within what the program's product bears.

    A band that only overlaps with it leaves the answer open, and so does a range that no band fits.
    """
    n = profile.sites
    lowest, highest = profile.need.temperature_min, profile.need.temperature_max
    asked = lowest is not None or highest is not None
    best = profile.level(band_levels(profile))
    return GateBatch(
        rule=rule,
        status=LEVEL_STATUS[best + 1] if asked else np.full(n, PASS),
        why=Why(
            (
                "temperature.not_asked",
                "temperature.none",
                "temperature.no",
                "temperature.near",
                "temperature.open",
                "temperature.yes",
            ),
            best + 2 if asked else np.zeros(n, dtype=np.int64),
            constants={
                "lowest": "" if lowest is None else lowest,
                "highest": "" if highest is None else highest,
            },
        ),
        sources=profile.sources() if asked else (),
    )


def band_levels(profile: Profile) -> IntArray:
    """Match of the temperature per capability row; a range that no band fits is near at best."""
    bands = profile.capabilities.bands
    fits, touches = _bands(profile.need.temperature_min, profile.need.temperature_max)
    level = np.select([bands == 0, (bands & fits) > 0, (bands & touches) > 0], [OPEN, YES, NEAR], NO)
    if not fits:
        level = np.where(level == NO, NEAR, level)
    return level.astype(np.int64)


def _bands(lowest: int | None, highest: int | None) -> tuple[int, int]:
    """Bits of the bands that lie within the range, and of those that overlap with it."""
    bottom = -273 if lowest is None else lowest
    top = 100 if highest is None else highest
    fits = sum(1 << k for k, (low, high) in enumerate(BAND_RANGES) if bottom <= low and high <= top)
    touches = sum(1 << k for k, (low, high) in enumerate(BAND_RANGES) if low <= top and high >= bottom)
    return fits, touches
