"""What the severities mean, in short: PIC/S PI 040-1, "Guidance on classification of GMP deficiencies"."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audits.models import Finding

DEFINITIONS: dict[Finding.Severity, Promise] = {
    Finding.Severity.CRITICAL: _(
        "Has produced, or leads to a significant risk of producing, a product that harms the patient; "
        "or fraud, misrepresentation or falsification of products or data."
    ),
    Finding.Severity.MAJOR: _(
        "Not critical, but has produced or may produce a product that does not comply with its "
        "authorization; or a major departure from GMP; or several other deficiencies that together "
        "show a failing system."
    ),
    Finding.Severity.OTHER: _(
        "A departure from GMP that is neither critical nor major, "
        "or that cannot be classed higher with what is known."
    ),
}
TONES = {Finding.Severity.CRITICAL: "bad", Finding.Severity.MAJOR: "caution", Finding.Severity.OTHER: "info"}
ORDER = {Finding.Severity.CRITICAL: 0, Finding.Severity.MAJOR: 1, Finding.Severity.OTHER: 2}


@dataclass(frozen=True, slots=True)
class SeverityChoice:
    """One severity as it is offered and explained."""

    value: str
    label: str
    definition: str
    tone: str


def severity_choices() -> list[SeverityChoice]:
    """The three severities, the gravest first."""
    return [
        SeverityChoice(each.value, str(each.label), str(DEFINITIONS[each]), TONES[each])
        for each in Finding.Severity
    ]


def severity_tone(severity: str) -> str:
    """The tone of a severity's mark."""
    return TONES[Finding.Severity(severity)]
