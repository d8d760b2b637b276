"""Every kind of row of a distribution plan, in the order of the screen."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from logistics.kinds import people, places, proof, transport
from logistics.kinds.kind import Kind
from partners.profile.section import Text

KINDS: Mapping[str, Kind] = {
    kind.key: kind for kind in (*places.KINDS, *transport.KINDS, *proof.KINDS, *people.KINDS)
}

CHAPTERS: Mapping[str, Text] = {
    "sites": _("Care sites and access"),
    "transport": _("Transport"),
    "proof": _("Packaging, labels, dry runs"),
    "people": _("People and words"),
}


def kinds_of(chapter: str) -> list[Kind]:
    """The kinds of one chapter."""
    return [kind for kind in KINDS.values() if kind.chapter == chapter]


def kind_of_model(label: str) -> Kind:
    """The declaration of a model of rows."""
    return next(kind for kind in KINDS.values() if kind.model._meta.label == label)
