"""Programs, who works on them, and the sites that are candidates to make them."""

from programs.models.candidate import Candidate
from programs.models.program import Membership, Program, WorkPackage

__all__ = ["Candidate", "Membership", "Program", "WorkPackage"]
