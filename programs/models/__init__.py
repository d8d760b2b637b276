"""Programs, who works on them, what they need, and the sites that are candidates to make them."""

from programs.models.candidate import Candidate, Proposal
from programs.models.need import Demand, Requirement
from programs.models.program import Membership, Program, WorkPackage

__all__ = ["Candidate", "Demand", "Membership", "Program", "Proposal", "Requirement", "WorkPackage"]
