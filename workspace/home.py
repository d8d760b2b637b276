"""What the start page shows: programs in flight, what waits for a person, what was made lately."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import UserPolicy
from audits.capas.policies import CapaPolicy
from audits.capas.selectors import capas_listed, due_within_a_week, late_ones
from audits.models import Audit
from audits.policies import AuditPolicy
from audits.portal.selectors import requests_to_review, responses_to_review
from audits.waiting import findings_unanswered, reports_to_approve
from common.counting import counts_of
from imports.models import ImportRun
from imports.policies import ImportPolicy
from imports.selectors import firms_to_count, imports_listed
from logistics.due import late_rows, own_rows
from logistics.policies import PlanPolicy
from partners.models import Organization, Site
from partners.policies import OrganizationPolicy
from partners.selectors import sites_to_requalify, unclassified
from programs.models import Program
from programs.selectors import programs_listed
from reports.models import Report
from reports.selectors import reports_listed
from scorecards.decisions.selectors import DecisionLine, awaiting_signature, decisions_standing
from scorecards.engine.exact import SCORE_UNITS
from scorecards.exceptions.selectors import exceptions_awaiting
from scorecards.models import EvaluationRun
from scorecards.panels.selectors import panels_to_close, panels_to_moderate, seats_to_score
from workspace.news import sites_with_news

NEWS_DAYS = 30
MOST_PROGRAMS = 12
MOST_RECENT = 6


@dataclass(frozen=True, slots=True)
class Leader:
    """Who came first in the latest frozen evaluation. Scores from 0 to 100, completeness from 0 to 1."""

    name: str
    lower: float
    upper: float
    completeness: float
    frozen_at: datetime


@dataclass(frozen=True, slots=True)
class InFlight:
    """A program with what is decided on it, and its latest frozen leader; none before anything is frozen."""

    program: Program
    candidates: int
    leader: Leader | None
    decisions: tuple[DecisionLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for a person: how many, what, why, and where."""

    count: int
    label: str | Promise
    why: str | Promise
    url: str


def programs_in_flight(user: User) -> list[InFlight]:
    """The person's programs, latest changes first. Five queries."""
    rows = programs_listed(user).prefetch_related("packages")
    programs = list(rows.order_by("-updated_at", "code")[:MOST_PROGRAMS])
    leaders, decisions = _leaders(programs), decisions_standing(programs)
    return [
        InFlight(
            program,
            getattr(program, "candidate_count", 0),
            leaders.get(program.pk),
            tuple(decisions.get(program.pk, ())),
        )
        for program in programs
    ]


def _leaders(programs: list[Program]) -> dict[int, Leader]:
    runs = (
        EvaluationRun.objects.filter(scorecard__work_package__program__in=programs)
        .order_by("scorecard__work_package__program", "-frozen_at", "-pk")
        .distinct("scorecard__work_package__program")
        .values_list("scorecard__work_package__program", "frozen_at", "result__candidates")
    )
    first = {
        program_id: (frozen_at, row)
        for program_id, frozen_at, candidates in runs
        if (row := _first_ranked(candidates or []))
    }
    site_ids = [row["site_id"] for _frozen_at, row in first.values()]
    names = dict(Site.objects.filter(pk__in=site_ids).values_list("pk", "name")) if site_ids else {}
    return {
        program_id: _leader(row, names.get(row["site_id"], ""), frozen_at)
        for program_id, (frozen_at, row) in first.items()
    }


def _first_ranked(candidates: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    ranked = [row for row in candidates if row["rank"] is not None]
    return min(ranked, key=lambda row: int(row["rank"]), default=None)


def _leader(row: dict[str, Any], name: str, frozen_at: datetime) -> Leader:
    lower, upper = int(row["exact_score"]), int(row["exact_score_upper"])
    return Leader(
        name=name,
        lower=lower / SCORE_UNITS,
        upper=upper / SCORE_UNITS,
        completeness=1 - (upper - lower) / (100 * SCORE_UNITS),
        frozen_at=frozen_at,
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that waits: a row for each, and how the page puts it."""

    rows: QuerySet[Any, Any]
    label: str | Promise
    why: str | Promise
    url: str


def waiting_for(user: User) -> list[Waiting]:
    """What this person's role can settle; only what there is some of. One query."""
    kinds = [
        *(*_panels(user), *_audits(user), *_answers(user), *_capas(user), *_plans(user)),
        *(*_imports(user), *_news(user)),
        *(*_organizations(user), *_people(user)),
    ]
    counts = counts_of([kind.rows for kind in kinds])
    return [
        Waiting(count, kind.label, kind.why, kind.url)
        for kind, count in zip(kinds, counts, strict=True)
        if count
    ]


def _people(user: User) -> list[Kind]:
    """A first administrator is told where the others come from, until there is one more person."""
    if not UserPolicy.change.allows(user):
        return []
    others = User.objects.filter(is_active=True).exclude(pk=user.pk)
    return [
        Kind(
            User.objects.filter(pk=user.pk).exclude(Exists(others)),
            _("Add the people who work here"),
            _("You are the only one. Each chooses a password by a link of their own."),
            reverse("people:person-create"),
        )
    ]


def _organizations(user: User) -> list[Kind]:
    """Those that nobody has said what they are."""
    if not OrganizationPolicy.change.allows(user):
        return []
    query = urlencode({"kind": Organization.Kind.UNCLASSIFIED})
    return [
        Kind(
            unclassified(),
            _("Organizations to classify"),
            _("Imports do not say who makes medicines for others. They stay hidden until you do."),
            f"{reverse('workspace:directory')}?{query}",
        )
    ]


def _news(user: User) -> list[Kind]:
    """Sites that one watches and that an authority published something about."""
    return [
        Kind(
            sites_with_news(user, NEWS_DAYS),
            _("Sites in the news"),
            _("An authority published something about them in the last 30 days."),
            f"{reverse('workspace:news')}?{urlencode({'days': NEWS_DAYS})}",
        )
    ]


def _panels(user: User) -> list[Kind]:
    """Scores to give, panels to bring to agreement, decisions and exceptions to sign."""
    address = reverse("scoring:work")
    return [
        Kind(
            seats_to_score(user),
            _("Panels to score"),
            _("Your scores are asked for. Nobody sees them before the panel closes."),
            address,
        ),
        Kind(
            panels_to_close(user),
            _("Panels to close"),
            _("Everybody has handed in their scores."),
            address,
        ),
        Kind(
            panels_to_moderate(user),
            _("Panels to moderate"),
            _("They have closed. See where the assessors differ and agree on each value."),
            address,
        ),
        Kind(
            awaiting_signature(user),
            _("Decisions to sign"),
            _("They take effect when their author and an approver have signed."),
            address,
        ),
        Kind(
            exceptions_awaiting(user),
            _("Exceptions to floors to sign"),
            _("A candidate stays excluded until their author and an approver have signed."),
            address,
        ),
    ]


def _audits(user: User) -> list[Kind]:
    """Reports to approve, findings that a site owes an answer, standings that end."""
    if not AuditPolicy.change.allows(user):
        return []
    today = timezone.localdate()
    return [
        Kind(
            reports_to_approve(user),
            _("Audit reports to approve"),
            _("Their author has signed. The approval of another person issues them."),
            f"{reverse('audits:audit-list')}?{urlencode({'state': Audit.State.IN_PROGRESS})}",
        ),
        Kind(
            findings_unanswered(today),
            _("Findings that a site has not answered in time"),
            _("Their day has passed. Remind the contact, or invite another one from the audit."),
            f"{reverse('audits:audit-list')}?{urlencode({'answers': 'late'})}",
        ),
        Kind(
            sites_to_requalify(user, today),
            _("Sites to requalify"),
            _("Their standing has ended, or ends within 90 days."),
            reverse("audits:risk"),
        ),
    ]


def _answers(user: User) -> list[Kind]:
    """What partners have answered and nobody has reviewed yet."""
    return [
        Kind(
            responses_to_review(user),
            _("Answers to findings to review"),
            _("Accept each, or return it with a note of what is missing."),
            reverse("questionnaires:responses"),
        ),
        Kind(
            requests_to_review(user),
            _("Questionnaires to review"),
            _("They were submitted. Accepted answers become evidence."),
            reverse("questionnaires:requests"),
        ),
    ]


def _capas(user: User) -> list[Kind]:
    """Late CAPAs, and those with something due this week, for whoever drives them."""
    if not CapaPolicy.change.allows(user):
        return []
    today, rows, address = timezone.localdate(), capas_listed(user), reverse("capas:list")
    return [
        Kind(
            late_ones(rows, today),
            _("CAPAs late"),
            _("An implementation, an action or an effectiveness check."),
            f"{address}?{urlencode({'due': 'late'})}",
        ),
        Kind(
            due_within_a_week(rows, today),
            _("CAPAs due within a week"),
            _("Finish what is due, or ask for more time before."),
            f"{address}?{urlencode({'due': 'week'})}",
        ),
    ]


def _plans(user: User) -> list[Kind]:
    """Points of distribution plans: a person's own, and for whoever may change them those that are late."""
    today = timezone.localdate()
    mine = Kind(
        own_rows(user, today),
        _("My open points of distribution plans"),
        _("You are named for them, and they are not finished."),
        reverse("distribution:mine"),
    )
    if not PlanPolicy.change.allows(user):
        return [mine]
    return [
        mine,
        Kind(
            late_rows(user, today),
            _("Late points of distribution plans"),
            _("Their day has passed, and they are not finished."),
            reverse("distribution:late"),
        ),
    ]


def _imports(user: User) -> list[Kind]:
    if not ImportPolicy.change.allows(user):
        return []
    return [
        Kind(
            firms_to_count(),
            _("Firms to match with a site"),
            _("Their records name no FEI. They count for no site until you say which one they are."),
            reverse("imports:firm-list"),
        ),
        Kind(
            ImportRun.objects.filter(requested_by=user, state=ImportRun.State.READY),
            _("Imports to save"),
            _("Their files were checked. Nothing of them is saved until you say so."),
            reverse("imports:import-list"),
        ),
    ]


def recent_imports() -> list[ImportRun]:
    """The latest imports, whoever asked for them. One query."""
    return list(imports_listed().order_by("-pk")[:MOST_RECENT])


def recent_reports(user: User) -> list[Report]:
    """The latest reports of the person's programs, made or being made. One query."""
    return list(reports_listed(user).order_by("-requested_at", "-pk")[:MOST_RECENT])
