"""Every kind of record of the profile, in the order of the screen."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from partners.profile import capabilities, people, supply, track_record
from partners.profile.section import Section, Text

SECTIONS: Mapping[str, Section] = {
    section.key: section
    for section in (
        *capabilities.SECTIONS,
        *supply.SECTIONS,
        *track_record.SECTIONS,
        *people.SECTIONS,
        *people.DOCUMENTS,
    )
}

TABS: Mapping[str, Text] = {
    "capabilities": _("Capabilities"),
    "supply": _("Supply"),
    "track-record": _("Track record"),
    "people": _("People and finance"),
    "documents": _("Documents"),
}


def sections_of(tab: str) -> list[Section]:
    """The kinds that one tab shows."""
    return [section for section in SECTIONS.values() if section.tab == tab]


def section_of_model(label: str) -> Section | None:
    """The declaration of a model; null for one that is no part of the profile."""
    return next((each for each in SECTIONS.values() if each.model._meta.label == label), None)
