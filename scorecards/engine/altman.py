"""Altman's Z″ for private and non-manufacturing firms (Altman 1995; Altman & Hotchkiss 2006).

Z″ = 6.56 X1 + 3.26 X2 + 6.72 X3 + 1.05 X4 with zones at 1.10 and 2.60. The form with the constant 3.25
(emerging markets) has its zones at 4.35 and 5.85. A missing ratio makes the score unknown, never zero.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from scorecards.engine.errors import ValueInputError

COEFFICIENTS = (6.56, 3.26, 6.72, 1.05)
CONSTANT = 3.25
ZONES = (1.10, 2.60)
ZONES_WITH_CONSTANT = (4.35, 5.85)


class Zone(StrEnum):
    DISTRESS = "distress"
    GREY = "grey"
    SAFE = "safe"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AltmanScore:
    """Z″ (None when unknown), its zone, and the names of the ratios that are missing."""

    score: float | None
    zone: Zone
    missing: tuple[str, ...]


def altman_z(
    working_capital_to_assets: float | None,
    retained_earnings_to_assets: float | None,
    ebit_to_assets: float | None,
    equity_to_liabilities: float | None,
    *,
    with_constant: bool = False,
) -> AltmanScore:
    """Z″ of four ratios, each None when unknown. Raises ValueInputError for a ratio that is not finite.

    >>> altman_z(0.2, 0.3, 0.1, 1.0).zone, altman_z(0.2, None, 0.1, 1.0).zone
    (<Zone.SAFE: 'safe'>, <Zone.UNKNOWN: 'unknown'>)
    """
    ratios = {
        "working_capital_to_assets": working_capital_to_assets,
        "retained_earnings_to_assets": retained_earnings_to_assets,
        "ebit_to_assets": ebit_to_assets,
        "equity_to_liabilities": equity_to_liabilities,
    }
    for name, ratio in ratios.items():
        if ratio is not None and not np.isfinite(ratio):
            raise ValueInputError(name, f"is {ratio!r}, which is not a finite number")
    missing = tuple(name for name, ratio in ratios.items() if ratio is None)
    if missing:
        return AltmanScore(None, Zone.UNKNOWN, missing)
    pairs = zip(COEFFICIENTS, ratios.values(), strict=True)
    score = sum(weight * ratio for weight, ratio in pairs if ratio is not None)
    score += CONSTANT if with_constant else 0.0
    low, high = ZONES_WITH_CONSTANT if with_constant else ZONES
    zone = Zone.DISTRESS if score < low else Zone.SAFE if score > high else Zone.GREY
    return AltmanScore(score, zone, ())
