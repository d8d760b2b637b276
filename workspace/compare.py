"""Up to six sites side by side, line by line, with what differs marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audits.models import Audit, Capa, Inspection, RegulatoryAction
from common.numbers import day_text, number_text
from partners.models import (
    Capability,
    Capacity,
    Certificate,
    Contact,
    Disruption,
    FinancialYear,
    PpqCampaign,
    Service,
    Site,
    TechTransfer,
)
from partners.selectors import country_name
from partners.templatetags.partner_badges import batch_words
from partners.vocabulary import amount_unit
from workspace.outcomes import expired_word

MOST_COMPARED = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One thing, as each site has it."""

    label: str
    cells: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Not the same for all of them."""
        return len(set(self.cells)) > 1


@dataclass(frozen=True, slots=True)
class Block:
    """Lines under one heading."""

    title: str
    lines: tuple[Line, ...]


def asked_ids(params: QueryDict) -> list[int]:
    """The sites that an address names, each once, six at most; what is no number is passed over."""
    named = ",".join([*params.getlist("compare"), *params.getlist("site")]).split(",")
    found = dict.fromkeys(int(word) for word in named if word.isascii() and word.isdigit() and len(word) < 19)
    return list(found)[:MOST_COMPARED]


def comparison(sites: Sequence[Site]) -> list[Block]:
    """The blocks of a comparison; a fixed number of queries, one for each kind of record."""
    ids = [site.pk for site in sites]
    return [
        Block(str(_("Site")), tuple(_about(sites))),
        Block(str(_("What it makes")), tuple(_capabilities(ids))),
        Block(str(_("Capacity and services")), tuple(_capacity(ids))),
        Block(str(_("Regulatory record")), tuple(_regulatory(ids))),
        Block(str(_("Quality and track record")), tuple(_track(ids))),
        Block(str(_("People and finance")), tuple(_finance(sites, ids))),
    ]


def _line(label: str | Promise, cells: Iterable[object]) -> Line:
    return Line(str(label), tuple(str(cell) if cell not in (None, "") else "" for cell in cells))


def _about(sites: Sequence[Site]) -> Iterable[Line]:
    rows: list[tuple[str | Promise, Callable[[Site], object]]] = [
        (_("Organization"), lambda site: site.organization.legal_name),
        (_("Kind"), lambda site: site.organization.get_kind_display()),
        (_("City"), lambda site: site.city),
        (_("Country"), lambda site: country_name(str(site.country or ""))),
        (_("FEI"), lambda site: site.fei),
        (_("Standing"), lambda site: site.get_standing_display()),
        (
            _("Standing valid until"),
            lambda site: day_text(site.standing_valid_until) if site.standing_valid_until else "",
        ),
    ]
    for label, read in rows:
        yield _line(label, [read(site) for site in sites])


def _capabilities(ids: list[int]) -> Iterable[Line]:
    rows: dict[int, list[Capability]] = {site: [] for site in ids}
    for row in Capability.objects.current().filter(site__in=ids).order_by("modality", "id"):
        rows[row.site_id].append(row)

    def joined(read: Callable[[Capability], Iterable[str]]) -> list[str]:
        return [_words(word for row in rows[site] for word in read(row)) for site in ids]

    today = timezone.localdate()

    def in_force(read: Callable[[Capability], str]) -> list[str]:
        return [_dated_words(rows[site], read, today) for site in ids]

    yield _line(_("Modalities"), in_force(lambda row: row.get_modality_display()))
    yield _line(_("Dosage forms"), in_force(lambda row: row.get_dosage_form_display()))
    yield _line(_("Routes"), joined(lambda row: [row.get_route_display()] if row.route else []))
    yield _line(_("Operations"), joined(lambda row: [row.get_operation_display()]))
    yield _line(_("Proven batch"), joined(lambda row: [batch_words(row)] if row.batch_max else []))
    yield _line(
        _("Batches made"),
        [_figure(sum(row.batches_made or 0 for row in rows[site])) if rows[site] else "" for site in ids],
    )
    yield _line(_("Stated limits"), joined(lambda row: [row.stated_limits] if row.stated_limits else []))
    yield _line(_("Strength of evidence"), joined(lambda row: [row.get_strength_display()]))


def _capacity(ids: list[int]) -> Iterable[Line]:
    rows = list(Capacity.objects.current().filter(site__in=ids).order_by("year", "line"))
    years = sorted({row.year for row in rows})[:3]
    for year in years:
        yield _line(
            _("Free capacity %(year)s") % {"year": year},
            [
                _words(
                    f"{number_text(free)} {amount_unit(row.unit, free)}"
                    for row in rows
                    if row.site_id == site and row.year == year
                    for free in (row.total - (row.committed or 0),)
                )
                for site in ids
            ],
        )
    services: dict[int, list[str]] = {site: [] for site in ids}
    for service in Service.objects.current().filter(site__in=ids, in_house=True).order_by("kind"):
        services[service.site_id].append(service.get_kind_display())
    yield _line(_("Services in house"), [_words(services[site]) for site in ids])


def _regulatory(ids: list[int]) -> Iterable[Line]:
    visits = _counted(Inspection.objects.filter(site__in=ids).values_list("site").annotate(Count("pk")))
    latest: dict[int, Inspection] = {}
    for row in (
        Inspection.objects.filter(site__in=ids, happened_on__isnull=False)
        .order_by("site_id", "-happened_on")
        .distinct("site_id")
        .only("site_id", "happened_on", "classification")
    ):
        latest[row.site_id] = row
    actions = RegulatoryAction.objects.filter(site__in=ids).values_list("site", "kind").annotate(Count("pk"))
    by_kind = {(site, kind): total for site, kind, total in actions}
    kinds = RegulatoryAction.Kind
    yield _line(_("Inspections"), [_figure(visits.get(site, 0)) for site in ids])
    yield _line(
        _("Last outcome"),
        [
            f"{latest[site].get_classification_display()} · {day_text(latest[site].happened_on)}"
            if site in latest
            else ""
            for site in ids
        ],
    )
    for kind, label in (
        (kinds.FORM_483, _("Form 483s")),
        (kinds.WARNING_LETTER, _("Warning letters")),
        (kinds.RECALL, _("Recalled products")),
    ):
        yield _line(label, [_figure(by_kind.get((site, kind), 0)) for site in ids])
    certificates: dict[int, list[str]] = {site: [] for site in ids}
    for row in Certificate.objects.current().filter(site__in=ids).order_by("kind"):
        until = f" ({day_text(row.expires_on)})" if row.expires_on else ""
        certificates[row.site_id].append(f"{row.get_kind_display()}{until}")
    yield _line(_("Certificates"), [_words(certificates[site]) for site in ids])


def _track(ids: list[int]) -> Iterable[Line]:
    audits = dict(
        Audit.objects.filter(site__in=ids)
        .exclude(state="cancelled")
        .values_list("site")
        .annotate(Max("starts_on"))
    )
    open_capas = _counted(
        Capa.objects.filter(site__in=ids)
        .exclude(state__startswith="closed")
        .values_list("site")
        .annotate(Count("pk"))
    )
    yield _line(_("Last audit"), [day_text(day) if (day := audits.get(site)) else "" for site in ids])
    yield _line(_("Open CAPAs"), [_figure(open_capas.get(site, 0)) for site in ids])
    for model, label in (
        (TechTransfer, _("Technology transfers")),
        (PpqCampaign, _("PPQ campaigns")),
        (Disruption, _("Disruptions")),
    ):
        rows = model.objects.current().filter(site__in=ids).values_list("site").annotate(Count("pk"))
        totals = _counted(rows)
        yield _line(label, [_figure(totals.get(site, 0)) for site in ids])


def _finance(sites: Sequence[Site], ids: list[int]) -> Iterable[Line]:
    managers: dict[int, list[str]] = {site: [] for site in ids}
    for row in Contact.objects.current().filter(site__in=ids, function=Contact.Function.PROJECT_MANAGER):
        managers[row.site_id].append(f"{row.name} ({row.get_decision_authority_display()})")
    yield _line(_("Project manager"), [_words(managers[site]) for site in ids])
    latest: dict[int, FinancialYear] = {}
    organizations = [site.organization_id for site in sites]
    for year in FinancialYear.objects.current().filter(organization__in=organizations).order_by("year"):
        latest[year.organization_id] = year
    yield _line(
        _("Revenue (thousands)"),
        [
            f"{number_text(year.revenue)} {year.currency}, {year.year}"
            if (year := latest.get(site.organization_id)) and year.revenue is not None
            else ""
            for site in sites
        ],
    )


def _counted(rows: Iterable[tuple[int, int]]) -> dict[int, int]:
    return dict(rows)


def _figure(value: int) -> str:
    return number_text(value)


def _dated_words(rows: Iterable[Capability], read: Callable[[Capability], str], today: date) -> str:
    """Each word once, marked where all evidence of it has expired."""
    found: dict[str, bool] = {}
    for row in rows:
        expired = row.expires_on is not None and row.expires_on < today
        found[read(row)] = expired and found.get(read(row), True)
    return _words(expired_word(str(word)) if expired else str(word) for word, expired in found.items())


def _words(words: Iterable[str]) -> str:
    return " · ".join(dict.fromkeys(str(word) for word in words if word))
