"""Badges of organizations and sites: what kind they are and how they stand."""

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from common.numbers import number_text
from common.templatetags.components import status_badge
from partners.models import Capability, Organization, Site
from partners.vocabulary import Stage, amount_unit

register = template.Library()

STANDING_TONES = {
    Site.Standing.QUALIFIED: "good",
    Site.Standing.CONDITIONAL: "caution",
    Site.Standing.DISQUALIFIED: "bad",
    Site.Standing.DRAFT: "unknown",
}


@register.simple_tag
def kind_badge(kind: str) -> SafeString:
    """What an organization is; unclassified looks like the open question that it is."""
    unknown = kind == Organization.Kind.UNCLASSIFIED
    return status_badge(Organization.Kind(kind).label, "unknown" if unknown else "neutral")


@register.simple_tag
def standing_badge(standing: str) -> SafeString:
    """How a site stands with us, as shape and word."""
    known = Site.Standing(standing)
    return status_badge(known.label, STANDING_TONES.get(known, "neutral"))


@register.filter
def stage_words(capability: Capability) -> str:
    """The stages in words, in the order of development."""
    return ", ".join(str(stage.label) for stage in Stage if stage.value in capability.stages)


@register.filter
def exact_number(value: Decimal) -> str:
    """A quantity with as many decimals as it was given, and no trailing zeros."""
    return number_text(value, max(0, -int(value.normalize().as_tuple().exponent)))


@register.filter
def amount(value: Decimal, unit: str) -> str:
    """A quantity with its unit: "1 dose", "200 L"."""
    return f"{exact_number(value)} {amount_unit(unit, value)}"


@register.filter
def batch_words(capability: Capability) -> str:
    """The proven batch sizes with their unit: a range, a bound, or nothing."""
    low, high = capability.batch_min, capability.batch_max
    unit = amount_unit(capability.batch_unit, *(bound for bound in (low, high) if bound is not None))
    words = {
        "low": exact_number(low) if low is not None else "",
        "high": exact_number(high) if high is not None else "",
        "unit": unit,
    }
    if low is not None and high is not None:
        text = "%(high)s %(unit)s" if low == high else "%(low)s–%(high)s %(unit)s"
    elif high is not None:
        text = gettext("up to %(high)s %(unit)s")
    elif low is not None:
        text = gettext("from %(low)s %(unit)s")
    else:
        return ""
    return (text % words).strip()
