"""Temperature bands: which one a range of temperatures asks for, and who keeps it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

# Lowest and highest °C of each band, the widest that practice calls by the name.
RANGES: Mapping[str, tuple[int, int]] = {
    "cryogenic": (-273, -150),
    "ultra_low": (-90, -60),
    "frozen": (-40, -15),
    "refrigerated": (2, 8),
    "ambient": (2, 25),
}


def band_of(low: int | None, high: int | None) -> str:
    """The narrowest band that holds the whole range in °C; blank when none does or nothing was said.

    >>> band_of(-196, -150), band_of(2, 8), band_of(15, 25), band_of(-30, 5)
    ('cryogenic', 'refrigerated', 'ambient', '')
    """
    if low is None or high is None:
        return ""
    return next((band for band, (least, most) in RANGES.items() if least <= low <= high <= most), "")


def keeps(band: str, offered: Collection[str]) -> bool:
    """Whether what is offered holds the band itself: colder is not better, a cell thawed twice is lost."""
    return bool(band) and band in offered
