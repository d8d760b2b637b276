"""The report of an audit and an extract of the change history on paper; their figures are in words."""

from dataclasses import dataclass

from django.utils.text import slugify
from django.utils.translation import gettext as _

from audits.auditing.severity import SeverityChoice, severity_choices
from common.numbers import day_text, moment_text, number_text
from records.signing.content import sha256_of as content_hash
from reports.figures.canonical import from_json, sha256_of
from reports.figures.worded import AuditPaper, HistoryPaper
from reports.naming import file_name
from reports.paper.order import Attached
from reports.paper.pages import HEADER_LENGTH
from reports.paper.words import clipped

SIGNED_FILE = "audit.json"
ENTRIES_FILE = "history.jsonl"
EDITION_LENGTH = 12


@dataclass(frozen=True)
class WordedPages:
    """What both have in common."""

    figures: AuditPaper | HistoryPaper
    inputs_sha256: str

    @property
    def issued_text(self) -> str:
        """The moment of printing, with its zone."""
        return moment_text(self.figures.issued_at)

    @property
    def issued_stamp(self) -> str:
        """For the metadata of the PDF."""
        return self.figures.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def edition(self) -> str:
        """The beginning of the content hash."""
        return _("edition %(edition)s") % {"edition": self.inputs_sha256[:EDITION_LENGTH]}

    @property
    def history_position(self) -> str:
        return number_text(self.figures.history.position)


@dataclass(frozen=True)
class AuditPages(WordedPages):
    """What the template of an audit report asks for."""

    figures: AuditPaper

    @property
    def title(self) -> str:
        return _("Audit report %(number)s") % {"number": self.figures.audit.number}

    @property
    def running_title(self) -> str:
        return clipped(f"{self.figures.audit.number} · {self.figures.audit.site}", HEADER_LENGTH)

    @property
    def version(self) -> str:
        """For the running header."""
        parts = [self.issued_text, self.edition]
        if not self.figures.audit.is_approved:
            parts.insert(0, _("Draft"))
        return " · ".join(parts)

    @property
    def held(self) -> str:
        """The days of the audit."""
        audit = self.figures.audit
        return f"{day_text(audit.starts_on)} – {day_text(audit.ends_on)}"

    @property
    def severities(self) -> list[SeverityChoice]:
        return severity_choices()

    @property
    def signed_sha256(self) -> str:
        """The hash of the content, as it stands in each signature that is valid."""
        return content_hash(self.figures.content)

    @property
    def attached(self) -> tuple[Attached, ...]:
        return (Attached(SIGNED_FILE, "The content that is signed, as canonical JSON", self.figures.content),)

    @property
    def verify_command(self) -> str:
        """What to type; no words, so the same in every language."""
        number = slugify(self.figures.audit.number).upper()
        name = file_name("audit", number, str(self.figures.as_of), made_as="pdf")
        return f"manage.py verify_report {name}"


@dataclass(frozen=True)
class HistoryPages(WordedPages):
    """What the template of an extract asks for."""

    figures: HistoryPaper

    @property
    def title(self) -> str:
        return self.figures.title

    @property
    def running_title(self) -> str:
        return clipped(self.figures.title, HEADER_LENGTH)

    @property
    def version(self) -> str:
        """For the running header."""
        return f"{self.issued_text} · {self.edition}"

    @property
    def attached(self) -> tuple[Attached, ...]:
        return (Attached(ENTRIES_FILE, "The entries of this extract, with their hashes", self.figures.data),)


def audit_pages(inputs: str) -> AuditPages:
    """The pages of a canonical JSON."""
    return AuditPages(from_json(AuditPaper, inputs), sha256_of(inputs))


def history_pages(inputs: str) -> HistoryPages:
    """The pages of a canonical JSON."""
    return HistoryPages(from_json(HistoryPaper, inputs), sha256_of(inputs))
