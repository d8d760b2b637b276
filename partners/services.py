"""Changes to organizations and sites."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from common.versions import apply_changes, locked_at_version
from partners.models import Organization, Site, SiteAlias
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
ORGANIZATION_FIELDS = frozenset(
    {"legal_name", "kind", "parent", "country", "lei", "duns", "ownership", "website"}
)


def organization_create(*, fields: dict[str, Any], actor: User | None) -> Organization:
    """A new organization, entered by hand.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when a value breaks a rule of the model.
    """
    OrganizationPolicy.change.require(actor)
    _known(fields, ORGANIZATION_FIELDS)
    made = Organization(**fields)
    made.full_clean(exclude=["name_key"])
    with recorded(actor=actor):
        made.save()
    return made


def organization_update(
    *, organization: Organization, version: int, changes: dict[str, Any], actor: User | None, reason: str = ""
) -> Organization:
    """Change what is known of an organization.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when a value breaks a rule, or the parent would stand below itself.
        StaleRecord: when someone else changed it since it was read.
    """
    OrganizationPolicy.change.require(actor)
    _known(changes, ORGANIZATION_FIELDS)
    with recorded(actor=actor, reason=reason):
        row = locked_at_version(Organization.objects.all(), pk=organization.pk, version=version)
        above = changes.get("parent")
        while above is not None:
            if above.pk == row.pk:
                raise ValidationError({"parent": _("An organization cannot stand above itself.")})
            above = above.parent
        apply_changes(row, changes)
    return row


def site_create(
    *, organization: Organization, fields: dict[str, Any], aliases: list[str], actor: User | None
) -> Site:
    """A new site of an organization, entered by hand. Raises as `organization_create`."""
    SitePolicy.change.require(actor)
    _known(fields, SITE_FIELDS)
    made = Site(organization=organization, **fields)
    made.full_clean(exclude=["name_key"])
    with recorded(actor=actor):
        made.save()
        aliases_set(site=made, names=aliases, actor=actor)
    return made


def aliases_set(*, site: Site, names: list[str], actor: User | None) -> None:
    """The further spellings of a site's name; what is there already stays with its source."""
    SitePolicy.change.require(actor)
    wanted = {name.strip()[:300] for name in names} - {"", site.name}
    with recorded(actor=actor):
        known = set(SiteAlias.objects.filter(site=site).values_list("name", flat=True))
        if gone := known - wanted - {site.name}:
            SiteAlias.objects.filter(site=site, name__in=gone).delete()
        for name in sorted(wanted - known):
            SiteAlias.objects.create(site=site, name=name)


def _known(fields: dict[str, Any], allowed: frozenset[str]) -> None:
    if unknown := fields.keys() - allowed:
        raise TypeError(f"No such field can be edited: {sorted(unknown)}.")


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
