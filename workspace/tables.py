"""The tables of pages that combine rooms."""

import functools
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.tables import DataTable, DayColumn, NumberColumn
from partners.models import Organization, Site
from partners.selectors import country_name
from partners.templatetags.partner_badges import kind_badge, standing_badge
from partners.vocabulary import DosageForm, Modality
from workspace.outcomes import outcome_badge, outcome_word

type Row = dict[str, Any]


class DirectoryTable(DataTable):
    """Sites; with `selectable` each row has a box that belongs to the form `selection`."""

    table_name = "directory"
    caption = _("Sites")
    optional = ("organization__legal_name", "city", "state", "dosage_forms", "duns", "inspection_count")

    name = tables.Column(_("Site"), order_by=("name_key", "pk"), attrs={"th": {"class": "wide"}})
    organization__legal_name = tables.Column(
        _("Organization"), order_by=("organization__name_key", "name_key")
    )
    kind = tables.Column(_("Kind"), accessor="organization__kind", attrs={"td": {"class": "nowrap"}})
    fei = tables.Column(_("FEI"), attrs={"td": {"class": "mono-id"}})
    city = tables.Column(_("City"), empty_values=(None, ""))
    state = tables.Column(_("State or province"), empty_values=(None, ""))
    country = tables.Column(_("Country"), empty_values=(None, ""))
    standing = tables.Column(_("Standing"))
    modalities = tables.Column(_("Modalities"), orderable=False, empty_values=(None, []))
    dosage_forms = tables.Column(_("Dosage forms"), orderable=False, empty_values=(None, []))
    duns = tables.Column(_("DUNS"), empty_values=(None, ""), attrs={"td": {"class": "mono-id"}})
    inspection_count = NumberColumn(_("Inspections"), initial_sort_descending=True)
    action_count = NumberColumn(pgettext_lazy("regulatory", "Actions"), initial_sort_descending=True)
    last_inspected_on = DayColumn(_("Last inspected"))
    last_classification = tables.Column(_("Last outcome"))

    class Meta:
        order_by = "name"

    def __init__(self, *args: Any, selectable: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.selectable = selectable
        # Labels and badges repeat from row to row: each is put into words once.
        self.kind_badge = functools.cache(kind_badge)
        self.standing_badge = functools.cache(standing_badge)
        self.outcome_badge = functools.cache(outcome_badge)
        self.country_name = functools.cache(country_name)

    def render_name(self, record: Row) -> SafeString:
        address = reverse("workspace:site", args=[record["pk"]])
        link = format_html('<a href="{}">{}</a>', address, record["name"])
        if not self.selectable:
            return link
        return format_html(
            '<span class="pick"><input class="form-check-input" type="checkbox" name="site" value="{}" '
            'form="selection" aria-label="{}">{}</span>',
            record["pk"],
            gettext_now("Select %(site)s") % {"site": record["name"]},
            link,
        )

    def value_name(self, record: Row) -> str:
        return str(record["name"])

    def render_kind(self, value: str) -> SafeString | str:
        """Plain words where the question is settled, so that the open ones stand out."""
        unknown = value == Organization.Kind.UNCLASSIFIED
        return self.kind_badge(value) if unknown else str(Organization.Kind(value).label)

    def value_kind(self, value: str) -> str:
        return str(Organization.Kind(value).label)

    def render_country(self, value: str) -> str:
        return self.country_name(value)

    def render_standing(self, value: str) -> SafeString:
        return self.standing_badge(value)

    def value_standing(self, value: str) -> str:
        return str(Site.Standing(value).label)

    def render_modalities(self, value: list[str]) -> str:
        return ", ".join(str(Modality(word).label) for word in value)

    def render_dosage_forms(self, value: list[str]) -> str:
        return ", ".join(str(DosageForm(word).label) for word in value)

    def render_last_classification(self, value: str) -> SafeString:
        return self.outcome_badge(value)

    def value_last_classification(self, value: str) -> str:
        return outcome_word(value)
