"""The tables of pages that combine rooms."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_tables2 as tables
import numpy as np
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_tables2.data import TableData
from numpy.typing import NDArray

from common.tables import DataTable, DayColumn, NumberColumn
from common.templatetags.components import interval_bar
from partners.models import Organization, Site
from partners.selectors import country_name, country_names
from partners.templatetags.partner_badges import kind_badge, standing_badge
from partners.vocabulary import DosageForm, Modality
from workspace.directory import Ability, Found, rows_at
from workspace.outcomes import expired_word, outcome_badge, outcome_word
from workspace.site_index.ragged import Ints

type Row = dict[str, Any]

BLOCK = 1_000


ORDERS = {
    "name": "name_key",
    "organization__legal_name": "organization_key",
    "kind": "kind",
    "fei": "fei",
    "city": "city_key",
    "standing": "standing",
    "inspection_count": "inspections",
    "action_count": "actions",
    "last_inspected_on": "last_inspected",
    "last_classification": "last_outcome",
}


@dataclass(frozen=True, slots=True)
class Fit:
    """Technical fit to a program, from 0 to 100 at either end."""

    low: float
    high: float


class Fits(dict[int, Fit]):
    """Fit by site id."""

    @functools.cached_property
    def _sorted(self) -> tuple[Ints, NDArray[np.float64]]:
        ids = np.array(sorted(self), dtype=np.int64)
        return ids, np.array([self[site].low for site in ids.tolist()], dtype=np.float64)

    def low(self, sites: Ints) -> NDArray[np.float64]:
        """What is certain for each site; −1 for one that has no fit."""
        ids, low = self._sorted
        if not len(ids):
            return np.full(len(sites), -1.0)
        at = np.minimum(np.searchsorted(ids, sites), len(ids) - 1)
        return np.where(ids[at] == sites, low[at], -1.0)


class FoundRows(TableData):  # type: ignore[misc]
    """Rows of the sites that were found: sorted in memory, read from the database for a page at a time."""

    def __init__(self, found: Found, today: date, fits: Fits | None = None) -> None:
        super().__init__(found)
        self.found = found
        self.today = today
        self.fits = fits
        self.at = self._by_fit(descending=True) if fits is not None else found.closest_first()

    def _by_fit(self, *, descending: bool) -> Ints:
        at = self.found.places()
        low = (self.fits or Fits()).low(self.found.columns.numbers["site_id"][at])
        ranked: Ints = at[np.argsort(-low if descending else low, kind="stable")]
        return ranked

    def _by_country(self, *, descending: bool) -> Ints:
        """As the reader's language sorts the names of the countries."""
        columns = self.found.columns
        words = {code: place for place, code in enumerate(country_names(), 1)}
        ranks = np.array([words.get(code, 0) for code in columns.countries], dtype=np.int64)
        return self.found.by_rank(ranks[columns.country_code], descending=descending)

    def __len__(self) -> int:
        return len(self.at)

    def __iter__(self) -> Iterator[Row]:
        """All rows, a thousand at a time."""
        for start in range(0, len(self.at), BLOCK):
            yield from self[start : start + BLOCK]

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, slice):
            return self[key : key + 1][0]
        rows = rows_at(self.found.columns, self.at[key].tolist(), self.today)
        if self.fits is not None:
            for row in rows:
                row["fit"] = self.fits.get(row["pk"])
        return rows

    def order_by(self, aliases: Any) -> None:
        """Sort by the first column that is asked for; one that cannot be sorted leaves the order alone."""
        for alias in aliases:
            descending, name = str(alias).startswith("-"), str(alias).removeprefix("-")
            if name == "fit":
                self.at = self._by_fit(descending=descending)
            elif name == "country":
                self.at = self._by_country(descending=descending)
            elif name in ORDERS:
                self.at = self.found.places(ORDERS[name], descending=descending)
            return


class DirectoryTable(DataTable):
    """Sites; with `selectable` each row has a box for the form `selection`; `kinds`: they are of several."""

    table_name = "directory"
    caption = _("Sites")
    optional = (
        "organization__legal_name",
        "kind",
        "fei",
        "city",
        "state",
        "dosage_forms",
        "duns",
        "inspection_count",
        "action_count",
    )

    name = tables.Column(_("Site"), attrs={"th": {"class": "wide"}})
    fit = tables.Column(_("Fit"), empty_values=(None,), attrs={"td": {"class": "nowrap"}})
    organization__legal_name = tables.Column(_("Organization"))
    kind = tables.Column(_("Kind"), accessor="organization__kind", attrs={"td": {"class": "nowrap"}})
    fei = tables.Column(_("FEI"), attrs={"td": {"class": "mono-id"}})
    city = tables.Column(_("City"), empty_values=(None, ""))
    state = tables.Column(_("State or province"), empty_values=(None, ""), orderable=False)
    country = tables.Column(_("Country"), empty_values=(None, ""))
    standing = tables.Column(_("Standing"))
    modalities = tables.Column(
        _("Modalities"), orderable=False, empty_values=(None, []), attrs={"th": {"class": "words"}}
    )
    dosage_forms = tables.Column(
        _("Dosage forms"), orderable=False, empty_values=(None, []), attrs={"th": {"class": "words"}}
    )
    duns = tables.Column(
        _("DUNS"), orderable=False, empty_values=(None, ""), attrs={"td": {"class": "mono-id"}}
    )
    inspection_count = NumberColumn(_("Inspections"), initial_sort_descending=True)
    action_count = NumberColumn(pgettext_lazy("regulatory", "Actions"), initial_sort_descending=True)
    last_inspected_on = DayColumn(_("Last inspected"))
    last_classification = tables.Column(_("Last outcome"))

    def __init__(
        self,
        data: Any,
        *args: Any,
        selectable: bool = False,
        fits: bool = False,
        kinds: bool = False,
        **kwargs: Any,
    ) -> None:
        if not fits:
            kwargs["exclude"] = (*kwargs.get("exclude", ()), "fit")
        super().__init__(data, *args, **kwargs)
        self.selectable = selectable
        self.kinds = kinds
        # Labels and badges repeat from row to row: each is put into words once.
        self.kind_badge = functools.cache(kind_badge)
        self.standing_badge = functools.cache(standing_badge)
        self.outcome_badge = functools.cache(outcome_badge)
        self.modality_word = functools.cache(lambda word: str(Modality(word).label))
        self.form_word = functools.cache(lambda word: str(DosageForm(word).label))
        self.kind_word = functools.cache(lambda word: str(Organization.Kind(word).label))

    def choose_columns(self, request: HttpRequest) -> None:
        """Nearly all that is shown is of one kind; where it is not, the kind is told unless it was hidden."""
        super().choose_columns(request)
        if self.kinds and self._choice(request)[0] is None:
            self.columns.show("kind")

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

    def render_fit(self, value: Fit) -> SafeString:
        return interval_bar(value.low, value.high)

    def value_fit(self, value: Fit) -> float:
        return round(value.low, 1)

    def render_kind(self, value: str) -> SafeString | str:
        """Plain words where the question is settled, so that the open ones stand out."""
        unknown = value == Organization.Kind.UNCLASSIFIED
        return self.kind_badge(value) if unknown else self.kind_word(value)

    def value_kind(self, value: str) -> str:
        return str(Organization.Kind(value).label)

    def render_country(self, value: str) -> str:
        return country_name(value)

    def render_standing(self, value: str) -> SafeString:
        return self.standing_badge(value)

    def value_standing(self, value: str) -> str:
        return str(Site.Standing(value).label)

    def render_modalities(self, value: list[Ability]) -> SafeString | str:
        return _abilities(value, self.modality_word)

    def value_modalities(self, value: list[Ability]) -> str:
        return _ability_text(value, self.modality_word)

    def render_dosage_forms(self, value: list[Ability]) -> SafeString | str:
        return _abilities(value, self.form_word)

    def value_dosage_forms(self, value: list[Ability]) -> str:
        return _ability_text(value, self.form_word)

    def render_last_classification(self, value: str) -> SafeString:
        return self.outcome_badge(value)

    def value_last_classification(self, value: str) -> str:
        return outcome_word(value)


def _abilities(abilities: list[Ability], word_of: Callable[[str], str]) -> SafeString | str:
    """What a site can do in words; what is only on expired evidence stands back and says so."""
    if not any(each.expired for each in abilities):
        return _ability_text(abilities, word_of)
    words = (
        format_html('<span class="muted">{}</span>', expired_word(word_of(each.value)))
        if each.expired
        else word_of(each.value)
        for each in abilities
    )
    return format_html_join(", ", "{}", ((word,) for word in words))


def _ability_text(abilities: list[Ability], word_of: Callable[[str], str]) -> str:
    return ", ".join(
        expired_word(word_of(each.value)) if each.expired else word_of(each.value) for each in abilities
    )
