"""The form in which people write what the levels of a criterion mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from scorecards.models.panel import HIGHEST
from scorecards.panels.anchoring import LONGEST_ANCHOR, Texts
from scorecards.panels.rubrics import general_anchors

ENDS = {0: _("Level 0, the worst"), HIGHEST: _("Level 5, the best")}


@dataclass(frozen=True, slots=True)
class LanguageFields:
    """The fields of one language; the reader's own stands open, another one where it says something."""

    code: str
    name: str
    fields: tuple[forms.BoundField, ...]
    is_open: bool


class AnchorsForm(forms.Form):
    """Six levels in each language of the product; a language is written whole or left empty."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, texts: Texts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts_before = texts
        general = general_anchors()
        for language, _name in settings.LANGUAGES:
            before = texts.get(language, ())
            for level in range(HIGHEST + 1):
                self.fields[f"{language}-{level}"] = forms.CharField(
                    label=ENDS.get(level) or _now("Level %(level)s") % {"level": level},
                    initial=before[level] if before else "",
                    required=False,
                    max_length=LONGEST_ANCHOR,
                    widget=forms.Textarea({"rows": 2, "class": "form-control", "lang": language}),
                    help_text=_now("In general: %(anchor)s") % {"anchor": general[level]}
                    if language == _own()
                    else "",
                )

    def languages(self) -> Iterator[LanguageFields]:
        """The reader's own language first."""
        for language, name in sorted(settings.LANGUAGES, key=lambda each: each[0] != _own()):
            fields = tuple(self[f"{language}-{level}"] for level in range(HIGHEST + 1))
            says = any(field.value() or field.errors for field in fields)
            yield LanguageFields(language, str(name), fields, language == _own() or says)

    @property
    def texts(self) -> Texts:
        """What was entered, by language."""
        return {
            language: [self.cleaned_data[f"{language}-{level}"] for level in range(HIGHEST + 1)]
            for language, _name in settings.LANGUAGES
        }


def _own() -> str:
    return (get_language() or "en")[:2]
