"""Forms about organizations and sites."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from common.punctuation import joined
from partners.models import Organization, Site
from partners.selectors import Alike, organization_named, organizations_alike, sites_alike


class ClassifyForm(forms.Form):
    """Says what an organization is, and how one knows."""

    kind = forms.ChoiceField(
        label=_("What this organization is"), choices=Organization.Kind, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("How you know"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Such as the page of its website or the contract that says so. Kept in the change history."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class SiteForm(forms.ModelForm):  # type: ignore[type-arg]
    """A site as people edit it. `version` is the one they read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    aliases = forms.CharField(
        label=_("Also written as"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Other names under which records mention the site, one on each line."),
    )

    class Meta:
        model = Site
        fields = (
            "name",
            "fei",
            "duns",
            "oms_location_id",
            "street",
            "city",
            "state",
            "postal_code",
            "country",
            "latitude",
            "longitude",
            "standing",
            "standing_valid_until",
        )
        widgets = {"standing_valid_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "fei": _("FDA establishment identifier: 4 to 11 digits, leading zeros included."),
            "duns": _("Nine digits."),
            "oms_location_id": _("Such as LOC-100000123, from the European list of organizations."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            # A site that is entered has none.
            *(["version"] if "version" in self.fields else []),
            *self.before,
            Fieldset(
                _("Identity"), "name", Div("fei", "duns", "oms_location_id", css_class="field-row"), "aliases"
            ),
            Fieldset(
                _("Address"),
                "street",
                Div("city", "postal_code", css_class="field-row"),
                Div("state", "country", css_class="field-row"),
                Div("latitude", "longitude", css_class="field-row"),
            ),
            Fieldset(
                _("Standing"),
                HTML("{% include 'partners/_standing_help.html' %}"),
                Div("standing", "standing_valid_until", css_class="field-row"),
            ),
        )
        for section in self.helper.layout.fields:
            if isinstance(section, Fieldset):
                section.css_class = "form-section"

    @property
    def before(self) -> list[Any]:
        """What stands above the site's own fields."""
        return []

    def clean_aliases(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["aliases"].splitlines() if line.strip()]

    def clean_fei(self) -> str | None:
        """An empty FEI is none at all: two sites may lack one."""
        return self.cleaned_data["fei"] or None


class AlikeForm(forms.ModelForm):  # type: ignore[type-arg]
    """Mixin: what has nearly the same name is shown once, and the person says that it is another."""

    is_another = forms.BooleanField(required=False, widget=forms.HiddenInput)
    alike: list[Alike]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alike = []

    def look_alike(self) -> list[Alike]:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.pop("is_another", False):
            self.alike = self.look_alike()
            if self.alike:
                raise forms.ValidationError(
                    _("Something of nearly the same name is there already. Look whether it is the same.")
                )
        return cleaned


class OrganizationForm(AlikeForm):
    """An organization as people enter it; its parent by name."""

    parent_name = forms.CharField(
        label=_("Parent organization"),
        required=False,
        max_length=300,
        help_text=_("Its legal name, as the directory has it."),
    )
    duns = forms.CharField(label=_("DUNS"), required=False, max_length=13, help_text=_("Nine digits."))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Organization
        fields = ("legal_name", "kind", "country", "lei", "duns", "ownership", "website")
        help_texts = {
            "lei": _("Legal entity identifier: 20 letters and digits."),
            "ownership": _("Such as: listed, family-owned, held by a fund."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["website"].assume_scheme = "https"  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "version",
            Fieldset(_("Identity"), "legal_name", Div("kind", "country", css_class="field-row")),
            Fieldset(_("Numbers"), Div("lei", "duns", css_class="field-row")),
            Fieldset(_("Who owns it"), "parent_name", "ownership", "website"),
        )
        for section in self.helper.layout.fields[1:]:
            section.css_class = "form-section"

    def look_alike(self) -> list[Alike]:
        """Only where the name is new: an organization is not asked about again when it is edited."""
        if self.instance.pk is not None and "legal_name" not in self.changed_data:
            return []
        return organizations_alike(self.cleaned_data["legal_name"], without=self.instance.pk)

    def clean_lei(self) -> str:
        lei = str(self.cleaned_data["lei"]).strip().upper()
        if lei and not (len(lei) == 20 and lei.isascii() and lei.isalnum()):
            raise forms.ValidationError(_("A LEI has 20 letters and digits."))
        return lei

    def clean_duns(self) -> str:
        duns = str(self.cleaned_data["duns"]).replace("-", "").strip()
        if duns and not (len(duns) == 9 and duns.isascii() and duns.isdigit()):
            raise forms.ValidationError(_("A DUNS number has nine digits."))
        return duns

    def clean_parent_name(self) -> Organization | None:
        name = str(self.cleaned_data["parent_name"]).strip()
        if not name:
            return None
        found = organization_named(name)
        if found is None:
            close = joined(each.name for each in organizations_alike(name))
            text = _("The directory has no organization of this name. Close to it: %(names)s.")
            none = _("The directory has no organization of this name.")
            raise forms.ValidationError(text % {"names": close} if close else none)
        return found

    @property
    def values(self) -> dict[str, Any]:
        """The fields of the organization; `version` apart."""
        entered = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        return entered | {"parent": self.cleaned_data["parent_name"]}


class NewSiteForm(AlikeForm, SiteForm):
    """A site that no record named yet. The organization is found by its name."""

    version = None  # type: ignore[assignment]
    organization_name = forms.CharField(
        label=_("Organization"),
        max_length=300,
        help_text=_("Its legal name, as the directory has it. Add the organization first if it is new."),
    )

    class Meta(SiteForm.Meta):
        pass

    @property
    def before(self) -> list[Any]:
        return [Fieldset(_("Organization"), "organization_name")]

    def look_alike(self) -> list[Alike]:
        return sites_alike(self.cleaned_data["name"])

    def clean_organization_name(self) -> Organization:
        name = str(self.cleaned_data["organization_name"])
        found = organization_named(name)
        if found is None:
            close = joined(each.name for each in organizations_alike(name))
            text = _("The directory has no organization of this name. Close to it: %(names)s.")
            none = _("The directory has no organization of this name. Add it first.")
            raise forms.ValidationError(text % {"names": close} if close else none)
        return found
