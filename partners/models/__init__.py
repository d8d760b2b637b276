"""Organizations, their sites and what each site can do."""

from partners.models.capability import Capability
from partners.models.organization import Organization
from partners.models.site import Site, SiteAlias

__all__ = ["Capability", "Organization", "Site", "SiteAlias"]
