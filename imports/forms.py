"""Forms of the imports room."""

import datetime as dt
from pathlib import Path
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audits.sources import SOURCES
from imports.messages import refusal_text
from imports.reading import DEFAULT_LIMITS
from imports.reading.container import SUFFIXES

MEGABYTE = 1024 * 1024


class UploadForm(forms.Form):
    """A file as an agency publishes it. Everything but its name and size is judged by the check."""

    upload = forms.FileField(
        label=_("File of an agency"),
        help_text=_("CSV or XLSX as the FDA publishes it. Drop it here or choose it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    source = forms.ChoiceField(
        label=_("Source"),
        required=False,
        help_text=_("Recognized by the header; choose one only when it is not."),
    )
    retrieved_on = forms.DateField(
        label=_("Retrieved on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_(
            "The day the file was downloaded from the agency. It tells which of two exports is the newer; "
            "without it, the latest date in the file does."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Recognize by the header")), *SOURCES.items()]
        self.fields["source"].choices = choices  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_tag = False
        drop_zone = HTML('{% include "common/_drop_zone.html" with field=form.upload %}')
        self.helper.layout = Layout(drop_zone, "source", "retrieved_on")

    def clean_upload(self) -> "UploadedFile[Any]":
        upload: UploadedFile[Any] = self.cleaned_data["upload"]
        suffix = Path(upload.name or "").suffix.lower()
        kind = SUFFIXES.get(suffix)
        if kind is None:
            raise forms.ValidationError(refusal_text("extension", {"suffix": suffix or upload.name}))
        limit = DEFAULT_LIMITS.csv_bytes if kind == "csv" else DEFAULT_LIMITS.workbook_bytes
        if (upload.size or 0) > limit:
            params = {"size_mb": (upload.size or 0) // MEGABYTE + 1, "limit_mb": limit // MEGABYTE}
            raise forms.ValidationError(refusal_text("too_large", params))
        return upload

    def clean_retrieved_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["retrieved_on"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(refusal_text("retrieved_in_future", {}))
        return day
