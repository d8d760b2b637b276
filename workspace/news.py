"""What authorities published lately about the sites that a person watches.

Nobody has to subscribe: one watches the candidates of one's programs, and quality watches every site that
is qualified. Beside these one watches whatever one chooses. A record is news when it was published within the
period; one that reached us later counts from the day we got it, unless it was published long before, so that
a first import of ten years is no flood.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from audits.models import Inspection, RegulatoryAction
from partners.models import Site, SiteWatch
from programs.models import Candidate, Program
from workspace.outcomes import outcome_tone, outcome_word

PERIODS = (30, 90, 365)
USUAL_PERIOD = 90
LATE_AT_MOST = timedelta(days=90)
WATCHED_BY_QUALITY = (Site.Standing.QUALIFIED, Site.Standing.CONDITIONAL)
Kind = RegulatoryAction.Kind
GRAVE = (Kind.WARNING_LETTER, Kind.INJUNCTION, Kind.SEIZURE, Kind.IMPORT_ALERT, Kind.NON_COMPLIANCE)


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One record, or several that are one event: an inspection over project areas, a recall over products.

    `subject` is in the words of the source where `is_foreign`, hence in English. `programs` are codes of the
    person's own programs of which the site is a candidate; `by_hand` says that they chose to watch it.
    """

    site_id: int
    site: str
    organization: str
    word: str
    tone: str
    subject: str
    is_foreign: bool
    happened_on: date | None
    known_on: date
    recorded_at: datetime
    programs: tuple[str, ...]
    by_hand: bool

    @property
    def is_grave(self) -> bool:
        return self.tone == "bad"

    @property
    def url(self) -> str:
        return reverse("workspace:site-regulatory", args=[self.site_id])


def watched_sites(user: User) -> QuerySet[Site]:
    """Candidates in play of the person's programs, what they chose; for quality, every qualified site too."""
    watched = Q(pk__in=_candidates(user).values("site")) | Q(pk__in=_chosen(user).values("site"))
    if user.role == Role.QA:
        watched |= Q(standing__in=WATCHED_BY_QUALITY)
    return Site.objects.visible_to(user).filter(watched)


def sites_with_news(user: User, days: int) -> QuerySet[Site]:
    """The sites that one watches and that something was published about lately."""
    since = timezone.localdate() - timedelta(days=days)
    sites = watched_sites(user)
    # Asked for each site that is watched, by its first record rather than by EXISTS: that the planner may
    # turn into a list of all sites that have news, and then goes through every record of everybody.
    inspected, acted = (
        Subquery(rows.filter(site=OuterRef("pk")).values("pk")[:1]) for rows in _records(since)
    )
    told = Q(inspected__isnull=False) | Q(acted__isnull=False)
    return sites.alias(inspected=inspected, acted=acted).filter(told)


def news_of(user: User, since: date, came_in: tuple[datetime, datetime] | None = None) -> list[NewsItem]:
    """News of the sites that a person watches, latest first. Four queries.

    `came_in`: only what was recorded after the first moment and up to the second.
    """
    codes = candidate_codes(user)
    chosen = set(_chosen(user).values_list("site", flat=True))
    sites = watched_sites(user).values("pk")
    inspections, actions = _records(since)
    if came_in:
        within = Q(recorded_at__gt=came_in[0], recorded_at__lte=came_in[1])
        inspections, actions = inspections.filter(within), actions.filter(within)
    latest = ("-known_on", "-pk")
    records: Iterator[Inspection | RegulatoryAction] = chain(
        inspections.filter(site__in=sites).select_related("site__organization").order_by(*latest),
        actions.filter(site__in=sites).select_related("site__organization").order_by(*latest),
    )
    items: dict[tuple[object, ...], NewsItem] = {}
    for record in records:
        # The first of several that are one event stands for all of them.
        items.setdefault(_event(record), _item(record, codes, chosen))
    return sorted(items.values(), key=lambda item: (item.known_on, item.recorded_at), reverse=True)


def _event(record: Inspection | RegulatoryAction) -> tuple[object, ...]:
    """An inspection has a row for each project area, a recall one for each product."""
    if isinstance(record, Inspection):
        number = record.inspection_number or record.happened_on
        return "inspection", record.site_id, record.authority, number, record.classification
    return "action", record.site_id, record.kind, record.event_key or record.pk


def _item(
    record: Inspection | RegulatoryAction, codes: Mapping[int, Sequence[str]], chosen: Container[int]
) -> NewsItem:
    site = record.site
    assert site is not None
    assert record.known_on is not None
    if isinstance(record, Inspection):
        word, tone, subject = (
            _inspected(record),
            outcome_tone(record.classification),
            record.inspection_number,
        )
    else:
        word, tone, subject = _done(record), _action_tone(record), record.title or record.reference
    return NewsItem(
        site_id=site.pk,
        site=site.name,
        organization=site.organization.legal_name,
        word=word,
        tone=tone,
        subject=subject,
        is_foreign=bool(record.source),
        happened_on=record.happened_on,
        known_on=record.known_on,
        recorded_at=record.recorded_at,
        programs=tuple(codes.get(site.pk, ())),
        by_hand=site.pk in chosen,
    )


def _inspected(record: Inspection) -> str:
    return _("inspection: %(outcome)s") % {"outcome": outcome_word(record.classification)}


def _done(record: RegulatoryAction) -> str:
    kind = str(record.get_kind_display())
    return f"{kind}, {record.get_recall_class_display()}" if record.recall_class else kind


def _action_tone(record: RegulatoryAction) -> str:
    """A letter on another subject than GMP is no alarm, nor is a closeout."""
    if record.kind == Kind.CLOSEOUT:
        return "good"
    grave = record.kind in GRAVE or record.recall_class == RegulatoryAction.RecallClass.CLASS_1
    return "bad" if grave and record.gmp != RegulatoryAction.Gmp.NO else "caution"


def candidate_codes(user: User, site: Site | None = None) -> dict[int, list[str]]:
    """Codes of the person's programs by the sites that are candidates there. One query."""
    codes: dict[int, list[str]] = defaultdict(list)
    rows = _candidates(user) if site is None else _candidates(user).filter(site=site)
    named = rows.order_by("work_package__program__code").values_list("site", "work_package__program__code")
    for site_id, code in named.distinct():
        codes[site_id].append(code)
    return dict(codes)


def _chosen(user: User) -> QuerySet[SiteWatch]:
    return SiteWatch.objects.filter(user=user)


def _candidates(user: User) -> QuerySet[Candidate]:
    programs = Program.objects.visible_to(user)
    return Candidate.objects.filter(work_package__program__in=programs).exclude(
        stage=Candidate.Stage.DECLINED
    )


def _records(since: date) -> tuple[QuerySet[Inspection], QuerySet[RegulatoryAction]]:
    start = timezone.make_aware(datetime.combine(since, time.min))
    recent = Q(known_on__gte=since) | Q(recorded_at__gte=start, known_on__gte=since - LATE_AT_MOST)
    return (
        Inspection.objects.filter(recent, is_drug_gmp=True),
        RegulatoryAction.objects.filter(recent, site__isnull=False),
    )
