"""The quality figures as a page shows them: words, links to the records behind, charts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from audits.figures.facts import Period
from audits.figures.rates import AgeBand, QualityFigures, Recurrence, Share
from audits.figures.selectors import Gathered, SiteQuality
from common.charts import Band, Chart, band_chart
from common.numbers import number_text, percent_text

MOST_RECURRENCES = 20


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure: what it is, its value, what it stands on, and the records behind it."""

    label: str
    value: str
    note: str
    url: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class RecurrenceRow:
    """A regulation that came back at a site."""

    site: str
    url: str
    regulation: str
    days: tuple[date, ...]
    findings: int
    citations: int


@dataclass(frozen=True, slots=True)
class SiteRow:
    """The figures of one site in the table of the portfolio."""

    name: str
    url: str
    figures: QualityFigures
    list_url: str


def list_address(show: str, period: Period, site_id: int | None = None, **more: object) -> str:
    """The list of CAPAs behind a figure."""
    query = {"show": show, "since": str(period.since), "until": str(period.until)}
    query |= {name: str(value) for name, value in more.items()}
    if site_id is not None:
        query["site"] = str(site_id)
    return f"{reverse('capas:list')}?{urlencode(query)}"


def tiles_of(figures: QualityFigures, period: Period, site_id: int | None = None) -> list[Tile]:
    """The figures in the order in which a QA lead asks for them."""
    return [
        Tile(
            _("CAPAs open"),
            number_text(figures.open),
            _("%(late)s late") % {"late": number_text(figures.late)},
            list_address("late" if figures.late else "open", period, site_id),
            "bad" if figures.late else "",
        ),
        _rate_tile(_("Implemented on time"), figures.on_time, list_address("missed", period, site_id)),
        _rate_tile(_("Proven effective"), figures.effective, list_address("failed", period, site_id)),
        Tile(
            _("Median days to close"),
            "" if figures.days_to_close is None else number_text(figures.days_to_close),
            _("of those closed in the period"),
            list_address("closed", period, site_id),
        ),
        Tile(
            _("Critical findings open"),
            number_text(figures.critical_findings),
            _("of our audits"),
            f"{reverse('quality:figures')}{_chosen(site_id)}#critical",
        ),
        _rate_tile(_("Regulations that came back"), figures.recurrence, "#recurrence"),
    ]


def age_chart(figures: QualityFigures) -> Chart:
    """Open CAPAs by age."""
    old = sum(band.total for band in figures.ages if band.first > 90)
    if not figures.open:
        caption = _("No CAPA is open.")
    else:
        caption = _("%(old)s of %(open)s open CAPAs are older than 90 days, %(late)s are late.") % {
            "old": number_text(old),
            "open": number_text(figures.open),
            "late": number_text(figures.late),
        }
    bands = [Band(_age_label(band), band.total, band.late) for band in figures.ages]
    return band_chart(
        bands, caption=caption, heading=_("Age in days"), unit=_("Open CAPAs"), marked=_("late")
    )


def age_links(figures: QualityFigures, period: Period, site_id: int | None = None) -> list[Tile]:
    """The records of each age band that has some."""
    return [
        Tile(
            _age_label(band),
            number_text(band.total),
            "",
            list_address(
                "open",
                period,
                site_id,
                **{"age_from": band.first, **({} if band.last is None else {"age_to": band.last})},
            ),
        )
        for band in figures.ages
        if band.total
    ]


def recurrence_rows(found: tuple[Recurrence, ...], names: Mapping[int, str]) -> list[RecurrenceRow]:
    """What came back most often, first."""
    return [
        RecurrenceRow(
            site=names.get(each.site_id, ""),
            url=f"{reverse('workspace:site-regulatory', args=[each.site_id])}?show=citations",
            regulation=each.regulation,
            days=each.days,
            findings=each.findings,
            citations=each.citations,
        )
        for each in found[:MOST_RECURRENCES]
    ]


def site_rows(qualities: list[SiteQuality], gathered: Gathered) -> list[SiteRow]:
    """The sites beside each other, those with late CAPAs first."""
    period = gathered.period
    return [
        SiteRow(
            name=each.name,
            url=reverse("workspace:site", args=[each.site_id]),
            figures=each.figures,
            list_url=list_address("open", period, each.site_id),
        )
        for each in qualities
    ]


def _rate_tile(label: str, share: Share, url: str) -> Tile:
    if share.rate is None:
        return Tile(label, "", _("nothing to rate in the period"), url)
    told = {"part": number_text(share.part), "whole": number_text(share.whole)}
    return Tile(label, percent_text(share.rate), _("%(part)s of %(whole)s") % told, url)


def _age_label(band: AgeBand) -> str:
    if band.last is None:
        return _("more than %(days)s") % {"days": number_text(band.first - 1)}
    return _("%(first)s to %(last)s") % {"first": number_text(band.first), "last": number_text(band.last)}


def _chosen(site_id: int | None) -> str:
    return "" if site_id is None else f"?{urlencode({'site': str(site_id)})}"
