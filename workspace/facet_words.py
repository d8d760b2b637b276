"""The facets of the directory: what they are called, their values in words, and where they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audits.models import Inspection
from audits.site_index import SCALES
from partners.models import Organization, Site
from partners.vocabulary import DosageForm, Modality, Operation, Route, Stage, TemperatureBand

SCALE_WORDS: Mapping[str, str | Promise] = {
    "mass-10": _("up to 10 kg"),
    "mass-100": _("up to 100 kg"),
    "mass-1000": _("up to 1 000 kg"),
    "mass-more": _("more than 1 000 kg"),
    "volume-200": _("up to 200 L"),
    "volume-2000": _("up to 2 000 L"),
    "volume-more": _("more than 2 000 L"),
    "units-10k": _("up to 10 000 units"),
    "units-100k": _("up to 100 000 units"),
    "units-more": _("more than 100 000 units"),
}


@dataclass(frozen=True)
class Facet:
    """One facet. ``column`` is of the site, ``part`` of its capabilities; codes count from 1."""

    key: str
    label: str | Promise
    words: Mapping[str, str | Promise] = field(default_factory=dict)
    column: str = ""
    part: str | None = None

    def code(self, value: str) -> int:
        """The code of a value, its place among the words; 0 for one that is none of them."""
        return self._places.get(value, 0)

    @property
    def _places(self) -> Mapping[str, int]:
        return {value: place for place, value in enumerate(self.words, 1)}


def _of(choices: type[models.TextChoices]) -> Mapping[str, str | Promise]:
    return {str(choice.value): choice.label for choice in choices}


def _facets() -> tuple[Facet, ...]:
    return (
        Facet("kind", _("Kind"), _of(Organization.Kind), column="kind"),
        Facet("modality", _("Modality"), _of(Modality), part="modality"),
        Facet("dosage_form", _("Dosage form"), _of(DosageForm), part="dosage_form"),
        Facet("route", _("Route"), _of(Route), part="route"),
        Facet("operation", _("Operation"), _of(Operation), part="operation"),
        Facet("stage", pgettext_lazy("program", "Stage"), _of(Stage), part="stages"),
        Facet("scale", _("Proven batch"), {key: SCALE_WORDS[key] for key, _u, _l in SCALES}, part="scale"),
        Facet("country", _("Country"), column="country"),
        Facet("band", _("Temperature band"), _of(TemperatureBand), part="bands"),
        Facet(
            "containment",
            _("Containment"),
            {str(band): f"OEB {band}" for band in range(1, 7)},
            part="containment",
        ),
        Facet("standing", _("Standing"), _of(Site.Standing), column="standing"),
        Facet("outcome", _("Last outcome"), _of(Inspection.Classification), column="last_outcome"),
    )


FACETS: Mapping[str, Facet] = {facet.key: facet for facet in _facets()}
