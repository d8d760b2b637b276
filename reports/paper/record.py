"""The regulatory record laid out: summaries first, long lists cut to what a reader can use, totals kept."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from audits.regulatory_life import (
    ActionFact,
    CitedRegulation,
    Fact,
    InspectionFact,
    Kind,
    RecallEvent,
    RegulatoryLife,
    SourceFile,
)
from reports.paper.words import clipped, first_up, source_name, word

MOST_INSPECTIONS = 40
MOST_ACTIONS = 40
MOST_RECALL_EVENTS = 25
MOST_REGULATIONS = 25
LONGEST_REASON = 180
YEARS_IN_A_ROW = 12
LONGEST_CODE = 40
MAY_BE_OPEN = frozenset(
    {Kind.WARNING_LETTER, Kind.IMPORT_ALERT, Kind.NON_COMPLIANCE, Kind.INJUNCTION, Kind.SEIZURE}
)


@dataclass(frozen=True)
class KindRow:
    """How often one kind of record occurred, and when first and last."""

    label: str
    records: int
    first_on: date | None
    last_on: date | None
    note: str = ""


@dataclass(frozen=True)
class YearRow:
    """Records of one year by kind; the numbers behind the timeline."""

    year: int
    inspections: int
    forms_483: int
    warning_letters: int
    recalls: int
    citations: int
    others: int


@dataclass(frozen=True)
class ActionRow:
    """One action in words."""

    happened_on: date | None
    known_on: date
    kind: str
    authority: str
    reference: str
    subject: str
    issued_by: str
    closed_on: date | None
    may_be_open: bool


@dataclass(frozen=True)
class RecallRow:
    """One recall event in words."""

    happened_on: date | None
    recall_class: str
    event: str
    products: int
    reason: str
    status: str


@dataclass(frozen=True)
class RecallYear:
    """Recall events of one year by class, and the products they named."""

    year: int | None
    class_1: int
    class_2: int
    class_3: int
    unclassed: int
    products: int

    @property
    def events(self) -> int:
        return self.class_1 + self.class_2 + self.class_3 + self.unclassed


@dataclass(frozen=True)
class InspectionRow:
    """One inspection in words."""

    started_on: date | None
    ended_on: date | None
    authority: str
    number: str
    outcome: str
    tone: str
    area: str
    counts: bool


@dataclass(frozen=True)
class SourceRow:
    """One source file in words."""

    name: str
    code: str
    file: SourceFile


@dataclass(frozen=True)
class RecordPages:
    """The regulatory life of the site, for the templates."""

    life: RegulatoryLife

    @cached_property
    def kinds(self) -> list[KindRow]:
        """One row per kind of record. Those that never occurred are said to be none, not left out."""
        life = self.life
        events = [event.happened_on for event in life.recall_events]
        rows = [
            _kind_row(_("Inspections"), life.inspections),
            _kind_row(_("Form 483s, published"), life.forms_483),
            _kind_row(_("Warning letters"), life.warning_letters),
            KindRow(_("Recalls (events)"), len(events), _first(events), _last(events), self._products_note),
            _kind_row(_("Citations, posted"), life.citations),
        ]
        return [*rows, *self._other_kinds]

    @property
    def _products_note(self) -> str:
        products = len(self.life.recalled_products)
        return _("%(products)s products") % {"products": products} if products else ""

    @property
    def _other_kinds(self) -> list[KindRow]:
        kinds = dict.fromkeys(action.kind for action in self.life.other_actions)
        return [_kind_row(first_up(word("action", kind)), self.life.by_kind[kind]) for kind in kinds]

    @cached_property
    def years(self) -> list[YearRow]:
        """Every year from the first record to the last, newest first, empty years in between included."""
        life = self.life
        counted = [
            _by_year(life.inspections),
            _by_year(life.forms_483),
            _by_year(life.warning_letters),
            Counter(event.happened_on.year for event in life.recall_events if event.happened_on),
            _by_year(life.citations),
            _by_year(life.other_actions),
        ]
        found = [year for each in counted for year in each]
        if not found:
            return []
        return [
            YearRow(year, *(each[year] for each in counted))
            for year in range(max(found), min(found) - 1, -1)
            if any(each[year] for each in counted) or max(found) - min(found) < YEARS_IN_A_ROW
        ]

    @cached_property
    def inspections(self) -> list[InspectionRow]:
        return [_inspection_row(each) for each in self.life.inspections[:MOST_INSPECTIONS]]

    @property
    def more_inspections(self) -> int:
        return len(self.life.inspections) - len(self.inspections)

    @cached_property
    def actions(self) -> list[ActionRow]:
        """Form 483s, letters and whatever else is no recall, newest first."""
        return [_action_row(each) for each in self._all_actions[:MOST_ACTIONS]]

    @cached_property
    def _all_actions(self) -> list[ActionFact]:
        return [action for action in self.life.actions if action.kind != Kind.RECALL]

    @property
    def more_actions(self) -> int:
        return len(self._all_actions) - len(self.actions)

    @cached_property
    def recalls(self) -> list[RecallRow]:
        return [_recall_row(event) for event in self.life.recall_events[:MOST_RECALL_EVENTS]]

    @property
    def more_recalls(self) -> int:
        return len(self.life.recall_events) - len(self.recalls)

    @cached_property
    def recall_years(self) -> list[RecallYear]:
        """All recall events by year and class, newest first; complete whatever the list above leaves out."""
        years = sorted({_year(event) for event in self.life.recall_events}, key=lambda year: year or 0)
        return [_recall_year(year, self.life.recall_events) for year in reversed(years)]

    @cached_property
    def regulations(self) -> tuple[CitedRegulation, ...]:
        return self.life.cited_regulations[:MOST_REGULATIONS]

    @property
    def more_regulations(self) -> int:
        return len(self.life.cited_regulations) - len(self.regulations)

    @cached_property
    def sources(self) -> list[SourceRow]:
        return [SourceRow(source_name(file.source), file.source, file) for file in self.life.source_files]


def _kind_row(label: str, facts: Sequence[Fact]) -> KindRow:
    days = [fact.happened_on for fact in facts]
    return KindRow(label, len(facts), _first(days), _last(days))


def _first(days: Sequence[date | None]) -> date | None:
    return min((day for day in days if day), default=None)


def _last(days: Sequence[date | None]) -> date | None:
    return max((day for day in days if day), default=None)


def _by_year(facts: Sequence[Fact]) -> Counter[int]:
    return Counter((fact.happened_on or fact.known_on).year for fact in facts)


def _year(event: RecallEvent) -> int | None:
    return event.happened_on.year if event.happened_on else None


def _recall_year(year: int | None, events: Sequence[RecallEvent]) -> RecallYear:
    own = [event for event in events if _year(event) == year]
    classes = Counter(event.recall_class for event in own)
    return RecallYear(
        year=year,
        class_1=classes["1"],
        class_2=classes["2"],
        class_3=classes["3"],
        unclassed=classes[""],
        products=sum(event.products for event in own),
    )


TONES = {
    "nai": "good",
    "compliant": "good",
    "vai": "caution",
    "oai": "bad",
    "non_compliant": "bad",
}


def _inspection_row(fact: InspectionFact) -> InspectionRow:
    return InspectionRow(
        started_on=fact.started_on,
        ended_on=fact.happened_on,
        authority=word("authority", fact.authority),
        number=clipped(fact.inspection_number, LONGEST_CODE),
        outcome=first_up(word("classification", fact.classification)),
        tone=TONES.get(fact.classification, "unknown"),
        area=fact.project_area or fact.product_type,
        counts=fact.is_drug_gmp,
    )


def _action_row(fact: ActionFact) -> ActionRow:
    kind = first_up(word("action", fact.kind))
    subject = clipped(fact.title or fact.text, LONGEST_REASON)
    if subject.casefold() == fact.kind.replace("_", " "):
        # The source's title says no more than the kind does.
        subject = ""
    return ActionRow(
        happened_on=fact.happened_on,
        known_on=fact.known_on,
        kind=kind,
        authority=word("authority", fact.authority),
        reference=clipped(fact.reference, LONGEST_CODE),
        subject=" · ".join(part for part in (subject, fact.product_type) if part),
        issued_by=fact.issued_by,
        closed_on=fact.closed_on,
        may_be_open=fact.kind in MAY_BE_OPEN,
    )


def _recall_row(event: RecallEvent) -> RecallRow:
    return RecallRow(
        happened_on=event.happened_on,
        recall_class=first_up(word("recall_class", event.recall_class)),
        event=clipped(event.key, LONGEST_CODE),
        products=event.products,
        reason=clipped(event.reason, LONGEST_REASON),
        status=clipped(event.status, LONGEST_CODE * 2),
    )
