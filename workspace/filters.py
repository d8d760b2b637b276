"""What the address of the directory asks for: words, values of facets, and whether there are records."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote_plus

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from partners.selectors import country_names
from workspace.directory import Found, Question
from workspace.facet_words import FACETS, Facet

RECORDS = {"yes": _("with records"), "no": _("without records")}


class SearchForm(forms.Form):
    """The one thing that is typed; the facets are links."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "class": "form-control",
                "placeholder": _("Name, FEI or city"),
                "data-search": "",
            }
        ),
    )


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet: how many sites it would show, and the address with or without it."""

    code: str
    label: str
    total: int
    chosen: bool
    url: str


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """A facet as a page shows it."""

    key: str
    label: str
    values: tuple[FacetValue, ...]

    @property
    def is_open(self) -> bool:
        """Something of it is chosen."""
        return any(value.chosen for value in self.values)


@dataclass(frozen=True, slots=True)
class Chip:
    """An active choice and the address without it."""

    label: str
    value: str
    remove_url: str


def question_of(params: QueryDict) -> Question:
    """What an address asks for; a value that is none of its facet is passed over."""
    text = params.get("q", "").strip()[:200]
    records = params.get("records", "")
    return Question(
        chosen={
            key: chosen
            for key, facet in FACETS.items()
            if (chosen := tuple(value for value in params.getlist(key) if is_known(facet, value)))
        },
        today=timezone.localdate(),
        text=text,
        records=records if records in RECORDS else "",
        unclassified=params.get("unclassified") == "true",
        expired=params.get("expired") == "true",
    )


def facet_groups(found: Found, question: Question, params: QueryDict, path: str) -> list[FacetGroup]:
    """The facets with the values that would show something, and those that are chosen."""
    return [
        FacetGroup(facet.key, str(facet.label), tuple(_values(facet, found, question, params, path)))
        for facet in FACETS.values()
    ]


def chips_of(question: Question, params: QueryDict, path: str) -> list[Chip]:
    """Everything that narrows the list, each to be taken away."""
    chips = []
    if question.text:
        chips.append(Chip(str(_("Search")), question.text, _without(params, path, "q", question.text)))
    for key, chosen in question.chosen.items():
        facet = FACETS[key]
        for value in chosen:
            words = str(_words(facet).get(value, value))
            chips.append(Chip(str(facet.label), words, _without(params, path, key, value)))
    if question.records:
        words = str(RECORDS[question.records])
        chips.append(
            Chip(str(_("Regulatory records")), words, _without(params, path, "records", question.records))
        )
    return chips


def _words(facet: Facet) -> Mapping[str, str | Promise]:
    return country_names() if facet.key == "country" else facet.words


def is_known(facet: Facet, value: str) -> bool:
    """Whether a value is one of its facet."""
    return value in (countries if facet.key == "country" else facet.words)


def _values(facet: Facet, found: Found, question: Question, params: QueryDict, path: str) -> list[FacetValue]:
    counts = found.counts[facet.key]
    chosen = question.chosen.get(facet.key, ())
    address = _further(params, path, facet.key)
    return [
        FacetValue(
            code=value,
            label=str(label),
            total=counts.get(value, 0),
            chosen=value in chosen,
            url=_without(params, path, facet.key, value) if value in chosen else address(value),
        )
        for value, label in _words(facet).items()
        if counts.get(value) or value in chosen
    ]


def _further(params: QueryDict, path: str, name: str) -> Callable[[str], str]:
    """The address with one more value of `name`: what is the same for all values is written once."""
    base = _base(params)
    if name in base:
        return lambda value: _with(base, path, name, value)
    start = f"{path}?{base.urlencode()}{'&' if base else ''}{quote_plus(name)}="
    return lambda value: start + quote_plus(value)


def _with(base: QueryDict, path: str, name: str, value: str) -> str:
    changed = base.copy()
    changed.appendlist(name, value)
    return f"{path}?{changed.urlencode()}"


def _without(params: QueryDict, path: str, name: str, value: str) -> str:
    changed = _base(params)
    changed.setlist(name, [other for other in changed.getlist(name) if other.strip() != value])
    return f"{path}?{changed.urlencode()}"


def _base(params: QueryDict) -> QueryDict:
    changed = params.copy()
    for name in ("page", "export"):
        changed.pop(name, None)
    return changed
