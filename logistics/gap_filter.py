"""What is not ready, narrowed: to what blocks a dose, one part, one care site, one owner."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from logistics.selectors import GapLine

NOBODY = "-"
ANY = ("", pgettext_lazy("filter", "any"))
WEIGHTS = (ANY, ("blocks", _("blocks a dose")), ("settle", _("to settle")), ("late", _("late")))


class GapFilter(forms.Form):
    """The filter bar over the points of a plan; what may be chosen is what there is."""

    weight = forms.ChoiceField(label=_("Weight"), choices=WEIGHTS, required=False)
    part = forms.ChoiceField(label=_("Part"), required=False)
    site = forms.ChoiceField(label=_("Care site"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)

    def __init__(self, data: Mapping[str, Any], lines: list[GapLine], sites: Iterable[str]) -> None:
        super().__init__(data)
        self.lines = lines
        self._offer("part", sorted({line.aspect for line in lines}))
        self._offer("site", sites)
        owners = sorted({line.owner for line in lines if line.owner})
        self._offer("owner", owners, (NOBODY, _("nobody yet")))

    def _offer(self, name: str, words: Iterable[str], *more: tuple[str, Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [ANY, *((word, word) for word in words), *more]

    @property
    def kept(self) -> list[GapLine]:
        """The points that were asked for; all of them where the address asks for what there is not."""
        if not self.is_valid():
            return self.lines
        asked = self.cleaned_data
        return [line for line in self.lines if self._fits(line, asked)]

    def _fits(self, line: GapLine, asked: Mapping[str, str]) -> bool:
        weights = {"": True, "blocks": line.blocking, "settle": not line.blocking, "late": line.is_late}
        owner = "" if asked["owner"] == NOBODY else asked["owner"]
        return (
            weights[asked["weight"]]
            and (not asked["part"] or line.aspect == asked["part"])
            and (not asked["site"] or asked["site"] in line.names)
            and (not asked["owner"] or line.owner == owner)
        )
