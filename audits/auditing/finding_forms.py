"""Forms of findings: quick entry, change, combination, and answers to the checklist."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from audits.auditing.conducting import FINDING_FIELDS
from audits.models import Audit, ChecklistItem, Finding
from records.attaching import AttachmentField
from records.reasons import ReasonForm

LIST_ID = "regulations"


class FindingForm(ReasonForm, forms.ModelForm):  # type: ignore[type-arg]
    """A finding as it is typed during the audit. The regulation is picked from a list, or any other text."""

    class Meta:
        model = Finding
        fields = FINDING_FIELDS
        widgets = {
            "severity": forms.RadioSelect,
            "regulation": forms.TextInput(attrs={"list": LIST_ID, "autocomplete": "off"}),
            "description": forms.Textarea(attrs={"rows": 3}),
            "objective_evidence": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {
            "description": _("What is wrong"),
            "objective_evidence": _("Objective evidence"),
            "is_falsification": _("Falsification of records: always critical"),
            "is_data_integrity": _("Concerns data integrity"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        severity = self.fields["severity"]
        assert isinstance(severity, forms.ChoiceField)
        severity.choices = Finding.Severity.choices
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        """Falsification is critical, whatever was chosen."""
        entered: dict[str, Any] = super().clean() or {}
        if entered.get("is_falsification"):
            entered["severity"] = Finding.Severity.CRITICAL
            self.errors.pop("severity", None)
        return entered


class QuickFindingForm(FindingForm):
    """Entry of a finding: `entry_key` makes a second sending of the same entry harmless."""

    entry_key = forms.UUIDField(widget=forms.HiddenInput)
    photo = AttachmentField(label=_("Photo or file"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photo"].widget.attrs["accept"] = "image/jpeg,image/png,application/pdf"

    @property
    def finding_fields(self) -> dict[str, Any]:
        """What belongs to the finding itself."""
        return {name: self.cleaned_data[name] for name in FINDING_FIELDS}


class FindingChangeForm(FindingForm):
    """Change of a finding; `version` is the one that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class PartsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Findings by number and what is wrong."""

    def label_from_instance(self, obj: Finding) -> str:
        return f"{obj.number} · {obj.description[:120]}"


class CombineForm(forms.Form):
    """Several findings classed as other that together are major."""

    entry_key = forms.UUIDField(widget=forms.HiddenInput)
    parts = PartsField(
        label=_("Findings to combine"), queryset=Finding.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    description = forms.CharField(
        label=_("The major finding, in one statement"), widget=forms.Textarea(attrs={"rows": 3})
    )
    regulation = forms.CharField(
        label=_("Regulation"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": LIST_ID, "autocomplete": "off"}),
    )
    rationale = forms.CharField(
        label=_("Why they are major together"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("PIC/S PI 040-1 asks for this explanation; it stands in the report."),
    )

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = self.fields["parts"]
        assert isinstance(parts, forms.ModelMultipleChoiceField)
        parts.queryset = audit.findings.filter(
            severity=Finding.Severity.OTHER, combined_into__isnull=True
        ).order_by("number")
        self.helper = FormHelper()
        self.helper.form_tag = False


class AnswerForm(forms.Form):
    """What was seen on one question of the checklist."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    result = forms.ChoiceField(choices=ChecklistItem.Result)
    note = forms.CharField(required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 1}))
