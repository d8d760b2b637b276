"""The form that asks for a report."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.numbers import day_text
from partners.models import Site
from reports.comparisons import wrong_number
from reports.models import Report
from scorecards.models import EvaluationRun


class SiteChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        """Name and FEI, since names repeat."""
        return f"{obj.name} ({obj.fei})" if obj.fei else str(obj.name)


class PaperForm(forms.Form):
    """How a report is printed of which nothing else is asked. `token` makes a double click ask only once."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    paper = forms.ChoiceField(label=_("Paper"), choices=Report.Paper)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        section = Fieldset("", Div("language", "paper", css_class="field-row"))
        section.css_class = "form-section"
        self.helper.layout = Layout("token", section)

    @staticmethod
    def first_values(*, language: str) -> dict[str, Any]:
        """What the form begins with."""
        return {"token": uuid.uuid4(), "language": language, "paper": Report.Paper.A4}


class ReportForm(forms.Form):
    """A due-diligence report of one candidate of a program. `token` makes a double click ask only once."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    site = SiteChoice(label=_("Candidate"), queryset=Site.objects.none(), empty_label=_("Choose a candidate"))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    paper = forms.ChoiceField(label=_("Paper"), choices=Report.Paper)
    as_of = forms.DateField(
        label=_("As of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only what was published by this day counts."),
    )

    def __init__(self, *args: Any, sites: Sequence[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["site"]
        assert isinstance(field, SiteChoice)
        field.queryset = Site.objects.filter(pk__in=[site.pk for site in sites]).order_by("name_key", "id")
        self.helper = FormHelper()
        self.helper.form_tag = False
        section = Fieldset(
            "",
            "site",
            Div("language", "paper", css_class="field-row"),
            Div("as_of", css_class="field-row"),
        )
        section.css_class = "form-section"
        self.helper.layout = Layout("token", section)

    @staticmethod
    def first_values(*, language: str, site: str) -> dict[str, Any]:
        """What the form begins with."""
        return {
            "token": uuid.uuid4(),
            "language": language,
            "paper": Report.Paper.A4,
            "as_of": timezone.localdate(),
            "site": site,
        }

    def clean_as_of(self) -> Any:
        """A day up to today."""
        return day_up_to_today(self.cleaned_data["as_of"])


class ComparisonForm(forms.Form):
    """A comparison of candidates of a work package. `token` makes a double click ask only once."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    sites = forms.TypedMultipleChoiceField(
        label=_("Candidates"),
        coerce=int,
        error_messages={
            "required": _("Choose at least two candidates to compare."),
            "invalid_choice": _("One of these sites is not a candidate in this evaluation."),
        },
    )
    formats = forms.MultipleChoiceField(
        label=_("Formats"),
        choices=Report.Format,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("All are made from the same figures and carry the same content hash."),
        error_messages={"required": _("Choose at least one format.")},
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    paper = forms.ChoiceField(label=_("Paper"), choices=Report.Paper)
    run = forms.ModelChoiceField(
        label=_("Evaluation"),
        queryset=EvaluationRun.objects.none(),
        required=False,
        empty_label=_("Official, as of the day"),
        help_text=_("A frozen evaluation has its own day, candidates and weights."),
    )
    as_of = forms.DateField(
        label=_("As of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only what was published by this day counts."),
    )

    def __init__(
        self, *args: Any, sites: Sequence[int], runs: Sequence[EvaluationRun], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen, run = self.fields["sites"], self.fields["run"]
        assert isinstance(chosen, forms.TypedMultipleChoiceField)
        assert isinstance(run, forms.ModelChoiceField)
        chosen.choices = [(site, str(site)) for site in sites]
        run.queryset = EvaluationRun.objects.filter(pk__in=[each.pk for each in runs]).defer(
            "inputs", "result"
        )
        run.choices = [("", run.empty_label), *((each.pk, _frozen_words(each)) for each in runs)]
        self.helper = FormHelper()
        self.helper.form_tag = False
        section = Fieldset(
            _("Files and language"),
            "formats",
            Div("language", "paper", css_class="field-row"),
            "run",
            Div("as_of", css_class="field-row"),
        )
        section.css_class = "form-section"
        self.helper.layout = Layout("token", section)

    @property
    def ticked(self) -> set[int]:
        """The candidates that are ticked: those sent, else those proposed."""
        found = self["sites"].value() or ()
        return {int(site) for site in found if str(site).isdecimal()}

    def clean_as_of(self) -> Any:
        """A day up to today."""
        return day_up_to_today(self.cleaned_data["as_of"])

    def clean_sites(self) -> list[int]:
        """Two to eight."""
        sites: list[int] = self.cleaned_data["sites"]
        if problem := wrong_number(len(sites)):
            raise ValidationError(str(problem))
        return sites


def day_up_to_today(as_of: date) -> date:
    """The day; raises ValidationError for one that lies ahead."""
    if as_of > timezone.localdate():
        raise ValidationError(_("The date lies ahead. Choose today or an earlier day."))
    return as_of


def _frozen_words(run: EvaluationRun) -> str:
    return _now("Frozen on %(day)s, evidence as of %(as_of)s (%(hash)s)") % {
        "day": day_text(run.frozen_at),
        "as_of": day_text(run.as_of),
        "hash": run.sha256[:12],
    }
