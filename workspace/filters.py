"""The filters of the directory, each choice with the number of sites behind it."""

from collections.abc import Iterable
from typing import Any

import django_filters as filters
from django import forms
from django.forms.utils import flatatt
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from common.numbers import number_text
from common.text import name_key
from partners.models import Organization, Site
from partners.querysets import SiteQuerySet
from partners.vocabulary import DosageForm, Modality
from workspace.directory import Choice, Facets, choose, facets_of, rows_of, with_capability, with_records

type Choices = Iterable[tuple[str, str | Promise]]

WITH_RECORDS = [("yes", _("with records")), ("no", _("without records"))]


class LightSelect(forms.Select):
    """A select without groups, written without a template for each option: they made a tenth of the page."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = set(self.format_value(value))
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, SafeString(" selected") if str(key) in chosen else "", label)
                for key, label in self.choices
            ),
        )
        words = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", words, options)


class DirectoryFilter(filters.FilterSet):  # type: ignore[misc]
    """`facets` and `choice` are there once `qs` was read."""

    q = filters.CharFilter(
        label=_("Search"),
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Name, FEI or city"), "data-search": ""}
        ),
    )
    kind = filters.ChoiceFilter(
        label=_("Kind"), choices=Organization.Kind, widget=LightSelect, empty_label=_("Any kind")
    )
    modality = filters.ChoiceFilter(
        label=_("Modality"), choices=Modality, widget=LightSelect, empty_label=_("Any")
    )
    dosage_form = filters.ChoiceFilter(
        label=_("Dosage form"), choices=DosageForm, widget=LightSelect, empty_label=_("Any")
    )
    country = filters.ChoiceFilter(label=_("Country"), choices=(), widget=LightSelect, empty_label=_("Any"))
    standing = filters.ChoiceFilter(
        label=_("Standing"), choices=Site.Standing, widget=LightSelect, empty_label=_("Any")
    )
    records = filters.ChoiceFilter(
        label=_("Regulatory records"),
        choices=WITH_RECORDS,
        widget=LightSelect,
        empty_label=_("With or without"),
    )
    unclassified = filters.BooleanFilter(label=_("Unclassified"), widget=forms.HiddenInput)

    class Meta:
        model = Site
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facets = Facets()
        self.choice = Choice()
        # Here and not above, because the names are in the reader's language.
        self.form.fields["country"].choices = list(countries)

    def filter_queryset(self, queryset: SiteQuerySet) -> SiteQuerySet:
        """Narrow by words and capability, count the facets of what is left, then apply the facets."""
        entered = self.form.cleaned_data
        found = queryset.matching(entered["q"]) if entered["q"] else queryset
        found = with_capability(found, modality=entered["modality"], dosage_form=entered["dosage_form"])
        if entered["records"]:
            found = with_records(found, entered["records"] == "yes")
        self.choice = Choice(
            kind=entered["kind"],
            country=entered["country"],
            standing=entered["standing"],
            unclassified=bool(entered["unclassified"]),
        )
        self.facets = facets_of(found, self.choice)
        self._count_choices()
        return rows_of(choose(found, self.choice))

    def _count_choices(self) -> None:
        fields = self.form.fields
        fields["kind"].choices = _counted(Organization.Kind.choices, self.facets.kinds)
        fields["standing"].choices = _counted(Site.Standing.choices, self.facets.standings)
        known = [
            (code, name)
            for code, name in countries
            if self.facets.countries.get(code) or code == self.choice.country
        ]
        known.sort(key=lambda pair: name_key(str(pair[1])))
        fields["country"].choices = _counted(known, self.facets.countries)


def _counted(choices: Choices, counts: dict[str, int]) -> Choices:
    """The choices with their counts; the field itself puts its word for no choice first."""
    return [
        (value, format_lazy("{} ({})", label, number_text(counts.get(value, 0)))) for value, label in choices
    ]
