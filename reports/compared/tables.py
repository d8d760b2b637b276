"""The tables of a comparison. Each is made once, for paper, spreadsheet and slides alike."""

from collections.abc import Callable, Collection, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.punctuation import joined
from common.templatetags.components import STRENGTHS
from programs.proposal_table import COST_WORDS
from reports.compared.answer import ends_of
from reports.compared.items import (
    Item,
    Table,
    amount,
    count,
    day,
    gate,
    percent,
    ranks,
    score,
    signed,
    span,
    status,
    words,
    yes,
)
from reports.compared.view import Compared
from reports.figures.comparison import OfferFigures, ProfileFigures, RecordFigures
from reports.figures.standing import WeightFigures
from reports.paper.words import first_up, message_text, source_name, word
from scorecards.agreed import STRENGTH as PANEL


def ranking_table(view: Compared) -> Table:
    """Where each stands, and how often it comes first."""
    return Table(
        _("Ranking"),
        (
            _("Candidate"), _("Status"), _("Rank"), _("Best–worst"), _("Score"), _("Up to"),
            _("Completeness"), _("Comes first"),
        ),
        tuple(
            (
                words(row.name),
                status(row.status),
                count(row.rank),
                ranks(row.rank, row.best_rank, row.worst_rank),
                score(row.score),
                score(row.score_upper),
                percent(row.completeness),
                percent(view.share[row.site_id].near if row.site_id in view.share else None),
            )
            for row in view.chosen
        ),
    )  # fmt: skip


def must_have_table(view: Compared) -> Table:
    """Each must-have at each candidate."""
    return Table(
        _("Must-haves"),
        (_("Must-have"), *view.names),
        tuple(
            (
                words(view.labels[must.key]),
                *(gate(view.outcome[site].gates[must.key]) for site in view.figures.chosen),
            )
            for must in view.figures.must_haves
        ),
    )


def unmet_table(view: Compared) -> Table:
    """Must-haves that fail or are unknown, with the reason; what fails first."""
    found = [
        (outcome != "fail", view.name(site), view.labels[key], outcome, view.profile[site].gate_reasons[key])
        for site in view.figures.chosen
        for key, outcome in view.outcome[site].gates.items()
        if outcome != "pass"
    ]
    return Table(
        _("Not met"),
        (_("Candidate"), _("Must-have"), _("Outcome"), _("Why")),
        tuple(
            (words(name), words(label), gate(outcome), words(message_text(reason)))
            for _order, name, label, outcome, reason in sorted(found, key=lambda one: one[0])
        ),
    )


def group_table(view: Compared) -> Table:
    """The mean on each group, from what is documented to what is possible, and the score below."""
    shares = {row.key: row.share for row in view.figures.outcome.weights}
    groups = {site: {group.key: group for group in view.outcome[site].groups} for site in view.figures.chosen}
    keys = [row.key for row in view.figures.outcome.weights if row.parent is None]
    lines = [
        (
            words(view.labels[key]),
            percent(shares[key]),
            *(span(groups[site][key].low, groups[site][key].high) for site in view.figures.chosen),
        )
        for key in keys
    ]
    total = (words(_("Score")), percent(1.0), *(span(row.score, row.score_upper) for row in view.chosen))
    return Table(_("Groups"), (_("Group"), _("Weight"), *view.names), (*lines, total))


def criteria_table(view: Compared) -> Table:
    """Every criterion at each candidate."""
    shares = {row.key: row.share for row in view.figures.outcome.weights}
    cells = {site: {cell.key: cell for cell in view.outcome[site].cells} for site in view.figures.chosen}
    return Table(
        _("Criteria"),
        (_("Group"), _("Criterion"), _("Weight"), *view.names),
        tuple(
            (
                words(view.labels[view.parents[key]]),
                words(view.labels[key]),
                percent(shares[key]),
                *(span(cells[site][key].low, cells[site][key].high) for site in view.figures.chosen),
            )
            for key in criteria_in_order(view)
        ),
    )


def criteria_in_order(view: Compared) -> list[str]:
    """The leaves, group by group."""
    leaves = set(view.figures.inputs.leaves)
    return [row.key for row in view.figures.inputs.criteria if row.key in leaves]


def duel_table(view: Compared) -> Table:
    """The first two, criterion by criterion, adding up to the difference; the largest part first."""
    duel = view.figures.outcome.duel
    if duel is None:
        return Table(_("Head to head"), (), ())
    shares = {row.key: row.share for row in view.figures.outcome.weights}
    a, b = ({cell.key: cell for cell in view.outcome[site].cells} for site in (duel.a, duel.b))
    lines = [
        (
            words(view.labels[part.key]),
            percent(shares[part.key]),
            span(a[part.key].low, a[part.key].high),
            span(b[part.key].low, b[part.key].high),
            signed(part.points),
        )
        for part in sorted(duel.points, key=lambda part: -abs(part.points))
    ]
    first, second = view.standing[duel.a], view.standing[duel.b]
    total = (
        words(_("Score")),
        percent(1.0),
        span(first.score, first.score_upper),
        span(second.score, second.score_upper),
        signed(duel.ahead),
    )
    return Table(
        _("Head to head"),
        (_("Criterion"), _("Weight"), first.name, second.name, pgettext("between two", "Difference, points")),
        (*lines, total),
    )


def shares_headings() -> tuple[str, ...]:
    """The settings in which first places are counted."""
    return (
        _("Candidate"),
        _("Near the weights chosen, what is documented"),
        _("Near the weights chosen, open evidence drawn too"),
        _("Any weights at all, open evidence drawn too"),
    )


def shares_table(view: Compared) -> Table:
    """How often each comes first, in the order of the ranking."""
    return Table(
        _("Robustness"),
        shares_headings(),
        tuple(
            (words(row.name), percent(share.near), percent(share.near_open), percent(share.any_open))
            for row in view.chosen
            if (share := view.share.get(row.site_id))
        ),
    )


def weight_table(view: Compared, *, groups_only: bool = False) -> Table:
    """The weights, and between which of them the leader stays first."""
    chosen = [row for row in view.figures.outcome.weights if not (groups_only and row.parent)]
    return Table(
        _("Weights"),
        (
            *(() if groups_only else (_("Group"),)),
            _("Group") if groups_only else _("Criterion"),
            _("Weight, of 100"),
            _("Share of the whole"),
            _("Leader stays first from"),
            pgettext("end of a range", "to"),
            _("Draws level beyond"),
        ),
        tuple(_weight_line(view, row, groups_only=groups_only) for row in chosen),
    )  # fmt: skip


def _weight_line(view: Compared, row: WeightFigures, *, groups_only: bool) -> tuple[Item, ...]:
    rivals = joined(dict.fromkeys(view.name(site) for _end, site in ends_of(row)))
    group = () if groups_only else (words(view.labels[row.parent] if row.parent else view.labels[row.key]),)
    name = "" if not groups_only and row.parent is None else view.labels[row.key]
    return (
        *group,
        words(name),
        score(row.weight),
        percent(row.share),
        score(row.lower),
        score(row.upper),
        words(rivals or _("nobody")),
    )


def gap_table(view: Compared, sites: Collection[int] = ()) -> Table:
    """Open evidence of those compared, or of some of them, what could add most first."""
    return Table(
        _("Open evidence"),
        (
            _("Candidate"), _("Criterion"), _("Value today"), _("Could be"), _("Adds up to, points"),
            _("Could change the leader"),
        ),
        tuple(
            (
                words(view.name(gap.site_id)),
                words(view.labels[gap.criterion]),
                score(gap.low),
                score(gap.high),
                score(gap.gain),
                yes(gap.decisive),
            )
            for gap in view.figures.outcome.open_evidence
            if not sites or gap.site_id in sites
        ),
    )  # fmt: skip


def record_table(view: Compared) -> Table:
    """What authorities have published about each."""
    records = [view.profile[site].record for site in view.figures.chosen]

    def line(label: str, cell: Callable[[RecordFigures], Item]) -> tuple[Item, ...]:
        return words(label), *(cell(record) for record in records)

    return Table(
        _("Regulatory record"),
        (_("Published by authorities"), *view.names),
        (
            line(_("Records in all"), lambda one: count(one.records)),
            line(_("Inspections"), lambda one: count(sum(one.inspections.values()))),
            line(_("of these OAI"), lambda one: count(one.inspections.get("oai", 0))),
            line(_("of these VAI"), lambda one: count(one.inspections.get("vai", 0))),
            line(_("Last inspected on"), lambda one: day(one.last_inspected_on)),
            line(
                _("Its outcome"), lambda one: words(first_up(word("classification", one.last_classification)))
            ),
            line(_("Published Form 483s"), lambda one: count(one.forms_483)),
            line(_("Last Form 483 on"), lambda one: day(one.last_483_on)),
            line(_("Warning letters"), lambda one: count(one.warning_letters)),
            line(_("of these without a known closeout"), lambda one: count(one.open_letters)),
            line(_("Last warning letter on"), lambda one: day(one.last_letter_on)),
            line(_("Recalls"), lambda one: count(sum(one.recalls.values()))),
            line(_("of these class I"), lambda one: count(one.recalls.get("1", 0))),
            line(_("Last recall on"), lambda one: day(one.last_recall_on)),
            line(_("Citations"), lambda one: count(one.citations)),
            line(_("of these on data integrity"), lambda one: count(one.integrity_citations)),
            line(_("Other actions"), lambda one: count(one.other_actions)),
        ),
    )


def offer_table(view: Compared) -> Table:
    """Who they are, how they stand with us, and what they offer."""
    profiles = [view.profile[site] for site in view.figures.chosen]

    def line(label: str, cell: Callable[[ProfileFigures], Item]) -> tuple[Item, ...]:
        return words(label), *(cell(profile) for profile in profiles)

    def offered(label: str, cell: Callable[[OfferFigures], Item]) -> tuple[Item, ...]:
        return line(label, lambda one: cell(one.offer) if one.offer else words(""))

    return Table(
        _("Offers"),
        (_("What they offer"), *view.names),
        (
            line(_("Organization"), lambda one: words(one.organization)),
            line(_("Standing"), lambda one: words(first_up(word("standing", one.standing)))),
            line(
                pgettext("candidate", "Stage"),
                lambda one: words(first_up(word("candidate_stage", one.stage))),
            ),
            offered(_("Cost"), lambda one: amount(one.cost, one.currency)),
            offered(_("Basis of the cost"), lambda one: words(one.cost_basis)),
            offered(_("Against the budget"), lambda one: words(str(COST_WORDS.get(one.cost_tone, "")))),
            offered(_("First GMP batch"), lambda one: day(one.first_batch_on)),
            offered(
                _("Days late"), lambda one: count(None if one.days_late is None else max(0, one.days_late))
            ),
            offered(_("Transfer (months)"), lambda one: count(one.transfer_months)),
            offered(_("Offer valid until"), lambda one: day(one.valid_until)),
            offered(_("Terms"), lambda one: words(one.terms)),
        ),
    )


def reason_table(view: Compared) -> Table:
    """Why each has its value on each criterion."""
    return Table(
        _("Reasons"),
        (_("Candidate"), _("Criterion"), _("Value"), _("Evidence"), _("Why")),
        tuple(_reason_lines(view)),
    )


def _reason_lines(view: Compared) -> Iterator[tuple[Item, ...]]:
    for site in view.figures.chosen:
        cells = {cell.key: cell for cell in view.outcome[site].cells}
        for reason in view.profile[site].reasons:
            cell = cells[reason.key]
            yield (
                words(view.name(site)),
                words(view.labels[reason.key]),
                span(cell.low, cell.high),
                words(str(STRENGTHS[reason.strength][1]) if reason.strength in STRENGTHS else ""),
                words(message_text(reason.rationale)),
            )


def override_table(view: Compared, *, by_panels: bool = True) -> Table:
    """Values that a person or a panel put in place of derived ones; those of persons alone on request."""
    return Table(
        _("Overrides"),
        (_("Candidate"), _("Criterion"), _("Derived"), _("Value"), _("Who"), _("When"), _("Why")),
        tuple(_override_lines(view, by_panels)),
    )


def _override_lines(view: Compared, by_panels: bool) -> Iterator[tuple[Item, ...]]:
    for site in view.figures.chosen:
        cells = {cell.key: cell for cell in view.outcome[site].cells}
        for reason in view.profile[site].reasons:
            if reason.override and (by_panels or reason.strength != PANEL):
                cell, own = cells[reason.key], reason.override
                yield (
                    words(view.name(site)),
                    words(view.labels[reason.key]),
                    span(own.derived_low, own.derived_high),
                    span(cell.low, cell.high),
                    words(own.made_by),
                    day(own.made_on),
                    words(own.reason or _("Accepted as scored: all within a step.")),
                )


def source_table(view: Compared) -> Table:
    """The files that published records came from."""
    return Table(
        _("Sources"),
        (_("Source"), _("Records"), _("Published from"), _("Published to"), _("SHA-256 of the file")),
        tuple(
            (
                words(source_name(file.source)),
                count(file.records),
                day(file.first_known_on),
                day(file.last_known_on),
                words(file.sha256),
            )
            for file in view.figures.sources
        ),
    )
