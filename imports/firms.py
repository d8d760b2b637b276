"""A person's word on firms that a source names without FEI: confirm, set aside, undo."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from audits.models import Citation, Inspection, RegulatoryAction
from common.text import name_key
from imports.formats import FORMATS
from imports.formats.base import Target
from imports.models import HeldRow, NameMatch
from imports.policies import ImportPolicy
from partners.models import Organization, Site
from records.context import recorded

TABLES: dict[Target, type[Inspection] | type[Citation]] = {
    Target.INSPECTION: Inspection,
    Target.CITATION: Citation,
}
PROVENANCE = (
    *("source", "source_key", "source_sha256", "retrieved_at", "source_line", "row_sha256"),
    *("happened_on", "known_on", "known_on_basis"),
)


def firm_confirm(*, firm_key: str, site: Site, actor: User) -> NameMatch:
    """The firm is this site: its waiting rows go there, and later imports send theirs as well.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when nothing of this name waits.
    """
    ImportPolicy.change.require(actor)
    name = _waiting_name(firm_key)
    with recorded(actor=actor, reason=f"{name} = {site.name}"[:200]):
        match, _created = NameMatch.objects.update_or_create(
            firm_key=firm_key,
            defaults={
                "firm_name": name,
                "decision": NameMatch.Decision.CONFIRMED,
                "site": site,
                "decided_by": actor,
            },
        )
        waiting = RegulatoryAction.objects.filter(firm_key=firm_key, site=None)
        waiting.update(
            site=site, match_state=RegulatoryAction.Match.MATCHED, matched_name=models.F("firm_name")
        )
        _release_held(firm_key, site)
    return match


def firm_dismiss(*, firm_key: str, actor: User) -> NameMatch:
    """The firm is none of our concern; its rows are kept, set aside, and so are later ones."""
    ImportPolicy.change.require(actor)
    name = _waiting_name(firm_key)
    with recorded(actor=actor, reason=name[:200]):
        match, _created = NameMatch.objects.update_or_create(
            firm_key=firm_key,
            defaults={
                "firm_name": name,
                "decision": NameMatch.Decision.DISMISSED,
                "site": None,
                "decided_by": actor,
            },
        )
        waiting = RegulatoryAction.objects.filter(firm_key=firm_key, site=None)
        waiting.update(match_state=RegulatoryAction.Match.DISMISSED)
        HeldRow.objects.filter(firm_key=firm_key).update(match_state=HeldRow.Match.DISMISSED)
    return match


def firm_site_create(*, firm_key: str, actor: User) -> NameMatch:
    """The firm is a site that nobody knows yet: create it, unclassified and without FEI, and confirm."""
    ImportPolicy.change.require(actor)
    name = _waiting_name(firm_key)
    with recorded(actor=actor, reason=name[:200]):
        organization = Organization.objects.create(legal_name=name)
        site = Site.objects.create(organization=organization, name=name)
        return firm_confirm(firm_key=firm_key, site=site, actor=actor)


def firm_undo(*, match: NameMatch, actor: User) -> None:
    """Take a decision back: the rows wait again. A site created for it stays."""
    ImportPolicy.change.require(actor)
    with recorded(actor=actor, reason=match.firm_name[:200]):
        rows = RegulatoryAction.objects.filter(firm_key=match.firm_key)
        by_name = rows.filter(site=match.site).exclude(matched_name="")
        by_name.update(site=None, match_state=RegulatoryAction.Match.UNMATCHED, matched_name="")
        rows.filter(site=None).update(match_state=RegulatoryAction.Match.UNMATCHED)
        HeldRow.objects.filter(firm_key=match.firm_key).update(match_state=HeldRow.Match.UNMATCHED)
        if match.site is not None:
            _hold_again(match)
        match.delete()


def _waiting_name(firm_key: str) -> str:
    for model in (RegulatoryAction, HeldRow):
        name = model.objects.filter(firm_key=firm_key).values_list("firm_name", flat=True).first()
        if name:
            return str(name)
    raise ValidationError(_("Nothing of a firm of this name waits."))


def _release_held(firm_key: str, site: Site) -> None:
    """Held rows become inspections and citations of the site."""
    for row in HeldRow.objects.filter(firm_key=firm_key):
        model: type[models.Model] = TABLES[FORMATS[row.source].target]
        kept = {field: getattr(row, field) for field in PROVENANCE}
        model._default_manager.create(site=site, matched_name=row.firm_name, **kept, **row.values)
        row.delete()


def _hold_again(match: NameMatch) -> None:
    """Inspections and citations that came to the site by the firm's name wait again."""
    for source, format_ in FORMATS.items():
        model = TABLES.get(format_.target)
        if model is None:
            continue
        by_name = model._default_manager.filter(site=match.site, source=source).exclude(matched_name="")
        for row in by_name:
            if name_key(row.matched_name) != match.firm_key:
                continue
            HeldRow.objects.create(
                firm_name=row.matched_name,
                firm_key=match.firm_key,
                covered_type=getattr(row, "product_type", "") or getattr(row, "program_area", ""),
                values={value: getattr(row, value) for value in format_.values},
                **{field: getattr(row, field) for field in PROVENANCE},
            )
            if isinstance(row, Inspection):
                row.citations.update(inspection=None)
            row.delete()
