"""Forms of CAPAs: one for each part of the record, each with the version that was read."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import STAFF
from audits.capas.services import DAYS_TO_CLOSE
from audits.models import Capa, CapaAction, CapaExtension, Finding, Inspection
from partners.models import Site
from records.reasons import ReasonForm

WHYS = ("why_1", "why_2", "why_3", "why_4", "why_5")
LONG = {"rows": 3}


class DayInput(forms.DateInput):
    """A day, as browsers take it."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date", "class": "input-narrow"}, format="%Y-%m-%d")


def people() -> QuerySet[User]:
    """Who of ours can own or verify."""
    return User.objects.filter(is_active=True, role__in=STAFF).order_by("full_name")


class PartForm(ReasonForm, forms.ModelForm):  # type: ignore[type-arg]
    """What the forms of a CAPA and its actions share. `values` is what a service takes."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("owner", "verifier"):
            field = self.fields.get(name)
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = people()
                field.empty_label = _("nobody yet")
        if self.instance.pk is None:
            self.fields["version"].required = False
        else:
            self.initial["version"] = self.instance.version
        self.helper = FormHelper()
        self.helper.form_tag = False

    def _post_clean(self) -> None:
        """The service checks the whole record; checking here would name fields that are not in the form."""

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "reason")}

    @property
    def read_version(self) -> int:
        """The version that was read; 0 where the form was sent without."""
        return self.cleaned_data.get("version") or 0

    def saved_values(self, current: Any) -> Mapping[str, Any]:
        """What is saved now, by the names of this form's fields."""
        return {name: getattr(current, name) for name in self.values}


class BasicsForm(PartForm):
    """What the problem is, whose it is, and by when it is to be solved."""

    class Meta:
        model = Capa
        fields = (
            "title",
            "description",
            "severity",
            "origin",
            "finding",
            "inspection",
            "owner",
            "owner_name",
            "due_on",
        )
        widgets = {"description": forms.Textarea(attrs=LONG), "due_on": DayInput()}
        help_texts = {
            "description": _("What happened, where, when, and what it concerns."),
            "owner": _("One of ours who answers for it. The plan is approved by somebody else."),
            "owner_name": _("Where the site answers for it: a name, and a function."),
        }

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        findings, inspections = self.fields["finding"], self.fields["inspection"]
        assert isinstance(findings, forms.ModelChoiceField)
        assert isinstance(inspections, forms.ModelChoiceField)
        findings.queryset = Finding.objects.standing().filter(audit__site=site).select_related("audit")
        findings.empty_label = inspections.empty_label = _("none")
        inspections.queryset = Inspection.objects.filter(site=site).order_by("-happened_on")
        inspections.label_from_instance = _inspection_label  # type: ignore[method-assign, assignment]
        if self.instance.pk is None:
            self.initial.setdefault("due_on", timezone.localdate() + timedelta(days=DAYS_TO_CLOSE))
        elif self.instance.state != Capa.State.OPEN:
            # The due date moves by an extension.
            del self.fields["due_on"]

    def clean(self) -> dict[str, Any]:
        """The origin and the record it names belong together."""
        entered: dict[str, Any] = super().clean() or {}
        origin = entered.get("origin")
        if origin == Capa.Origin.FINDING and not entered.get("finding"):
            self.add_error("finding", _("Name the finding, or choose another origin."))
        if origin == Capa.Origin.INSPECTION and not entered.get("inspection"):
            self.add_error("inspection", _("Name the inspection, or choose another origin."))
        return entered


class CauseForm(PartForm):
    """Why it happened: up to five whys, the category of an Ishikawa diagram, the root cause in a sentence."""

    why_1 = forms.CharField(
        label=_("1. Why did it happen?"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    why_2 = forms.CharField(
        label=_("2. Why was that so?"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    why_3 = forms.CharField(
        label=_("3. And why that?"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    why_4 = forms.CharField(
        label=_("4. And why that?"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    why_5 = forms.CharField(
        label=_("5. And why that?"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ("version", "root_cause_method", *WHYS, "root_cause_category", "root_cause", "reason")

    class Meta:
        model = Capa
        fields = ("root_cause_method", "root_cause_category", "root_cause")
        widgets = {"root_cause": forms.Textarea(attrs=LONG)}
        help_texts = {
            "root_cause_category": _("The bone of the Ishikawa diagram that the cause hangs on."),
            "root_cause": _("The cause that, once removed, keeps the problem from coming back."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, why in zip(WHYS, self.instance.whys, strict=False):
            self.initial[name] = why

    @property
    def values(self) -> dict[str, Any]:
        told = super().values
        whys = [told.pop(name, "").strip() for name in WHYS]
        return told | {"whys": [why for why in whys if why]}

    def saved_values(self, current: Any) -> Mapping[str, Any]:
        whys = [*current.whys, "", "", "", "", ""]
        return {name: getattr(current, name) for name in self.Meta.fields} | dict(
            zip(WHYS, whys, strict=False)
        )


class CheckForm(PartForm):
    """How one will know that it helped: set before implementation."""

    class Meta:
        model = Capa
        fields = ("criterion", "verifier", "check_due_on")
        widgets = {"criterion": forms.Textarea(attrs=LONG), "check_due_on": DayInput()}
        help_texts = {
            "criterion": _(
                "Measurable: what is counted, over how long, and what is success. "
                "It cannot be changed once implementation began."
            ),
            "verifier": _("Somebody other than the owner, who signs the closure."),
            "check_due_on": _("Empty means 90 days after implementation."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begun = (Capa.State.OPEN, Capa.State.INVESTIGATION, Capa.State.PLAN_APPROVED)
        if self.instance.state not in begun:
            del self.fields["criterion"]


class ResultForm(PartForm):
    """What the effectiveness check showed; only its verifier enters it."""

    class Meta:
        model = Capa
        fields = ("check_outcome", "check_result", "checked_on")
        widgets = {"check_result": forms.Textarea(attrs=LONG), "checked_on": DayInput()}
        help_texts = {"check_result": _("What was measured against the criterion, and on which data.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.Meta.fields:
            self.fields[name].required = True
        self.initial.setdefault("checked_on", timezone.localdate())
        self.initial["checked_on"] = self.initial["checked_on"] or timezone.localdate()


PARTS: dict[str, type[PartForm]] = {
    "basics": BasicsForm,
    "cause": CauseForm,
    "check": CheckForm,
    "result": ResultForm,
}


class ActionForm(PartForm):
    """A correction, a corrective action or a preventive action."""

    class Meta:
        model = CapaAction
        fields = ("kind", "description", "owner", "owner_name", "due_on", "done_on", "evidence_note")
        widgets = {
            "description": forms.Textarea(attrs=LONG),
            "evidence_note": forms.Textarea(attrs={"rows": 2}),
            "due_on": DayInput(),
            "done_on": DayInput(),
        }
        help_texts = {
            "kind": _(
                "A correction repairs what went wrong, a corrective action removes its cause, "
                "a preventive action keeps the like from happening elsewhere."
            ),
            "evidence_note": _("What shows that it was done. Files are attached on the page of the CAPA."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["done_on"], self.fields["evidence_note"]
            self.initial.setdefault("kind", CapaAction.Kind.CORRECTIVE)


class ExtensionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A request for more time."""

    class Meta:
        model = CapaExtension
        fields = ("due_after", "reason")
        widgets = {"due_after": DayInput(), "reason": forms.Textarea(attrs=LONG)}
        labels = {"due_after": _("New due date"), "reason": _("Why more time is needed")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def _post_clean(self) -> None:
        """The service checks the whole record."""


class DecisionForm(forms.Form):
    """What is decided about a request for more time."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=(("approved", _("Approve: the due date moves")), ("refused", _("Refuse"))),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed to refuse."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class ReopenForm(forms.Form):
    """Why a closed CAPA starts again, and its new due date."""

    reason = forms.CharField(
        label=_("Why it is reopened"),
        widget=forms.Textarea(attrs=LONG),
        max_length=500,
        help_text=_("Kept in the history. The signature of the closure is withdrawn and stays visible."),
    )
    due_on = forms.DateField(label=_("New due date"), widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("due_on", timezone.localdate() + timedelta(days=DAYS_TO_CLOSE))
        self.helper = FormHelper()
        self.helper.form_tag = False


def _inspection_label(row: Inspection) -> str:
    day = row.happened_on.isoformat() if row.happened_on else "–"
    return f"{row.get_authority_display()}, {day}, {row.get_classification_display()}"


class CommentForm(forms.Form):
    """A comment, with a key of its own: sent twice it is one."""

    text = forms.CharField(
        label=_("Comment"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 3, "class": "input-wide"})
    )
    entry_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
