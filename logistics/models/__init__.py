"""The distribution plan and its rows."""

from logistics.models.people import Consequence, PlanReview, Responsibility, Term
from logistics.models.places import CareSite, Reimbursement, SiteCheck, SiteOnboarding
from logistics.models.plan import DistributionPlan
from logistics.models.proof import (
    DryRun,
    DryRunStep,
    LabelRequirement,
    MockReview,
    PackagingQualification,
    ReviewGap,
)
from logistics.models.row import OwnedRow, PlanRow
from logistics.models.transport import Handoff, Lane, Party, Playbook, Shipper

__all__ = [
    "CareSite",
    "Consequence",
    "DistributionPlan",
    "DryRun",
    "DryRunStep",
    "Handoff",
    "LabelRequirement",
    "Lane",
    "MockReview",
    "OwnedRow",
    "PackagingQualification",
    "Party",
    "PlanReview",
    "PlanRow",
    "Playbook",
    "Reimbursement",
    "Responsibility",
    "ReviewGap",
    "Shipper",
    "SiteCheck",
    "SiteOnboarding",
    "Term",
]
