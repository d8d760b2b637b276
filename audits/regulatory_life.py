"""The regulatory life of one site as plain frozen data, with the groupings that readers need."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from audits.models.action import RegulatoryAction

Kind = RegulatoryAction.Kind


@dataclass(frozen=True, slots=True)
class SourceMark:
    """Where a record came from: source, key within it, hash of the file and of the row's values."""

    source: str
    source_key: str
    source_sha256: str
    retrieved_at: datetime | None
    row_sha256: str


@dataclass(frozen=True, slots=True)
class Fact:
    """What every record has: when it happened, when it was published, on what basis that is known."""

    id: int
    happened_on: date | None
    known_on: date
    known_on_basis: str
    mark: SourceMark


@dataclass(frozen=True, slots=True)
class InspectionFact(Fact):
    """One inspection in one project area; `happened_on` is its last day."""

    authority: str
    inspection_number: str
    started_on: date | None
    classification: str
    project_area: str
    product_type: str
    fiscal_year: int | None
    citations_posted: bool | None
    is_drug_gmp: bool


@dataclass(frozen=True, slots=True)
class CitationFact(Fact):
    """One cited regulation, in the authority's words."""

    authority: str
    inspection_number: str
    program_area: str
    regulation: str
    short_text: str
    long_text: str
    is_data_integrity: bool
    is_drug_gmp: bool


@dataclass(frozen=True, slots=True)
class ActionFact(Fact):
    """One act of an authority; for recalls one recalled product."""

    authority: str
    kind: str
    firm_name: str
    product_type: str
    recall_class: str
    gmp: str
    status: str
    reference: str
    event_key: str
    issued_by: str
    title: str
    text: str
    closed_on: date | None
    url: str
    amended_on: date | None = None
    response_due_on: date | None = None
    responded_on: date | None = None


@dataclass(frozen=True, slots=True)
class RecallEvent:
    """A recall, however many products it names. The class is the gravest among them (I before III)."""

    key: str
    happened_on: date | None
    recall_class: str
    products: int
    reason: str
    status: str
    product_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CitedRegulation:
    """One regulation with how often it was cited, and when first and last."""

    regulation: str
    short_text: str
    times: int
    first_on: date | None
    last_on: date | None
    is_data_integrity: bool


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that records came from. An empty `source` means they were entered by hand."""

    source: str
    sha256: str
    retrieved_at: datetime | None
    records: int
    first_known_on: date
    last_known_on: date


@dataclass(frozen=True)
class RegulatoryLife:
    """Everything published about a site by `as_of`, each list newest first."""

    site_id: int
    as_of: date
    inspections: tuple[InspectionFact, ...]
    citations: tuple[CitationFact, ...]
    actions: tuple[ActionFact, ...]
    undated: int

    @property
    def is_empty(self) -> bool:
        return not (self.inspections or self.citations or self.actions)

    @property
    def records(self) -> int:
        """How many records, all kinds together."""
        return len(self.inspections) + len(self.citations) + len(self.actions)

    @cached_property
    def by_kind(self) -> Mapping[str, tuple[ActionFact, ...]]:
        """Actions of each kind; a kind that never occurred is absent."""
        found: dict[str, list[ActionFact]] = defaultdict(list)
        for action in self.actions:
            found[action.kind].append(action)
        return {kind: tuple(actions) for kind, actions in found.items()}

    @property
    def forms_483(self) -> tuple[ActionFact, ...]:
        return self.by_kind.get(Kind.FORM_483, ())

    @property
    def warning_letters(self) -> tuple[ActionFact, ...]:
        return self.by_kind.get(Kind.WARNING_LETTER, ())

    @property
    def recalled_products(self) -> tuple[ActionFact, ...]:
        return self.by_kind.get(Kind.RECALL, ())

    @property
    def other_actions(self) -> tuple[ActionFact, ...]:
        """What is neither a Form 483, a warning letter nor a recall: injunctions, seizures, alerts, …"""
        listed = {Kind.FORM_483, Kind.WARNING_LETTER, Kind.RECALL}
        return tuple(action for action in self.actions if action.kind not in listed)

    @cached_property
    def recall_events(self) -> tuple[RecallEvent, ...]:
        """Recalls by event, newest first."""
        events: dict[str, list[ActionFact]] = defaultdict(list)
        for action in self.recalled_products:
            events[action.event_key or action.reference or f"#{action.id}"].append(action)
        listed = [_event(key, actions) for key, actions in events.items()]
        return tuple(
            sorted(listed, key=lambda event: (event.happened_on or date.min, event.key), reverse=True)
        )

    @cached_property
    def cited_regulations(self) -> tuple[CitedRegulation, ...]:
        """Citations by regulation, most often cited first."""
        cited: dict[str, list[CitationFact]] = defaultdict(list)
        for citation in self.citations:
            cited[citation.regulation].append(citation)
        listed = [_cited(regulation, facts) for regulation, facts in cited.items()]
        return tuple(sorted(listed, key=lambda each: (-each.times, each.regulation)))

    @cached_property
    def source_files(self) -> tuple[SourceFile, ...]:
        """The files behind the records, by name of the source and then by time of retrieval."""
        files: dict[tuple[str, str, datetime | None], list[Fact]] = defaultdict(list)
        for fact in self._facts():
            files[fact.mark.source, fact.mark.source_sha256, fact.mark.retrieved_at].append(fact)
        listed = [
            SourceFile(
                source=source,
                sha256=sha256,
                retrieved_at=retrieved_at,
                records=len(facts),
                first_known_on=min(fact.known_on for fact in facts),
                last_known_on=max(fact.known_on for fact in facts),
            )
            for (source, sha256, retrieved_at), facts in files.items()
        ]
        return tuple(sorted(listed, key=lambda file: (file.source, str(file.retrieved_at), file.sha256)))

    def _facts(self) -> Iterable[Fact]:
        yield from self.inspections
        yield from self.citations
        yield from self.actions


def _event(key: str, actions: list[ActionFact]) -> RecallEvent:
    classes = [action.recall_class for action in actions if action.recall_class]
    statuses = Counter(action.status for action in actions if action.status)
    dates = [action.happened_on for action in actions if action.happened_on]
    return RecallEvent(
        key=key,
        happened_on=min(dates, default=None),
        recall_class=min(classes, default=""),
        products=len(actions),
        reason=next((action.text for action in actions if action.text), ""),
        status=" · ".join(sorted(statuses)),
        product_types=tuple(sorted({action.product_type for action in actions if action.product_type})),
    )


def _cited(regulation: str, facts: list[CitationFact]) -> CitedRegulation:
    dates = [fact.happened_on for fact in facts if fact.happened_on]
    return CitedRegulation(
        regulation=regulation,
        short_text=facts[0].short_text,
        times=len(facts),
        first_on=min(dates, default=None),
        last_on=max(dates, default=None),
        is_data_integrity=any(fact.is_data_integrity for fact in facts),
    )
