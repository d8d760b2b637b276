"""CAPAs as the board, the list, the calendar and the home page show them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, Exists, F, OuterRef, Q, When
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from audits.auditing.calendar import CalendarEntry, CalendarMonth, days_of_month, month_with
from audits.auditing.severity import severity_tone
from audits.capas.querysets import CLOSED, CapaQuerySet
from audits.capas.steps import Step, steps_from
from audits.models import Capa, CapaAction, CapaExtension, Invitation

S = Capa.State
CHECKED_NEXT = (S.IMPLEMENTED, S.EFFECTIVENESS_DUE)
COLUMNS = (S.OPEN, S.INVESTIGATION, S.PLAN_APPROVED, S.IMPLEMENTING, S.IMPLEMENTED, S.EFFECTIVENESS_DUE)
CLOSED_SHOWN = 8
STATE_TONES = {
    S.OPEN: "neutral",
    S.INVESTIGATION: "info",
    S.PLAN_APPROVED: "info",
    S.IMPLEMENTING: "info",
    S.IMPLEMENTED: "info",
    S.EFFECTIVENESS_DUE: "caution",
    S.CLOSED_EFFECTIVE: "good",
    S.CLOSED_INEFFECTIVE: "bad",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One CAPA on the board. `due_on` is what is due next: the implementation, then the check."""

    capa: Capa
    tone: str
    due_on: date | None
    late: bool
    what_is_due: str
    steps: tuple[Step, ...]
    waits_for_extension: bool


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One state with its cards, the most urgent first; `total` counts closed ones that are not shown, too."""

    state: str
    label: str
    cards: tuple[Card, ...]
    total: int


def capas_listed(user: User) -> CapaQuerySet:
    """Every CAPA the person may see, with what a row shows."""
    return (
        Capa.objects.visible_to(user)
        .select_related("site", "owner", "finding__audit", "parent")
        .annotate(
            open_actions=Count("actions", filter=Q(actions__done_on__isnull=True), distinct=True),
            all_actions=Count("actions", distinct=True),
            # As `next_due`: closed ones have none and come last.
            next_due_on=Case(
                When(state__in=CLOSED, then=None),
                When(state__in=CHECKED_NEXT, then=F("check_due_on")),
                default=F("due_on"),
            ),
            asks_time=Exists(
                CapaExtension.objects.filter(capa=OuterRef("pk"), state=CapaExtension.State.REQUESTED)
            ),
        )
    )


def children_of() -> ArraySubquery:
    """The CAPAs that follow one, as a column of its own row: key, number and state."""
    rows = Capa.objects.filter(parent=OuterRef("pk")).order_by("pk")
    return ArraySubquery(rows.values(told=JSONObject(pk="pk", number="number", state="state")))


def contacts_of() -> ArraySubquery:
    """The contacts whose open invitations show a CAPA, as a column of its own row: key and name."""
    rows = Invitation.objects.open_at(timezone.now()).filter(capas=OuterRef("pk"), site=OuterRef("site"))
    return ArraySubquery(rows.order_by("name", "pk").values(told=JSONObject(pk="pk", name="name")))


def next_due(capa: Capa) -> date | None:
    """What is due next: the implementation, then the effectiveness check, then nothing."""
    if capa.is_closed:
        return None
    return capa.check_due_on if capa.state in CHECKED_NEXT else capa.due_on


def card_of(capa: Capa, user: User, today: date) -> Card:
    """A CAPA as a card, with the steps this person's role makes."""
    due_on = next_due(capa)
    steps = tuple(step for step in steps_from(capa.state) if step.permission.allows(user))
    return Card(
        capa=capa,
        tone=severity_tone(capa.severity),
        due_on=due_on,
        late=due_on is not None and due_on < today,
        what_is_due=_("check") if capa.state in CHECKED_NEXT else _("due"),
        steps=steps,
        waits_for_extension=bool(getattr(capa, "asks_time", False)),
    )


def board_of(capas: CapaQuerySet, user: User, today: date) -> list[BoardColumn]:
    """The board: a column for each state, closed ones in a last column. Two queries."""
    by_state: dict[str, list[Card]] = defaultdict(list)
    for capa in capas.unfinished():
        by_state[capa.state].append(card_of(capa, user, today))
    columns = []
    for state in COLUMNS:
        cards = sorted(by_state[state], key=lambda card: (card.due_on or date.max, card.capa.pk))
        columns.append(BoardColumn(state, str(state.label), tuple(cards), len(cards)))
    ended = list(capas.filter(closed_on__isnull=False).order_by("-closed_on", "-pk")[: CLOSED_SHOWN + 50])
    closed = tuple(card_of(capa, user, today) for capa in ended[:CLOSED_SHOWN])
    return [*columns, BoardColumn("closed", pgettext("CAPA", "closed"), closed, len(ended))]


def capa_month(*, user: User, first: date, today: date) -> CalendarMonth:
    """What is due in a month: implementations, actions and effectiveness checks. Two queries."""
    days = days_of_month(first)
    entries: dict[date, list[CalendarEntry]] = defaultdict(list)
    within = (days[0], days[-1])
    due = Q(due_on__range=within) | Q(check_due_on__range=within)
    capas = Capa.objects.visible_to(user).unfinished().filter(due).select_related("site").order_by("pk")
    for capa in capas:
        day = next_due(capa)
        if day is None or not within[0] <= day <= within[1]:
            continue
        what = _("effectiveness check") if capa.state in CHECKED_NEXT else _("implementation")
        entries[day].append(_entry(capa, f"{what} · {capa.site.name}", day, today))
    actions = (
        CapaAction.objects.visible_to(user)
        .undone()
        .filter(due_on__range=within)
        .select_related("capa__site")
        .order_by("pk")
    )
    for action in actions:
        detail = f"{action.get_kind_display()} · {action.description[:60]}"
        entries[action.due_on].append(_entry(action.capa, detail, action.due_on, today))
    return month_with(entries, first=first, today=today)


def _entry(capa: Capa, detail: str, day: date, today: date) -> CalendarEntry:
    tone = "bad" if day < today else "caution" if day <= today + timedelta(days=7) else "neutral"
    return CalendarEntry(capa.number, detail, tone, capa.get_absolute_url())


def late_ones(capas: CapaQuerySet, today: date) -> CapaQuerySet:
    """Of listed CAPAs those with something past its day: the implementation, the check or an action."""
    action = CapaAction.objects.filter(capa=OuterRef("pk"), done_on__isnull=True, due_on__lt=today)
    return capas.unfinished().filter(Q(next_due_on__lt=today) | Exists(action))


def due_within_a_week(capas: CapaQuerySet, today: date) -> CapaQuerySet:
    """Of listed CAPAs those with something due from today until the same day next week."""
    days = (today, today + timedelta(days=7))
    action = CapaAction.objects.filter(capa=OuterRef("pk"), done_on__isnull=True, due_on__range=days)
    return capas.unfinished().filter(Q(next_due_on__range=days) | Exists(action))


def capas_of_site(site_id: int, user: User) -> CapaQuerySet:
    """The CAPAs of one site, open ones first by due date, then the latest closed. One query."""
    rows = capas_listed(user).filter(site=site_id)
    return rows.order_by("next_due_on", "-closed_on", "pk")  # type: ignore[misc]  # annotated above
