"""Organizations, their sites, and the evidence of what each site can do."""

from partners.models.capability import Capability
from partners.models.capacity import Capacity, Service
from partners.models.evidence import Evidence, SiteEvidence
from partners.models.organization import Organization
from partners.models.qualification import AgreementDuty, QualityAgreement, StandingDecision
from partners.models.saved_view import SavedView
from partners.models.site import Site, SiteAlias
from partners.models.standing import Certificate, Contact, FinancialYear, Staffing
from partners.models.supply import Disruption, Material, MaterialSupplier
from partners.models.track_record import (
    EarlyWarning,
    GovernanceMeeting,
    PostApprovalChange,
    PpqCampaign,
    PracticeRating,
    TechTransfer,
)
from partners.models.watching import NewsMail, NewsTold, SiteWatch

__all__ = [
    "AgreementDuty",
    "Capability",
    "Capacity",
    "Certificate",
    "Contact",
    "Disruption",
    "EarlyWarning",
    "Evidence",
    "FinancialYear",
    "GovernanceMeeting",
    "Material",
    "MaterialSupplier",
    "NewsMail",
    "NewsTold",
    "Organization",
    "PostApprovalChange",
    "PpqCampaign",
    "PracticeRating",
    "QualityAgreement",
    "SavedView",
    "Service",
    "Site",
    "SiteAlias",
    "SiteEvidence",
    "SiteWatch",
    "Staffing",
    "StandingDecision",
    "TechTransfer",
]
