"""The figures of a distribution plan laid out for its templates."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.numbers import day_text, number_text
from common.punctuation import joined
from logistics.calendars import ORDER
from logistics.decisions import Decision, decisions_of
from logistics.lane_picture import lane_picture
from logistics.models import DistributionPlan
from logistics.packing_days import weekday_text, weekdays_text
from logistics.readiness.budget import Leg, Part, Stretch, TimeBudget
from logistics.readiness.facts import LaneFacts
from logistics.readiness.reason import OF_SITE, Aspect
from logistics.wording import ASPECTS, VOCABULARIES, hours_text, milestone_word, sentence
from reports.figures.canonical import from_json, sha256_of
from reports.figures.distribution import (
    AspectFigures,
    CareSiteFigures,
    DistributionPaper,
    GapFigures,
    LaneFigures,
    reason_of,
)
from reports.naming import file_name
from reports.paper.charts import WIDTH, Figure
from reports.paper.distribution_rows import GapRow, Hand, LanePages, Mark, Matrix, OwnerRow, SiteRow
from reports.paper.pages import COVER_LENGTH, HEADER_LENGTH
from reports.paper.words import clipped, country_name, first_up, listed

# Columns of care sites side by side; more are set below each other.
MOST_COLUMNS = 6
MOST_GAPS = 60
EDITION_LENGTH = 12
MINUTES_OF_DAY = 1_440


@dataclass(frozen=True)
class DistributionPages:
    """What the templates of a distribution plan ask for."""

    figures: DistributionPaper
    inputs_sha256: str

    @property
    def project(self) -> str:
        program = self.figures.program
        return " · ".join(part for part in (program.code, program.name, self.figures.package) if part)

    @property
    def title(self) -> str:
        return _("Distribution plan of %(project)s") % {"project": self.project}

    @property
    def running_title(self) -> str:
        """For the running header; cut, since a margin has one line."""
        return clipped(self.project, HEADER_LENGTH)

    @property
    def cover_project(self) -> str:
        return clipped(self.project, COVER_LENGTH)

    @property
    def cover_person(self) -> str:
        return clipped(self.figures.requested_by, COVER_LENGTH)

    @property
    def edition(self) -> str:
        return self.inputs_sha256[:EDITION_LENGTH]

    @property
    def version(self) -> str:
        return _("as of %(day)s · edition %(edition)s") % {
            "day": day_text(self.figures.as_of),
            "edition": self.edition,
        }

    @property
    def issued_stamp(self) -> str:
        """When it was issued, for the document's metadata (W3C date format)."""
        return self.figures.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def state(self) -> Mark:
        state = DistributionPlan.State(self.figures.plan.state)
        if state == DistributionPlan.State.DRAFT:
            return Mark("caution", _("Draft"))
        return Mark("good", first_up(str(state.label)))

    # The answer ---------------------------------------------------------------------------------

    @property
    def ready(self) -> list[CareSiteFigures]:
        return [site for site in self.figures.result.sites if site.ready]

    @cached_property
    def first(self) -> CareSiteFigures | None:
        """The earliest first dose: a day that is firm comes before a lower bound."""
        dated = [site for site in self.figures.result.sites if site.earliest]
        return min(dated, key=lambda one: (one.earliest or date.max, not one.firm), default=None)

    @property
    def headline(self) -> str:
        sites, first = self.figures.result.sites, self.first
        if not sites:
            return _("No care site is chosen yet: nobody can get a dose.")
        told = ngettext(
            "%(ready)s of %(count)s care site is ready for a patient.",
            "%(ready)s of %(count)s care sites are ready for a patient.",
            len(sites),
        ) % {"ready": number_text(len(self.ready)), "count": number_text(len(sites))}
        if first is None:
            return told + " " + _("When the first dose can be given cannot be said.")
        words = {"day": day_text(first.earliest), "name": first.name}
        if first.firm:
            return told + " " + _("The first dose can be given on %(day)s, at %(name)s.") % words
        return told + " " + _("The first dose can be given on %(day)s or later, at %(name)s.") % words

    @cached_property
    def blocking(self) -> list[GapFigures]:
        return [gap for gap in self.figures.result.gaps if gap.blocking]

    @property
    def without_owner(self) -> int:
        return sum(not gap.owner for gap in self.figures.result.gaps)

    @property
    def late(self) -> int:
        return sum(self._is_late(gap) for gap in self.figures.result.gaps)

    @cached_property
    def sites(self) -> list[SiteRow]:
        return [self._site_row(site) for site in self.figures.result.sites]

    def _site_row(self, site: CareSiteFigures) -> SiteRow:
        place = self.figures.places.get(str(site.id))
        concerns = [gap for gap in self.figures.result.gaps if site.name in gap.sites]
        return SiteRow(
            name=site.name,
            place=listed((place.city, country_name(place.country))) if place else "",
            ready=site.ready,
            earliest=day_text(site.earliest) if site.earliest else "",
            lower_bound=not site.firm,
            blocking=sum(gap.blocking for gap in concerns),
            open=len(concerns),
        )

    @cached_property
    def unsaid(self) -> list[str]:
        """Why there is no day at a care site."""
        return [
            _("%(name)s: %(reason)s") % {"name": site.name, "reason": sentence(reason_of(site.missing))}
            for site in self.figures.result.sites
            if site.missing
        ]

    @cached_property
    def aspects(self) -> list[Matrix]:
        """What is ready where."""
        return [
            Matrix(
                names,
                tuple(
                    (
                        capfirst(str(ASPECTS[aspect])),
                        tuple(_aspect_mark(site.aspects[aspect.value]) for site in sites),
                    )
                    for aspect in OF_SITE
                ),
            )
            for names, sites in self._side_by_side()
        ]

    @cached_property
    def milestones(self) -> list[Matrix]:
        """The steps to the first dose."""
        found = []
        for names, sites in self._side_by_side():
            by_site = [{step.key: step for step in site.milestones} for site in sites]
            keys = [key for key in VOCABULARIES["milestone"] if any(key in steps for steps in by_site)]
            rows = []
            for key in keys:
                cells = []
                for steps in by_site:
                    step = steps.get(key)
                    if step is None:
                        cells.append(Mark("", ""))
                    else:
                        cells.append(Mark("good" if step.done else "neutral", day_text(step.on)))
                rows.append((capfirst(milestone_word(key)), tuple(cells)))
            if any(site.earliest for site in sites):
                cells = [
                    Mark("", "")
                    if site.earliest is None
                    else Mark("", day_text(site.earliest) if site.firm else _or_later(site.earliest))
                    for site in sites
                ]
                rows.append((_("First dose, open points settled"), tuple(cells)))
            found.append(Matrix(names, tuple(rows)))
        return found

    def _side_by_side(self) -> Iterator[tuple[tuple[str, ...], Sequence[CareSiteFigures]]]:
        """Even numbers of care sites in each table; blank names keep the columns of the last one narrow."""
        sites = self.figures.result.sites
        tables = -(-len(sites) // MOST_COLUMNS)
        columns = -(-len(sites) // tables) if tables else 0
        for at in range(0, len(sites), columns or 1):
            chosen = sites[at : at + columns]
            names = [site.name for site in chosen]
            yield (*names, *[""] * (columns - len(names))), chosen

    # What is not ready --------------------------------------------------------------------------

    @cached_property
    def owners(self) -> list[OwnerRow]:
        """Whose it is: who keeps most patients from a dose first, those without an owner last."""
        found: dict[str, list[GapFigures]] = defaultdict(list)
        for gap in self.figures.result.gaps:
            found[gap.owner].append(gap)
        rows = [
            OwnerRow(
                name=name,
                blocking=sum(gap.blocking for gap in gaps),
                open=len(gaps),
                next_on=min((gap.due_on for gap in gaps if gap.due_on), default=None),
                late=sum(self._is_late(gap) for gap in gaps),
            )
            for name, gaps in found.items()
        ]
        return sorted(rows, key=lambda row: (not row.name, -row.blocking, -row.open, row.name))

    @cached_property
    def gaps(self) -> list[GapRow]:
        """What keeps a patient from a dose."""
        return [self._gap_row(gap) for gap in self.blocking[:MOST_GAPS]]

    @property
    def more_gaps(self) -> int:
        return max(0, len(self.blocking) - MOST_GAPS)

    @cached_property
    def to_settle(self) -> list[GapRow]:
        """What is open without keeping a patient from a dose."""
        rest = [gap for gap in self.figures.result.gaps if not gap.blocking]
        return [self._gap_row(gap) for gap in rest[:MOST_GAPS]]

    def _gap_row(self, gap: GapFigures) -> GapRow:
        everywhere = len(gap.sites) == len(self.figures.result.sites) != 1
        return GapRow(
            aspect=capfirst(str(ASPECTS[Aspect(gap.aspect)])),
            text=sentence(reason_of(gap.reason)),
            sites=_("all care sites") if everywhere else joined(gap.sites),
            owner=gap.owner,
            due_on=gap.due_on,
            is_late=self._is_late(gap),
        )

    def _is_late(self, gap: GapFigures) -> bool:
        return gap.due_on is not None and gap.due_on < self.figures.as_of

    # Lanes --------------------------------------------------------------------------------------

    @cached_property
    def lanes(self) -> list[LanePages]:
        found = {lane.pk: (site.name, lane) for site in self.figures.facts.sites for lane in site.lanes}
        return [self._lane(said, *found[said.id]) for said in self.figures.result.lanes if said.id in found]

    def _lane(self, said: LaneFigures, site: str, lane: LaneFacts) -> LanePages:
        facts = self.figures.facts
        hold = lane.shipper.hold if lane.shipper else None
        picture = None
        if lane.legs:
            chart = lane_picture(facts, lane, _budget(said), width=WIDTH)
            picture = Figure(chart.caption, chart.svg)
        parties = {party.pk: party.name for party in facts.parties}
        return LanePages(
            name=lane.name,
            site=site,
            shipper=lane.shipper.name if lane.shipper else "",
            ready=not said.blocking,
            blocking=said.blocking,
            total=hours_text(said.total),
            left="" if said.left is None else hours_text(said.left),
            is_late=said.left is not None and said.left < 0,
            in_shipper=hours_text(said.in_shipper),
            holds="" if hold is None else hours_text(hold),
            is_too_long=hold is not None and hold < said.in_shipper,
            after_a_miss="" if said.left_after_a_miss is None else hours_text(said.left_after_a_miss),
            packed_on=weekday_text(said.packed_on) if said.packed_on else "",
            picture=picture,
            hands=tuple(
                Hand(
                    each.leg.name,
                    parties.get(each.giver or 0, ""),
                    parties.get(each.taker or 0, ""),
                    _clock(each.leg.cut_off),
                    _clock(each.leg.departs),
                    hours_text(each.leg.minutes),
                    hours_text(each.leg.buffer) if each.leg.buffer else "",
                    _departure_days(each.leg, facts.packing.zone),
                )
                for each in lane.legs
            ),
        )

    # Decisions and proof ------------------------------------------------------------------------

    @cached_property
    def decisions(self) -> list[Decision]:
        return decisions_of(DistributionPlan(**asdict(self.figures.plan)))

    @property
    def verify_command(self) -> str:
        """What to type; no words, so the same in every language."""
        return f"manage.py verify_report {self.file_name}"

    @property
    def file_name(self) -> str:
        return file_name("distribution", self.figures.program.code, str(self.figures.as_of), made_as="pdf")

    @property
    def history_position(self) -> str:
        return number_text(self.figures.history.position)


def distribution_pages(inputs: str) -> DistributionPages:
    """The pages of a canonical JSON."""
    return DistributionPages(from_json(DistributionPaper, inputs), sha256_of(inputs))


def _budget(said: LaneFigures) -> TimeBudget:
    """The carried time budget, for the picture."""
    return TimeBudget(
        stretches=tuple(Stretch(Part(one.part), "", one.leg, one.start, one.end) for one in said.stretches),
        total=said.total,
        left=said.left,
        in_shipper=said.in_shipper,
        left_after_a_miss=said.left_after_a_miss,
    )


def _aspect_mark(said: AspectFigures) -> Mark:
    if not said.open:
        return Mark("good", _("Ready"))
    word = ngettext("%(count)s open", "%(count)s open", said.open) % {"count": number_text(said.open)}
    return Mark("bad" if said.blocking else "caution", word)


def _or_later(day: date) -> str:
    return _("%(day)s or later") % {"day": day_text(day)}


def _departure_days(leg: Leg, usual: str) -> str:
    """On which days a leg takes a shipment, and on whose clock if not the usual one; blank for any time."""
    if leg.cut_off is None:
        return ""
    days = weekdays_text([ORDER[day] for day in sorted(leg.table.weekdays)])
    zone = "" if leg.table.zone == usual else leg.table.zone.replace("_", " ")
    return ", ".join(part for part in (days, zone) if part)


def _clock(minute: int | None) -> str:
    """A minute of the day as hours and minutes."""
    if minute is None:
        return ""
    return f"{minute % MINUTES_OF_DAY // 60:02}:{minute % 60:02}"
