"""A comparison as slides: native tables and charts that can be edited, the same figures as the PDF."""

import io
from collections.abc import Callable, Sequence

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common.numbers import day_text, moment_text, number_text
from reports.compared import answer, tables
from reports.compared.view import Compared, compared
from reports.office import charts
from reports.office.carrying import inputs_part
from reports.office.deck import Deck

MOST_DUEL_STEPS = 8
MOST_GAPS = 10
MOST_UNMET = 6
MATRIX_BOTTOM = 4.6


def comparison_slides(*, inputs: str, language: str) -> tuple[bytes, int]:
    """The presentation made from canonical JSON and nothing else, and how many slides it has."""
    with translation.override(language), timezone.override("UTC"):
        view = compared(inputs)
        deck = Deck(view)
        for slide in SLIDES:
            slide(deck, view)
        inputs_part(deck.show, inputs, language=language)
        buffer = io.BytesIO()
        deck.save(buffer)
        return buffer.getvalue(), len(deck.show.slides)


def _cover(deck: Deck, view: Compared) -> None:
    lines = [_("As of %(day)s") % {"day": day_text(view.figures.as_of)}, " · ".join(view.names)]
    if view.is_fictional:
        lines.append(_("Fictional companies, invented for demonstration"))
    deck.cover(view.project, _("Comparison report"), lines)


def _answer(deck: Deck, view: Compared) -> None:
    slide = deck.slide(
        answer.headline(view), notes=_("The answer on one slide; the next ones give the reasons.")
    )
    deck.sections(slide, answer.answers(view))


def _ranking(deck: Deck, view: Compared) -> None:
    slide = deck.slide(_("Official score, and what it could become"), notes=_field_note(view))
    charts.rank_chart(deck, slide, view)
    deck.table(slide, tables.ranking_table(view), top=4.55, first=3.4)


def _field_note(view: Compared) -> str:
    return _("Ranks are those of the whole ranking of %(total)s candidates.") % {
        "total": number_text(len(view.figures.outcome.field))
    }


def _must_haves(deck: Deck, view: Compared) -> None:
    unmet = tables.unmet_table(view)
    title = (
        _("What is not met, and why") if unmet.rows else _("Every must-have is met by all of those compared")
    )
    slide = deck.slide(
        title,
        notes=_(
            "A must-have gives no points: one that fails excludes, one that is unknown "
            "makes the rank conditional."
        ),
    )
    if unmet.rows:
        # Both on one slide: the matrix above, the reasons below.
        bottom = deck.table(slide, tables.must_have_table(view), first=3.0, until=MATRIX_BOTTOM)
        deck.table(slide, unmet.first(MOST_UNMET), top=bottom + 0.15, first=2.6, widths=(2.6, 2.6, 1.4))
    else:
        deck.table(slide, tables.must_have_table(view), first=3.0)


def _groups(deck: Deck, view: Compared) -> None:
    slide = deck.slide(
        _("Scores, group by group"),
        notes=_("Two figures are an interval: what is documented, and what is still possible."),
    )
    deck.table(slide, tables.group_table(view), first=3.6, widths=(3.6, 1.0), total=True, heat=True)


def _duel(deck: Deck, view: Compared) -> None:
    duel = view.figures.outcome.duel
    if duel is None:
        return
    first, second = view.name(duel.a), view.name(duel.b)
    title = _("From %(from)s to %(to)s: +%(points)s points") % {
        "from": second,
        "to": first,
        "points": number_text(duel.ahead, 1),
    }
    slide = deck.slide(
        title,
        notes=_(
            "Each step is a weight times the difference of two documented values; the "
            "steps add up exactly to the difference."
        ),
    )
    charts.waterfall_chart(deck, slide, view, MOST_DUEL_STEPS)


def _robustness(deck: Deck, view: Compared) -> None:
    shares = tables.shares_table(view)
    slide = deck.slide(_("How sure the order is"), notes=answer.shares_meaning())
    if shares.rows:
        charts.shares_chart(deck, slide, view)
    deck.paragraph(slide, answer.shares_meaning(), top=1.35)
    deck.paragraph(slide, answer.weights_finding(view.figures.outcome, view.labels), top=6.2)


def _weights(deck: Deck, view: Compared) -> None:
    slide = deck.slide(
        _("The weights, and how far each may move"),
        notes=_(
            "One weight moves, its siblings keep their proportions, on what is "
            "documented. Weights are out of 100 among siblings."
        ),
    )
    deck.table(slide, tables.weight_table(view, groups_only=True), first=4.0)


def _record(deck: Deck, view: Compared) -> None:
    slide = deck.slide(
        _("Regulatory record, side by side"),
        notes=_(
            "Only what was published by the day of the report counts. A site that no "
            "authority has seen is unknown, not clean. Inspections are counted by "
            "project area."
        ),
    )
    deck.table(slide, tables.record_table(view), first=3.2, left=True)


def _offers(deck: Deck, view: Compared) -> None:
    slide = deck.slide(
        _("What they offer"),
        notes=_(
            "Offers are those that had come in by the day of the report; the standing is that of the day of "
            "issue."
        ),
    )
    deck.table(slide, tables.offer_table(view), first=2.4, left=True)


def _open(deck: Deck, view: Compared) -> None:
    gaps = tables.gap_table(view)
    title = (
        _("What is open, and what to collect next")
        if gaps.rows
        else _("No evidence is open: the score is settled")
    )
    slide = deck.slide(title, notes=_("Open evidence, the most valuable first: what to collect next."))
    if gaps.rows:
        deck.table(slide, gaps.first(MOST_GAPS), first=3.6, widths=(3.6, 4.0))


def _proof(deck: Deck, view: Compared) -> None:
    figures = view.figures
    slide = deck.slide(_("Method and proof"))
    facts: Sequence[tuple[str, str]] = (
        (_("Template"), view.template),
        (
            _("Method"),
            _(
                "Weighted sum of values from 0 to 100 behind must-haves; what is not "
                "documented counts as not done."
            ),
        ),
        (_("Issued"), moment_text(figures.issued_at)),
        (_("Content hash"), view.sha256),
        (_("Evaluation"), figures.outcome.digest),
        (_("Frozen evaluation"), figures.frozen.sha256 if figures.frozen else ""),
        (_("Change history"), figures.history.sha256),
        (
            _("How to check"),
            _("The PDF of this edition carries its figures; the command verify_report computes them again."),
        ),
        (_("Made by"), f"CMO Eval {figures.product_version}"),
    )
    deck.facts(slide, [(name, value) for name, value in facts if value])


SLIDES: tuple[Callable[[Deck, Compared], None], ...] = (
    _cover, _answer, _ranking, _must_haves, _groups, _duel, _robustness, _weights, _record, _offers, _open,
    _proof,
)  # fmt: skip
