"""Changes to organizations and sites."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from common.versions import apply_changes, locked_at_version
from partners.models import Organization, Site
from partners.policies import OrganizationPolicy, SitePolicy
from records.context import recorded

SITE_FIELDS = frozenset(
    {
        "name",
        "fei",
        "duns",
        "oms_location_id",
        "street",
        "city",
        "state",
        "postal_code",
        "country",
        "latitude",
        "longitude",
        "standing",
        "standing_valid_until",
    }
)


def organization_classify(
    *, organization: Organization, kind: str, reason: str, version: int, actor: User | None
) -> Organization:
    """Say what an organization is. The reason is kept in the change history.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: without a reason, or for a kind that does not exist.
        StaleRecord: when someone else changed it since it was read.
    """
    OrganizationPolicy.change.require(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say how you know: the reason is kept in the history.")})
    with recorded(actor=actor, reason=reason.strip()):
        row = locked_at_version(Organization.objects.all(), pk=organization.pk, version=version)
        apply_changes(row, {"kind": kind})
    return row


def site_update(
    *, site: Site, version: int, changes: dict[str, Any], actor: User | None, reason: str = ""
) -> Site:
    """Change what is known of a site.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when a value breaks a rule of the model.
        StaleRecord: when someone else changed it since it was read.
    """
    SitePolicy.change.require(actor)
    if unknown := changes.keys() - SITE_FIELDS:
        raise TypeError(f"A site has no editable field {sorted(unknown)}.")
    with recorded(actor=actor, reason=reason):
        row = locked_at_version(Site.objects.all(), pk=site.pk, version=version)
        apply_changes(row, changes)
    return row
