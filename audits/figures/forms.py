"""What the page of quality figures is asked for."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audits.figures.facts import Period
from common.months import months_before
from partners.models import Site

MONTHS = (("6", _("6 months")), ("12", _("12 months")), ("24", _("24 months")), ("36", _("36 months")))
DEFAULT_MONTHS = 12


class FiguresForm(forms.Form):
    """Site, period and the day it ends; a year until today where nothing is said."""

    site = forms.ModelChoiceField(
        label=_("Site"), queryset=Site.objects.none(), required=False, empty_label=_("All sites")
    )
    months = forms.ChoiceField(label=_("Period"), choices=MONTHS, required=False)
    as_of = forms.DateField(
        label=_("As of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: object, sites: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["site"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = sites  # type: ignore[assignment]
        self.initial.setdefault("months", str(DEFAULT_MONTHS))

    @property
    def period(self) -> Period:
        """The days that count."""
        told = self.cleaned_data if self.is_valid() else {}
        until: date = told.get("as_of") or timezone.localdate()
        return Period(months_before(until, int(told.get("months") or DEFAULT_MONTHS)), until)

    @property
    def site_id(self) -> int | None:
        """The site that was chosen, or all."""
        chosen = self.cleaned_data.get("site") if self.is_valid() else None
        return chosen.pk if chosen else None
