"""The confidentiality agreement that a contact accepts before anything is shown."""

from django.utils.translation import gettext as _


def confidentiality_text() -> str:
    """The standard text in the active language."""
    return _(
        "What you find here, and what you answer, is confidential. Use it only to answer what you are asked, "
        "and show it only to colleagues who need it for that. We use your answers only to evaluate and "
        "oversee our work with your site, and keep them as confidential as our own records. Both sides "
        "keep to this for five years, and beyond that to any agreement between our companies. The link is "
        "meant for you: do not pass it on. Every answer is kept with your name and its time."
    )
