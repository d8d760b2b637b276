"""Forms of the portal and of the pages behind it."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from audits.models import Audit, Capa, CapaAction, FindingResponse, Question, Questionnaire
from audits.portal.answering import WITH_OPTIONS
from audits.portal.invitations import DAYS_OPEN, MOST_DAYS, Contact
from audits.portal.requests import default_due
from audits.portal.responses import FIELDS
from partners.models import PracticeRating, Site

DAY = {"type": "date"}


class ContactForm(forms.Form):
    """Who is invited."""

    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"))
    language = forms.ChoiceField(label=_("Language of the page and the e-mail"), choices=settings.LANGUAGES)

    def contact(self) -> Contact:
        """What was entered."""
        entered = self.cleaned_data
        return Contact(name=entered["name"], email=entered["email"], language=entered["language"])


class InvitationForm(ContactForm):
    """An invitation to answer findings and to work on CAPAs of a site."""

    audit = forms.ModelChoiceField(
        Audit.objects.none(),
        label=_("Findings of the audit"),
        required=False,
        empty_label=_("None"),
        help_text=_("Audits whose report is issued."),
    )
    capas = forms.ModelMultipleChoiceField(
        Capa.objects.none(), label=_("CAPAs"), required=False, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(label=_("Open for (days)"), min_value=1, max_value=MOST_DAYS, initial=DAYS_OPEN)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        out = (Audit.State.REPORTED, Audit.State.RESPONSES)
        audits = Audit.objects.in_force().filter(site=site, state__in=out).order_by("-starts_on")
        self.fields["audit"].queryset = audits  # type: ignore[attr-defined]
        self.fields["capas"].queryset = Capa.objects.unfinished().filter(site=site)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Something has to be asked."""
        entered: dict[str, Any] = super().clean() or {}
        if not entered.get("audit") and not entered.get("capas") and not self.errors:
            self.add_error("audit", _("Choose an audit or at least one CAPA."))
        return entered


class SendForm(ContactForm):
    """A questionnaire to a contact, and until when."""

    due_on = forms.DateField(
        label=_("Answers due on"), initial=default_due, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )


class AgreementForm(forms.Form):
    """The contact accepts the confidentiality agreement with their name."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Type your name to accept.")},
    )


class ResponseForm(forms.ModelForm):  # type: ignore[type-arg]
    """An answer to a finding, as a draft: nothing is required before it is submitted."""

    class Meta:
        model = FindingResponse
        fields = FIELDS
        widgets = {
            "root_cause": forms.Textarea(attrs={"rows": 4}),
            "correction": forms.Textarea(attrs={"rows": 3}),
            "action": forms.Textarea(attrs={"rows": 4}),
            "action_due_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        }
        help_texts = {
            "root_cause": _("Why it could happen, not only who did it."),
            "correction": _("What was put right at once."),
            "action": _("What keeps it from happening again, here and elsewhere on the site."),
        }


class ReturnForm(forms.Form):
    """A note to the site."""

    note = forms.CharField(
        label=_("Note to the site"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ProposalForm(forms.ModelForm):  # type: ignore[type-arg]
    """An action that the contact proposes for a CAPA."""

    class Meta:
        model = CapaAction
        fields = ("kind", "description", "owner_name", "due_on")
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "due_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        }
        labels = {"owner_name": _("Who does it")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_name"].required = True


class QuestionnaireForm(forms.ModelForm):  # type: ignore[type-arg]
    """Title, kind and introduction. A new questionnaire has no version."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Questionnaire
        fields = ("title", "kind", "introduction")
        widgets = {"introduction": forms.Textarea(attrs={"rows": 3})}


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """One question. Options stand one on each line."""

    options = forms.CharField(
        label=_("Options"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line; for a choice only."),
    )
    practice = forms.ChoiceField(
        label=_("Becomes evidence of practice"),
        required=False,
        choices=[("", _("None")), *PracticeRating.Practice.choices],
        help_text=_("The reviewer rates it from 0 to 5; it stays a claim of the site."),
    )

    class Meta:
        model = Question
        fields = (
            "section",
            "text",
            "help_text",
            "kind",
            "options",
            "unit",
            "is_required",
            "follows",
            "follows_answer",
            "practice",
        )
        widgets = {"text": forms.Textarea(attrs={"rows": 2}), "help_text": forms.TextInput}
        help_texts = {
            "section": _("Questions of one section stand together."),
            "follows_answer": _(
                "One of the options of that question; “yes” or “no” for a yes-or-no question."
            ),
        }

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        follows = self.fields["follows"]
        assert isinstance(follows, forms.ModelChoiceField)
        follows.queryset = questionnaire.questions.filter(kind__in=WITH_OPTIONS).exclude(
            pk=self.instance.pk or 0
        )
        follows.empty_label = str(_("None: it always shows"))
        self.initial["options"] = "\n".join(self.instance.options or [])

    def clean_options(self) -> list[str]:
        """The options in their order, each once."""
        lines = (line.strip() for line in self.cleaned_data["options"].splitlines())
        return list(dict.fromkeys(line[:200] for line in lines if line))
