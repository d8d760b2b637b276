"""What the source of a regulatory record is called; the records hold its key."""

from django.utils.translation import gettext_lazy as _

# What the demonstration writes as the source of its records (`workspace/demo/regulatory.py`).
DEMONSTRATION = "demo"
SOURCES = {
    "fda-compliance-actions": _("FDA compliance actions"),
    "fda-483s": _("FDA published Form 483s"),
    "fda-recalls": _("FDA drug recalls"),
    "fda-warning-letters": _("FDA warning letters (fda.gov list)"),
    "fda-inspections": _("FDA inspection classifications"),
    "fda-citations": _("FDA inspection citations"),
}


def source_title(source: str) -> str:
    """The name of a source for readers; what the demonstration invented says so."""
    if source == DEMONSTRATION:
        return str(_("Invented for demonstration"))
    return str(SOURCES.get(source, source))
