"""Figures that are put into words when they are gathered, in the language of the report.

An audit report and an extract of the change history name records, whose names are in the database alone: so
these figures say their language.
"""

from dataclasses import dataclass
from datetime import date, datetime

from records.signing.state import SignatureState
from reports.figures.due_diligence import ChainHead

AUDIT_KIND, AUDIT_SCHEMA = "audit", 1
HISTORY_KIND, HISTORY_SCHEMA = "history", 1


@dataclass(frozen=True)
class AlteredFigures:
    """A field that is not as it was signed."""

    label: str
    signed: str
    now: str


@dataclass(frozen=True)
class WordedSignature:
    """A signature as it is printed, withdrawn ones included; the names are those of `SignatureState`."""

    printed_name: str
    meaning: str
    meaning_label: str
    signed_at: datetime
    signed_at_text: str
    revision: int
    content_sha256: str
    valid: bool
    withdrawn_at_text: str
    altered: tuple[AlteredFigures, ...]

    @property
    def stands(self) -> bool:
        """Whether it counts: neither withdrawn nor void."""
        return self.valid and not self.withdrawn_at_text


@dataclass(frozen=True)
class FileFigures:
    """A file on a finding."""

    name: str
    sha256: str


@dataclass(frozen=True)
class FindingFigures:
    """A finding with what it repeats and combines; `combined_into` is the number of the one it is part of."""

    number: int
    severity: str
    mark: str
    description: str
    objective_evidence: str
    regulation: str
    system: str
    combined_into: int | None
    combination_rationale: str
    parts: tuple[int, ...]
    repeats: tuple[str, ...]
    files: tuple[FileFigures, ...]


@dataclass(frozen=True)
class QuestionFigures:
    """A question of the checklist with its result."""

    question: str
    result: str
    note: str


@dataclass(frozen=True)
class ChecklistFigures:
    """The questions of one quality system."""

    system: str
    questions: tuple[QuestionFigures, ...]


@dataclass(frozen=True)
class AgendaFigures:
    """An item of the agenda; `starts_at` as hours and minutes."""

    day: date | None
    starts_at: str
    topic: str
    with_whom: str


@dataclass(frozen=True)
class AuditFigures:
    """What was planned and concluded."""

    number: str
    site: str
    fei: str
    is_approved: bool
    supersedes: str
    type: str
    mode: str
    mode_rationale: str
    starts_on: date | None
    ends_on: date | None
    systems: tuple[str, ...]
    standards: str
    purpose: str
    lead: str
    members: tuple[str, ...]
    reported_on: date | None
    responses_due_on: date | None
    summary: str
    rating: str
    rating_rationale: str
    critical: int
    major: int
    other: int


@dataclass(frozen=True)
class AuditPaper:
    """Everything that the report of an audit says; `content` is what its signatures cover."""

    kind: str
    schema: int
    product_version: str
    language: str
    as_of: date
    issued_at: datetime
    requested_by: str
    audit: AuditFigures
    agenda: tuple[AgendaFigures, ...]
    findings: tuple[FindingFigures, ...]
    checklist: tuple[ChecklistFigures, ...]
    signatures: tuple[WordedSignature, ...]
    content: str
    history: ChainHead


@dataclass(frozen=True)
class ChangeFigures:
    """One field of one change; an empty text stands for no value."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class EntryFigures:
    """One entry of the change history in words."""

    id: int
    at: datetime
    op: str
    operation: str
    kind: str
    record: str
    actor: str
    reason: str
    changes: tuple[ChangeFigures, ...]


@dataclass(frozen=True)
class ChosenBy:
    """What the entries were chosen by."""

    label: str
    value: str


@dataclass(frozen=True)
class HistoryPaper:
    """An extract of the change history, latest first; `data` are the same entries whole, with hashes."""

    kind: str
    schema: int
    product_version: str
    language: str
    as_of: date
    issued_at: datetime
    requested_by: str
    title: str
    chosen_by: tuple[ChosenBy, ...]
    entries: tuple[EntryFigures, ...]
    signatures: tuple[WordedSignature, ...]
    data: str
    history: ChainHead


def worded(state: SignatureState) -> WordedSignature:
    """A signature in the active language."""
    return WordedSignature(
        printed_name=state.printed_name,
        meaning=state.meaning,
        meaning_label=state.meaning_label,
        signed_at=state.signed_at,
        signed_at_text=state.signed_at_text,
        revision=state.revision,
        content_sha256=state.content_sha256,
        valid=state.valid,
        withdrawn_at_text=state.withdrawn_at_text,
        altered=tuple(AlteredFigures(each.label, each.signed, each.now) for each in state.altered),
    )
