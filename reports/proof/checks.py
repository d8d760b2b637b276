"""How the checks of a report end."""

from dataclasses import dataclass
from enum import StrEnum

from reports.proof.recompute import Difference


class Finding(StrEnum):
    """How a check ended; `skipped` says why it could not be made."""

    HOLDS = "holds"
    ALTERED = "altered"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Check:
    """One check: what it looked at, how it ended, and in words why; figures that differ one by one."""

    name: str
    finding: Finding
    words: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """All checks of one file. `carried` are keys of what it says as it was at issue, computed by none."""

    kind: str
    content_sha256: str
    checks: tuple[Check, ...]
    carried: tuple[str, ...] = ()

    @property
    def altered(self) -> bool:
        """Whether any check found something that does not fit."""
        return any(check.finding is Finding.ALTERED for check in self.checks)

    @property
    def confirmed(self) -> bool:
        """Whether a library knows the file as one that it issued, besides everything fitting together."""
        library = [check for check in self.checks if check.name == "library"]
        return not self.altered and any(check.finding is Finding.HOLDS for check in library)
