"""What the pages of the imports room show."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Count, Max, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.models import RegulatoryAction
from audits.sources import source_title
from common.numbers import number_text
from imports.models import HeldRow, ImportRun, NameMatch
from partners.models import Site, SiteAlias

SUGGESTED = 5
SAME_LETTER_DAYS = 3
FAINTLY_LIKE = 0.2


@dataclass(frozen=True)
class FirmWaiting:
    """A firm that a source names without FEI, with everything that waits for a decision about it."""

    firm_key: str
    firm_name: str
    rows: int
    gmp_rows: int
    kinds: str
    latest: dt.date | None

    @property
    def url(self) -> str:
        return f"{reverse('imports:firm-review')}?{urlencode({'firm': self.firm_key})}"


@dataclass(frozen=True)
class Suggestion:
    """A site that may be the firm. `same_letter`: it has a warning letter of about the same day."""

    site: Site
    likeness: float
    same_letter: bool


def imports_listed() -> QuerySet[ImportRun]:
    """All imports without the bytes of their files and details."""
    return ImportRun.objects.select_related("file", "requested_by").defer("file__content", "details")


def firms_waiting(text: str = "") -> list[FirmWaiting]:
    """Firms whose rows wait for a person, two queries."""
    found: dict[str, FirmWaiting] = {}
    wanted = Q(firm_key__contains=text) if text else Q()
    actions = (
        RegulatoryAction.objects.unmatched()
        .filter(wanted)
        .values("firm_key")
        .annotate(
            name=Min("firm_name"),
            rows=Count("pk"),
            gmp_rows=Count("pk", filter=Q(gmp="yes")),
            kinds=ArrayAgg("kind", distinct=True),
            latest=Max("happened_on"),
        )
    )
    labels = dict(RegulatoryAction.Kind.choices)
    for row in actions:
        found[row["firm_key"]] = FirmWaiting(
            firm_key=row["firm_key"],
            firm_name=row["name"],
            rows=row["rows"],
            gmp_rows=row["gmp_rows"],
            kinds=", ".join(str(labels[kind]) for kind in row["kinds"]),
            latest=row["latest"],
        )
    for firm in _firms_held(wanted):
        before = found.get(firm.firm_key)
        found[firm.firm_key] = firm if before is None else _together(before, firm)
    return list(found.values())


def _firms_held(wanted: Q) -> list[FirmWaiting]:
    held = (
        HeldRow.objects.filter(wanted, match_state="unmatched")
        .values("firm_key")
        .annotate(name=Min("firm_name"), rows=Count("pk"), sources=ArrayAgg("source", distinct=True))
        .annotate(latest=Max("happened_on"))
    )
    return [
        FirmWaiting(
            firm_key=row["firm_key"],
            firm_name=row["name"],
            rows=row["rows"],
            gmp_rows=0,
            kinds=", ".join(source_title(source) for source in row["sources"]),
            latest=row["latest"],
        )
        for row in held
    ]


def _together(one: FirmWaiting, other: FirmWaiting) -> FirmWaiting:
    return replace(
        one,
        rows=one.rows + other.rows,
        gmp_rows=one.gmp_rows + other.gmp_rows,
        kinds=f"{one.kinds}, {other.kinds}",
        latest=max(filter(None, [one.latest, other.latest]), default=None),
    )


def firms_to_count(*, relevant: bool = False) -> QuerySet[Any, Any]:
    """A row for each firm that waits; `relevant` leaves out those named only for other subjects."""
    actions = RegulatoryAction.objects.unmatched().values("firm_key").distinct()
    if relevant:
        actions = actions.exclude(gmp="no")
    held = HeldRow.objects.filter(match_state="unmatched").values("firm_key").distinct()
    return actions.union(held)


def firm_rows(firm_key: str) -> list[dict[str, Any]]:
    """What the sources say of a firm that waits: date, what, subject, source."""
    actions = RegulatoryAction.objects.unmatched().filter(firm_key=firm_key).order_by("-happened_on")
    held = HeldRow.objects.filter(firm_key=firm_key, match_state="unmatched").order_by("-happened_on")
    rows = [
        {
            "date": action.happened_on,
            "what": action.get_kind_display(),
            "subject": action.title,
            "by": action.issued_by,
            "source": source_title(action.source),
            "firm": action.firm_name,
        }
        for action in actions
    ]
    rows += [
        {
            "date": row.happened_on,
            "what": row.values.get("classification") or row.values.get("regulation", ""),
            "subject": row.covered_type,
            "by": "",
            "source": source_title(row.source),
            "firm": row.firm_name,
        }
        for row in held
    ]
    return rows


def sites_suggested(firm_key: str, text: str = "") -> list[Suggestion]:
    """Sites whose name or alias is close to the firm's, those with a letter of the same day first.

    With `text` the person looks for another name or an FEI.
    """
    wanted = text.strip().lower() or firm_key
    likeness: dict[int, float] = {}
    like = TrigramSimilarity("name_key", wanted)
    by_name = Site.objects.filter(name_key__trigram_similar=wanted).annotate(likeness=like)
    by_alias = SiteAlias.objects.filter(name_key__trigram_similar=wanted).annotate(likeness=like)
    names = by_name.order_by("-likeness").values_list("pk", "likeness")[: SUGGESTED * 2]
    aliases = by_alias.order_by("-likeness").values_list("site_id", "likeness")[: SUGGESTED * 2]
    for site_id, value in [*names, *aliases]:
        likeness[site_id] = max(value, likeness.get(site_id, 0.0))
    if text.strip().isdigit():
        likeness |= dict.fromkeys(Site.objects.filter(fei=text.strip()).values_list("pk", flat=True), 1.0)
    # A letter may name the group while the agency's dashboard names the plant: look at the day as well.
    letters = _sites_with_letter(firm_key)
    near = Site.objects.filter(pk__in=letters).annotate(
        likeness=like, by_word=TrigramWordSimilarity(wanted, "name_key")
    )
    for site_id, value, by_word in near.values_list("pk", "likeness", "by_word"):
        if max(value, by_word) >= FAINTLY_LIKE:
            likeness[site_id] = max(value, likeness.get(site_id, 0.0))
    sites = Site.objects.filter(pk__in=likeness).select_related("organization")
    found = [Suggestion(site, likeness[site.pk], site.pk in letters) for site in sites]
    found.sort(key=lambda each: (not each.same_letter, -each.likeness, each.site.pk))
    return found[:SUGGESTED]


def _sites_with_letter(firm_key: str) -> set[int]:
    """Sites with a warning letter on record within a few days of one that waits under this name."""
    days = RegulatoryAction.objects.filter(firm_key=firm_key, kind="warning_letter", site=None)
    near = Q(pk__in=[])
    margin = dt.timedelta(days=SAME_LETTER_DAYS)
    for day in days.values_list("happened_on", flat=True):
        if day is not None:
            near |= Q(happened_on__range=(day - margin, day + margin))
    letters = RegulatoryAction.objects.filter(near, site__isnull=False, kind="warning_letter")
    return {site_id for site_id in letters.values_list("site_id", flat=True) if site_id}


def decisions_listed() -> QuerySet[NameMatch]:
    """What people decided about firms."""
    return NameMatch.objects.select_related("site", "decided_by")


def run_figures(run: ImportRun) -> list[dict[str, Any]]:
    """The counts of a run as the page shows them."""
    more = run.more
    return [
        {"label": _("New"), "value": run.created, "note": _sites_note(more)},
        {"label": _("Changed"), "value": run.updated, "note": _noted(_("%(n)s moved"), more, "readdressed")},
        {
            "label": _("Unchanged"),
            "value": run.unchanged,
            "note": _noted(_("%(n)s told otherwise by a newer file"), more, "older"),
        },
        {
            "label": _("Gone"),
            "value": run.missing,
            "note": _("reported, never deleted") if run.missing else "",
        },
        {"label": _("Without site"), "value": run.unmatched, "note": ""},
        {
            "label": _("Rejected"),
            "value": run.rejected,
            "note": _noted(_("%(n)s repeat another row"), more, "duplicates"),
        },
    ]


def undone_figures(run: ImportRun) -> list[dict[str, Any]]:
    """What undoing a run did; empty when it is not undone."""
    if run.state != ImportRun.State.UNDONE:
        return []
    done = run.undo_found
    return [
        {"label": _("Rows removed"), "value": done["rows_removed"], "note": ""},
        {"label": _("Rows as before"), "value": done["rows_restored"], "note": ""},
        {
            "label": _("Sites removed"),
            "value": done["sites_removed"],
            "note": _noted(_("%(n)s stay, other imports are about them"), done, "sites_kept"),
        },
        {"label": _("Organizations removed"), "value": done["organizations_removed"], "note": ""},
    ]


def _noted(text: str, more: dict[str, Any], key: str) -> str:
    return text % {"n": number_text(more[key])} if more.get(key) else ""


def _sites_note(more: dict[str, Any]) -> str:
    if not more.get("sites_created"):
        return ""
    return _("with %(sites)s new sites of %(organizations)s organizations") % {
        "sites": number_text(more["sites_created"]),
        "organizations": number_text(more["organizations_created"]),
    }
