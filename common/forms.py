"""Pieces of forms that every room uses."""

from django import forms


class FigureInput(forms.TextInput):
    """A field for a figure that keeps what was typed.

    Browsers empty a `type=number` input whose text is no number, so that the user cannot see what was wrong;
    this one is text with a numeric keyboard, and takes the decimal sign of the language (`localize=True`).
    """

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__(
            {"inputmode": "decimal", "autocomplete": "off", "class": "input-narrow", **(attrs or {})}
        )
