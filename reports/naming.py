"""What the file of a report is called, in the language of the report."""

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import pgettext


def file_name(kind: str, *about: str, made_as: str, language: str = "") -> str:
    """`decision_AURELIA_r1_2026-06-30.pdf`; parts that are blank are left out.

    In the active language where none is named. Nothing of it was typed by anybody except the checked codes of
    programs and audits.
    """
    with translation.override(language or translation.get_language()):
        stems = {
            "due_diligence": pgettext("file name", "due-diligence"),
            "comparison": pgettext("file name", "comparison"),
            "decision": pgettext("file name", "decision"),
            "distribution": pgettext("file name", "distribution-plan"),
            "audit": pgettext("file name", "audit-report"),
            "history": pgettext("file name", "change-history"),
        }
    return "_".join(part for part in (slugify(stems[kind]), *about) if part) + f".{made_as}"
