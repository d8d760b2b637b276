"""The pages of a due-diligence report: figures laid out for the templates, already in words."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from common.numbers import NO_BREAK, day_text, number_text
from common.punctuation import joined
from reports.figures.due_diligence import CapabilityFigures, DueDiligence, OpenEvidence
from reports.figures.standing import StandingFigures
from reports.paper import charts, findings
from reports.paper.breakdown import (
    CriteriaSection,
    CriterionRow,
    GateRow,
    criteria_sections,
    gate_rows,
    group_names,
    overridden_rows,
)
from reports.paper.charts import Figure
from reports.paper.record import RecordPages
from reports.paper.sure import SurePages
from reports.paper.timeline import timeline_chart
from reports.paper.words import (
    amount,
    clipped,
    country_name,
    first_up,
    label_text,
    listed,
    span,
    template_text,
    word,
    words,
)
from scorecards.anchor_words import version_text

MOST_OPEN_EVIDENCE = 6
MOST_ALIASES = 8
MOST_FIELD_ROWS = 12
HEADER_LENGTH = 52
COVER_LENGTH = 120


@dataclass(frozen=True)
class Pair:
    """A name and what it is."""

    name: str
    value: str


@dataclass(frozen=True)
class CapabilityRow:
    """One capability in words."""

    what: str
    operation: str
    stages: str
    scale: str
    limits: str
    strength: str


@dataclass(frozen=True)
class OpenRow:
    """Open evidence with the name of its criterion."""

    label: str
    figures: OpenEvidence


@dataclass(frozen=True)
class DueDiligencePages:
    """What the templates of a due-diligence report ask for."""

    figures: DueDiligence
    inputs_sha256: str

    @property
    def title(self) -> str:
        """The title of the document, also in its metadata."""
        return _("Due diligence: %(site)s") % {"site": self.figures.site.name}

    @property
    def running_title(self) -> str:
        """For the running header; cut, since a margin has one line."""
        program = self.figures.program
        return clipped(f"{program.code} · {program.name}", HEADER_LENGTH)

    @property
    def edition(self) -> str:
        """What tells this edition from another of the same report: the beginning of its content hash."""
        return self.inputs_sha256[:12]

    @property
    def version(self) -> str:
        """Date and edition, for the running header."""
        return _("as of %(day)s · edition %(edition)s") % {
            "day": day_text(self.figures.as_of),
            "edition": self.edition,
        }

    @property
    def issued_stamp(self) -> str:
        """When it was issued, for the document's metadata (W3C date format)."""
        return self.figures.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def cover_name(self) -> str:
        return clipped(self.figures.site.name, COVER_LENGTH)

    @property
    def cover_organization(self) -> str:
        return clipped(self.figures.site.organization, COVER_LENGTH)

    @property
    def cover_program(self) -> str:
        return clipped(self.figures.program.name, COVER_LENGTH)

    @property
    def cover_person(self) -> str:
        return clipped(self.figures.requested_by, COVER_LENGTH)

    @property
    def place(self) -> str:
        site = self.figures.site
        return clipped(listed([site.city, site.state, country_name(site.country)]), COVER_LENGTH)

    # Summary ------------------------------------------------------------------------------------

    @cached_property
    def headline(self) -> str:
        return findings.headline(self.figures.evaluation)

    @cached_property
    def summary_lines(self) -> list[str]:
        return list(findings.summary_lines(self.figures))

    @property
    def standing(self) -> StandingFigures:
        return self.figures.evaluation.standing

    @property
    def competing(self) -> int:
        """How many candidates have a rank."""
        return sum(each.status != "excluded" for each in self.figures.evaluation.field)

    @cached_property
    def field_rows(self) -> list[StandingFigures]:
        """The candidates shown beside this one, best first; this one is always among them."""
        field = self.figures.evaluation.field
        shown = list(field[:MOST_FIELD_ROWS])
        if self.standing.site_id not in {each.site_id for each in shown}:
            shown[-1:] = [each for each in field if each.site_id == self.standing.site_id]
        return shown

    @property
    def more_field(self) -> int:
        return len(self.figures.evaluation.field) - len(self.field_rows)

    @cached_property
    def field_chart(self) -> Figure:
        title = findings.field_title(self.figures.evaluation)
        return Figure(title, charts.field_chart(self.field_rows, self.standing, title))

    @cached_property
    def gates(self) -> list[GateRow]:
        return gate_rows(self.figures.evaluation)

    @property
    def gates_line(self) -> str:
        """How many must-haves are met, in a few words."""
        met = sum(gate.status == "pass" for gate in self.figures.evaluation.gates)
        total = len(self.figures.evaluation.gates)
        return _("%(met)s of %(total)s must-haves met") % {"met": met, "total": total}

    @cached_property
    def open_evidence(self) -> list[OpenRow]:
        shown = self.figures.evaluation.open_evidence[:MOST_OPEN_EVIDENCE]
        return [OpenRow(label_text(each.criterion, each.label), each) for each in shown]

    @property
    def more_open_evidence(self) -> int:
        return max(0, len(self.figures.evaluation.open_evidence) - MOST_OPEN_EVIDENCE)

    # Score --------------------------------------------------------------------------------------

    @cached_property
    def groups_chart(self) -> Figure:
        names = group_names(self.figures.evaluation)
        title = findings.groups_title(self.figures.evaluation, names)
        return Figure(title, charts.groups_chart(self.figures.evaluation.groups, names, title))

    @cached_property
    def criteria(self) -> list[CriteriaSection]:
        return criteria_sections(self.figures.evaluation)

    @property
    def silent_groups(self) -> list[CriteriaSection]:
        """Groups some or all of whose criteria have nothing recorded."""
        return [section for section in self.criteria if section.silent]

    @property
    def template_version(self) -> str:
        """The version of the template as it is printed."""
        return version_text(self.figures.evaluation.template_version)

    @property
    def overrides(self) -> list[CriterionRow]:
        """Values that a person put in place of derived ones."""
        return overridden_rows(self.criteria)

    # How sure -----------------------------------------------------------------------------------

    @cached_property
    def sure(self) -> SurePages | None:
        """None in a report of an earlier schema."""
        outcome, inputs = self.figures.outcome, self.figures.evaluation.inputs
        if outcome is None or inputs is None:
            return None
        return SurePages(outcome, {row.key: label_text(row.key, row.title) for row in inputs.criteria})

    # Record -------------------------------------------------------------------------------------

    @cached_property
    def record(self) -> RecordPages:
        return RecordPages(self.figures.life)

    @cached_property
    def timeline_chart(self) -> Figure:
        title = findings.timeline_title(self.figures.life)
        return Figure(title, timeline_chart(self.figures.life, title, width=charts.WIDTH))

    # Program and site ---------------------------------------------------------------------------

    @cached_property
    def needs(self) -> list[Pair]:
        program = self.figures.program
        pairs = [
            Pair(_("Name"), program.name),
            Pair(_("Product"), program.product),
            Pair(_("Modality"), first_up(word("modality", program.modality))),
            Pair(_("Dosage form"), first_up(word("dosage_form", program.dosage_form))),
            Pair(_("Route"), first_up(word("route", program.route))),
            Pair(_("Stage"), first_up(word("stage", program.stage))),
            Pair(_("Batch size"), amount(program.batch_size, program.batch_unit)),
            Pair(_("Regions of supply"), words("region", program.regions)),
        ]
        return [pair for pair in pairs if pair.value]

    @cached_property
    def identity(self) -> list[Pair]:
        site = self.figures.site
        pairs = [
            Pair(_("Name"), site.name),
            Pair(_("Organization"), site.organization),
            Pair(_("Kind"), first_up(word("organization_kind", site.organization_kind))),
            Pair(
                _("Address"),
                listed([site.street, f"{site.postal_code} {site.city}".strip(), site.state])
                + (f", {country_name(site.country)}" if site.country else ""),
            ),
            Pair(_("FEI"), site.fei),
            Pair(_("DUNS"), site.duns),
            Pair(_("Standing"), first_up(word("standing", site.standing))),
            Pair(
                _("Standing valid until"),
                day_text(site.standing_valid_until) if site.standing_valid_until else "",
            ),
            Pair(_("Also known as"), joined(site.aliases[:MOST_ALIASES])),
        ]
        return [pair for pair in pairs if pair.value.strip(" ,")]

    @cached_property
    def capabilities(self) -> list[CapabilityRow]:
        return [_capability_row(each) for each in self.figures.site.capabilities]

    # Sources ------------------------------------------------------------------------------------

    @property
    def template_title(self) -> str:
        evaluation = self.figures.evaluation
        return template_text(evaluation.template_key, evaluation.template)

    @property
    def rules(self) -> str:
        """Rules used, each with its version."""
        evaluation = self.figures.evaluation
        used = {each.rule for each in evaluation.criteria} | {each.rule for each in evaluation.gates}
        return ", ".join(rule.replace("@", NO_BREAK) for rule in sorted(used))

    @property
    def verify_command(self) -> str:
        """What to type; no words, so the same in every language."""
        site = self.figures.site
        return f"manage.py verify_report due-diligence_{self.figures.program.code}_{site.fei}.pdf"

    @property
    def history_position(self) -> str:
        return number_text(self.figures.history.position)


def due_diligence_pages(figures: DueDiligence, *, inputs_sha256: str) -> DueDiligencePages:
    """The pages in the active language."""
    return DueDiligencePages(figures, inputs_sha256)


def _capability_row(capability: CapabilityFigures) -> CapabilityRow:
    what = [word("modality", capability.modality), word("dosage_form", capability.dosage_form)]
    return CapabilityRow(
        what=first_up(listed([*what, word("route", capability.route)])),
        operation=first_up(word("operation", capability.operation)),
        stages=first_up(words("stage", capability.stages)),
        scale=span(capability.batch_min, capability.batch_max, capability.batch_unit),
        limits=capability.stated_limits,
        strength=capability.strength,
    )
