"""What the second of two editors is shown: their own value beside the one that was saved meanwhile."""

from dataclasses import dataclass

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _

from common.models import Versioned

type AnyForm = forms.Form | forms.ModelForm[models.Model]


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both editors left different."""

    field_id: str
    label: str
    mine: str
    saved: str


def clashes_of(form: AnyForm, current: Versioned) -> list[Clash]:
    """The fields in which what was entered differs from what is saved now, in the form's order."""
    found = []
    for name in form.cleaned_data.keys() - {"version"}:
        mine, saved = form.cleaned_data[name], getattr(current, name)
        if (mine or None) != (saved or None):
            found.append(
                Clash(
                    form[name].id_for_label,
                    str(form[name].label),
                    _words(form, name, mine),
                    _words(form, name, saved),
                )
            )
    order = list(form.fields)
    labels = {str(form[name].label): order.index(name) for name in form.fields}
    return sorted(found, key=lambda clash: labels[clash.label])


def with_version(form: AnyForm, version: int) -> None:
    """Let the bound form be sent again on top of another version: what was typed stays."""
    sent = QueryDict(mutable=True)
    for name, value in form.data.items():
        sent.setlist(name, form.data.getlist(name) if isinstance(form.data, QueryDict) else [value])
    sent[form.add_prefix("version")] = str(version)
    form.data = sent


def _words(form: AnyForm, name: str, value: object) -> str:
    if value is None or value in ("", []):
        return _("empty")
    choices = dict(getattr(form.fields[name], "choices", ()))
    if isinstance(value, list):
        return ", ".join(str(choices.get(entry, entry)) for entry in value)
    return str(choices.get(str(value), value))
