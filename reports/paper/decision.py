"""The figures of a decision paper laid out for its templates: what an executive committee signs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from common.numbers import day_text, moment_text, number_text, percent_text, score_text
from common.punctuation import joined
from partners.models import Site
from records.models import Signature
from reports.compared.answer import excepted_lines, what_could_change
from reports.compared.items import Table, count, percent, ranks, score, status, words
from reports.compared.tables import gap_table, override_table
from reports.compared.view import Compared
from reports.figures.canonical import from_json, sha256_of
from reports.figures.decision import DecisionPaper, OutcomeFigures, PanelFigures, ScoredFigures, SignedFigures
from reports.figures.standing import StandingFigures
from reports.naming import file_name
from reports.paper.comparison import MOST_GAPS, ComparisonPages
from reports.paper.words import first_up, label_text, word
from scorecards.decisions.rules import CHOSEN
from scorecards.models import DecisionOutcome, SourcingDecision
from scorecards.panels.agreement import Statistic, statistics_of

Outcome, State = DecisionOutcome.Outcome, SourcingDecision.State
STATE_TONES: Mapping[str, str] = {
    State.DRAFT: "caution",
    State.EFFECTIVE: "good",
    State.SUPERSEDED: "neutral",
}
OUTCOME_TONES: Mapping[str, str] = {
    Outcome.SELECTED: "good",
    Outcome.BACKUP: "info",
    Outcome.DECLINED: "neutral",
}
# In the order of signing.
ASKED = (Signature.Meaning.AUTHORED, Signature.Meaning.APPROVED)
MOST_APART = 12


@dataclass(frozen=True)
class OutcomeRow:
    """What was decided for a candidate, with where the evaluation puts it."""

    said: OutcomeFigures
    standing: StandingFigures
    word: str
    tone: str


@dataclass(frozen=True)
class SignatureRow:
    """A signature, or the place of one that is still to come."""

    meaning: str
    does: str
    signed: SignedFigures | None

    @property
    def moment(self) -> str:
        """When it was signed, with the time zone."""
        return moment_text(self.signed.signed_at) if self.signed else ""


@dataclass(frozen=True)
class ApartRow:
    """A cell on which a panel disagreed, and what was agreed."""

    candidate: str
    criterion: str
    levels: str
    agreed: str
    reason: str


@dataclass(frozen=True)
class PanelPages:
    """A panel: how far it agreed on each criterion, and the cells on which it was furthest apart.

    `near` counts the cells that lay within a step and were accepted as scored, `alike` those without any.
    """

    title: str
    agreed_on: str
    agreement: tuple[tuple[str, tuple[Statistic, ...]], ...]
    apart: tuple[ApartRow, ...]
    more: int
    near: int
    alike: int


@dataclass(frozen=True)
class DecisionPages(ComparisonPages):
    """What the templates of a decision paper ask for; the evaluation is laid out as in a comparison."""

    paper: DecisionPaper

    @property
    def title(self) -> str:
        return _("Decision on %(project)s") % {"project": self.view.project}

    @property
    def state(self) -> str:
        return _("Draft") if self.is_draft else first_up(str(State(self.paper.decided.state).label))

    @property
    def state_tone(self) -> str:
        return STATE_TONES[self.paper.decided.state]

    @property
    def is_draft(self) -> bool:
        return self.paper.decided.state == State.DRAFT

    @property
    def version(self) -> str:
        """For the running header: state, revision, edition."""
        return _("%(state)s · revision %(revision)s · edition %(edition)s") % {
            "state": self.state,
            "revision": number_text(self.paper.decided.revision),
            "edition": self.view.edition,
        }

    # The decision -------------------------------------------------------------------------------

    @cached_property
    def decision_headline(self) -> str:
        """Who gets the work and who stands by, in one sentence."""
        selected, backup = self._names(Outcome.SELECTED), self._names(Outcome.BACKUP)
        told = {"names": joined(selected), "backup": joined(backup)}
        if self.is_draft:
            if backup:
                return _("Proposed: %(names)s, with %(backup)s as backup") % told
            return _("Proposed: %(names)s, without a backup") % told
        if backup:
            return _("Selected: %(names)s, with %(backup)s as backup") % told
        return _("Selected: %(names)s, without a backup") % told

    @cached_property
    def outcomes(self) -> list[OutcomeRow]:
        return [
            OutcomeRow(
                said,
                self.view.standing[said.site_id],
                first_up(str(Outcome(said.outcome).label)),
                OUTCOME_TONES[said.outcome],
            )
            for said in self.paper.decided.outcomes
        ]

    @cached_property
    def signatures(self) -> list[SignatureRow]:
        """Those that stand, and the places of those still to come."""
        does = {
            Signature.Meaning.AUTHORED: _("answers for the content of the decision"),
            Signature.Meaning.APPROVED: _("puts the decision in force"),
        }
        rows = []
        for meaning in ASKED:
            signed: list[SignedFigures | None] = [
                each for each in self.paper.signatures if each.meaning == meaning
            ]
            rows += [
                SignatureRow(first_up(str(meaning.label)), does[meaning], each) for each in signed or [None]
            ]
        return rows

    @property
    def is_void(self) -> bool:
        """Whether the content was altered after it was signed."""
        return any(not each.valid for each in self.paper.signatures)

    # With eyes open -----------------------------------------------------------------------------

    @cached_property
    def accepted(self) -> list[str]:
        """What those who sign knew and accepted, as sentences."""
        return [
            *self._passed_over(),
            *self._conditional(),
            *self._standing_with_us(),
            *self._settled(),
            *what_could_change(self.view),
            *self._by_people(),
            *self._no_backup(),
        ]

    def _passed_over(self) -> Iterator[str]:
        """A selected candidate before which others stand."""
        chosen = {row.said.site_id for row in self.outcomes if row.said.outcome == Outcome.SELECTED}
        others = [row for row in self.view.figures.outcome.field if row.site_id not in chosen and row.rank]
        for row in self._rows(Outcome.SELECTED):
            standing = row.standing
            if others and standing.rank and (others[0].rank or 0) < standing.rank:
                yield _(
                    "%(name)s was selected at rank %(rank)s: %(leader)s stands before it with %(score)s "
                    "points, %(ahead)s more."
                ) % {
                    "name": standing.name,
                    "rank": number_text(standing.rank),
                    "leader": others[0].name,
                    "score": score_text(others[0].score),
                    "ahead": number_text(others[0].score - standing.score, 1),
                }

    def _conditional(self) -> Iterator[str]:
        for row in self._rows(*CHOSEN):
            if row.said.site_id not in self.view.outcome:
                continue
            if titles := self.view.open_gates(row.said.site_id):
                yield _("Nobody knows whether %(name)s meets %(titles)s; it was chosen by exception.") % {
                    "name": row.said.name,
                    "titles": joined(_("“%(title)s”") % {"title": title} for title in titles),
                }
            yield from excepted_lines(self.view, row.said.site_id)

    def _standing_with_us(self) -> Iterator[str]:
        """Chosen sites that are not qualified."""
        chosen = [self.view.profile.get(row.said.site_id) for row in self._rows(*CHOSEN)]
        found = [
            _("%(name)s (%(standing)s)")
            % {"name": profile.name, "standing": word("standing", profile.standing)}
            for profile in chosen
            if profile and profile.standing != Site.Standing.QUALIFIED
        ]
        if found:
            yield _("Chosen without being qualified with us: %(names)s.") % {"names": joined(found)}

    def _settled(self) -> Iterator[str]:
        for row in self._rows(*CHOSEN):
            open_gaps = len(self.view.gaps.get(row.said.site_id, ()))
            if open_gaps:
                yield ngettext(
                    "%(share)s of the score of %(name)s is settled; %(count)s criterion is open, which "
                    "could lift it from %(low)s to %(high)s points.",
                    "%(share)s of the score of %(name)s is settled; %(count)s criteria are open, which "
                    "could lift it from %(low)s to %(high)s points.",
                    open_gaps,
                ) % {
                    "share": percent_text(row.standing.completeness),
                    "name": row.said.name,
                    "count": number_text(open_gaps),
                    "low": score_text(row.standing.score),
                    "high": score_text(row.standing.score_upper),
                }

    def _by_people(self) -> Iterator[str]:
        """Values that persons put in place of derived ones; those of panels have a chapter."""
        forced = len(self.overrides.rows)
        if forced:
            yield ngettext(
                "%(count)s value was put by a person in place of the derived one.",
                "%(count)s values were put by persons in place of the derived ones.",
                forced,
            ) % {"count": number_text(forced)}

    def _no_backup(self) -> Iterator[str]:
        if not self._rows(Outcome.BACKUP):
            yield _("No backup is named: if the selected candidate fails, the selection begins anew.")

    # The evaluation -----------------------------------------------------------------------------

    @cached_property
    def whole_ranking(self) -> Table:
        """Every candidate of the evaluation with what was decided for it."""
        decided = {row.said.site_id: row.word for row in self.outcomes}
        return Table(
            _("Ranking"),
            (
                _("Candidate"), pgettext("decision", "Outcome"), _("Status"), _("Rank"), _("Best–worst"),
                _("Score"), _("Up to"), _("Completeness"),
            ),
            tuple(
                (
                    words(row.name),
                    words(decided.get(row.site_id, "")),
                    status(row.status),
                    count(row.rank),
                    ranks(row.rank, row.best_rank, row.worst_rank),
                    score(row.score),
                    score(row.score_upper),
                    percent(row.completeness),
                )
                for row in self.view.figures.outcome.field
            ),
        )  # fmt: skip

    @property
    def duel_title(self) -> str:
        """Why the selected one, and not the next."""
        duel = self.paper.duel
        if duel is None:
            return ""
        selected = {row.said.site_id for row in self._rows(Outcome.SELECTED)}
        own, other = (duel.a, duel.b) if duel.a in selected else (duel.b, duel.a)
        return _("Why %(selected)s rather than %(other)s") % {
            "selected": self.view.name(own),
            "other": self.view.name(other),
        }

    @cached_property
    def _gaps_of_chosen(self) -> Table:
        return gap_table(self.view, {row.said.site_id for row in self._rows(*CHOSEN)})

    @cached_property
    def gaps(self) -> Table:
        """Open evidence of those chosen."""
        return self._gaps_of_chosen.first(MOST_GAPS)

    @property
    def more_gaps(self) -> int:
        return max(0, len(self._gaps_of_chosen.rows) - MOST_GAPS)

    @cached_property
    def overrides(self) -> Table:
        """Values that persons put; those of panels have a chapter."""
        return override_table(self.view, by_panels=False)

    @cached_property
    def panels(self) -> list[PanelPages]:
        return [_panel(self.view, panel) for panel in self.paper.panels]

    @property
    def file_name(self) -> str:
        decided, figures = self.paper.decided, self.figures
        return file_name(
            "decision", figures.program.code, f"r{decided.revision}", str(figures.as_of), made_as="pdf"
        )

    def _rows(self, *outcomes: str) -> list[OutcomeRow]:
        return [row for row in self.outcomes if row.said.outcome in outcomes]

    def _names(self, outcome: str) -> list[str]:
        return [row.said.name for row in self._rows(outcome)]


def decision_pages(inputs: str) -> DecisionPages:
    """The pages of a canonical JSON; the duel is that between the selected and the next."""
    paper = from_json(DecisionPaper, inputs)
    comparison = paper.comparison
    shown = replace(comparison, outcome=replace(comparison.outcome, duel=paper.duel))
    return DecisionPages(Compared(shown, sha256_of(inputs)), paper)


def _panel(view: Compared, panel: PanelFigures) -> PanelPages:
    """Cells that are more than a step apart, could not be judged or were discussed, the widest first."""
    apart = sorted(
        (cell for cell in panel.scores if _distance(cell) > 1 or cell.reason),
        key=lambda cell: (-_distance(cell), view.labels.get(cell.criterion, cell.criterion)),
    )
    names = {row.site_id: row.name for row in view.figures.outcome.field}
    return PanelPages(
        title=panel.title,
        agreed_on=day_text(panel.agreed_on),
        agreement=tuple(_agreement(view, panel)),
        apart=tuple(
            ApartRow(
                names.get(cell.site_id, ""),
                view.labels.get(cell.criterion) or label_text(cell.criterion, ""),
                " · ".join("?" if level is None else number_text(level) for level in _sorted_levels(cell)),
                _agreed_text(cell),
                cell.reason or "",
            )
            for cell in apart[:MOST_APART]
        ),
        more=max(0, len(apart) - MOST_APART),
        near=sum(_distance(cell) == 1 and not cell.reason for cell in panel.scores),
        alike=sum(_distance(cell) == 0 and not cell.reason for cell in panel.scores),
    )


def _distance(cell: ScoredFigures) -> int:
    """Levels between the lowest and the highest; more than the scale where somebody could not judge."""
    levels = [level for level in cell.levels if level is not None]
    if len(levels) < len(cell.levels):
        return 9
    return max(levels) - min(levels) if levels else 0


def _sorted_levels(cell: ScoredFigures) -> list[int | None]:
    """From low to high, so that nobody is known by their place; those who could not judge last."""
    return sorted(cell.levels, key=lambda level: (level is None, level or 0))


def _agreed_text(cell: ScoredFigures) -> str:
    if cell.low is None or cell.high is None:
        return ""
    ends = [number_text(end, 0 if end == int(end) else 1) for end in (cell.low, cell.high)]
    return ends[0] if ends[0] == ends[1] else "–".join(ends)


def _agreement(view: Compared, panel: PanelFigures) -> Iterator[tuple[str, tuple[Statistic, ...]]]:
    """The figures of agreement of each criterion, computed from the levels that the paper carries."""
    for key in dict.fromkeys(cell.criterion for cell in panel.scores):
        cells = sorted((cell for cell in panel.scores if cell.criterion == key), key=lambda one: one.site_id)
        rows = list(zip(*(cell.levels for cell in cells), strict=True))
        yield view.labels.get(key) or label_text(key, ""), tuple(statistics_of(rows))
