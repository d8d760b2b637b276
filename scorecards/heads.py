"""Who the candidates of a ranking are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CandidateHead:
    """Who a candidate is. ``position`` is its place in the derivation's columns."""

    site_id: int
    position: int
    fei: str
    name: str
    name_key: str
    organization: str
    country: str
    stage: str

    @property
    def key(self) -> str:
        """Stable id in the official run."""
        return str(self.site_id)
