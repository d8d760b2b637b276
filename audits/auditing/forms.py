"""Forms of audits: the plan, its lists, the rating."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.forms.models import inlineformset_factory
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import STAFF
from audits.auditing.planning import AUDIT_FIELDS
from audits.models import AgendaItem, Audit, AuditMember, ChecklistItem, QualitySystem
from records.reasons import ReasonForm

DAY = {"type": "date"}


class AuditForm(ReasonForm, forms.ModelForm):  # type: ignore[type-arg]
    """The plan of an audit. `version` is the one that was read; a new audit has none."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    systems = forms.MultipleChoiceField(
        label=_("Scope by quality system"),
        choices=QualitySystem,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("The checklist begins with the questions of these systems."),
    )

    class Meta:
        model = Audit
        fields = AUDIT_FIELDS
        widgets = {
            "starts_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "mode_rationale": forms.Textarea(attrs={"rows": 2}),
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "standards": forms.TextInput,
        }
        help_texts = {
            "mode_rationale": _("Needed for a remote audit: why it is not held on site."),
            "standards": _("Such as 21 CFR 210 and 211, EU GMP, the quality agreement."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lead = self.fields["lead_auditor"]
        assert isinstance(lead, forms.ModelChoiceField)
        lead.queryset = User.objects.filter(is_active=True, role__in=STAFF).order_by("full_name")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "version",
            Fieldset(_("What and how"), Div("type", "mode", css_class="field-row"), "mode_rationale"),
            Fieldset(_("When and who"), Div("starts_on", "ends_on", css_class="field-row"), "lead_auditor"),
            Fieldset(_("Scope"), "systems", "purpose", "standards"),
            *(["reason"] if "reason" in self.fields else []),
        )
        for section in self.helper.layout.fields[1:4]:
            section.css_class = "form-section"


class RatingForm(forms.ModelForm):  # type: ignore[type-arg]
    """The summary and the overall rating of an audit."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Audit
        fields = ("summary", "rating", "rating_rationale")
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 6}),
            "rating": forms.RadioSelect,
            "rating_rationale": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rating = self.fields["rating"]
        assert isinstance(rating, forms.ChoiceField)
        rating.choices = Audit.Rating.choices
        self.helper = FormHelper()
        self.helper.form_tag = False


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person of the team: one of ours, or somebody named."""

    class Meta:
        model = AuditMember
        fields = ("user", "name", "part")
        labels = {"user": _("Person"), "name": _("or name, from outside")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.fields["user"]
        assert isinstance(user, forms.ModelChoiceField)
        user.queryset = User.objects.filter(is_active=True, role__in=STAFF).order_by("full_name")

    def clean(self) -> dict[str, Any]:
        """Somebody has to be named."""
        entered: dict[str, Any] = super().clean() or {}
        if self.has_changed() and not entered.get("user") and not (entered.get("name") or "").strip():
            self.add_error("name", _("Choose a person or write a name."))
        return entered


class AgendaForm(forms.ModelForm):  # type: ignore[type-arg]
    """One entry of the agenda."""

    class Meta:
        model = AgendaItem
        fields = ("day", "starts_at", "topic", "system", "with_whom")
        widgets = {
            "day": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "starts_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """One question of the checklist."""

    class Meta:
        model = ChecklistItem
        fields = ("system", "question", "reference")
        widgets = {"question": forms.Textarea(attrs={"rows": 2})}


PARTS: dict[str, Any] = {
    "team": inlineformset_factory(Audit, AuditMember, form=MemberForm, extra=3),
    "agenda": inlineformset_factory(Audit, AgendaItem, form=AgendaForm, extra=4),
    "checklist": inlineformset_factory(Audit, ChecklistItem, form=QuestionForm, extra=3),
}


class VersionForm(ReasonForm, forms.Form):
    """Goes with a list: the version of the audit that was read, and the reason where one is asked."""

    version = forms.IntegerField(widget=forms.HiddenInput)
