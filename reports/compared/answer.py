"""The answer on one page, as sentences: who leads, by how much, how sure, what could change it."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.numbers import day_text, moment_text, number_text, percent_text, score_text
from common.punctuation import joined
from records.models import Signature
from reports.compared.view import Compared
from reports.figures.standing import Outcome, WeightFigures

MOST_NEEDED = 3


def headline(view: Compared) -> str:
    """Who leads and by how much, in one sentence."""
    ranked = view.ranked
    if not ranked:
        return _("None of those compared can be chosen: each fails a must-have")
    first = ranked[0]
    tied = [row for row in ranked if row.rank == first.rank]
    words = {"name": first.name, "score": score_text(first.score)}
    if len(tied) > 1:
        names = joined(row.name for row in tied)
        return _("%(names)s share the first place with %(score)s points") % {"names": names, **words}
    if len(ranked) == 1:
        return _("%(name)s is the only one without a failed must-have, with %(score)s points") % words
    second = ranked[1]
    more = {"ahead": number_text(first.score - second.score, 1), "second": second.name, "rank": first.rank}
    if first.rank != 1:
        return _(
            "%(name)s stands first of those compared, at rank %(rank)s with %(score)s points, %(ahead)s "
            "ahead of %(second)s"
        ) % (words | more)
    return _("%(name)s leads with %(score)s points, %(ahead)s ahead of %(second)s") % (words | more)


def answers(view: Compared) -> list[tuple[str, list[str]]]:
    """The questions of who decides, each with its sentences."""
    found = [
        (_("Who leads, and by how much"), list(_who(view))),
        (_("How sure it is"), list(_how_sure(view))),
        (_("What could change it"), list(what_could_change(view))),
        (_("What was decided"), list(_decided(view))),
    ]
    return [(question, sentences) for question, sentences in found if sentences]


def _decided(view: Compared) -> Iterator[str]:
    """The signed decision that rests on the frozen evaluation compared."""
    decision = view.figures.frozen.decision if view.figures.frozen else None
    if decision is None:
        return
    chosen = [view.name(int(site)) for site, outcome in decision.outcomes.items() if outcome == "selected"]
    words = {"names": joined(chosen) or _("nobody"), "day": day_text(decision.decided_on)}
    yield _("The decision of %(day)s rests on this evaluation and is in force. Selected: %(names)s.") % words
    for each in decision.signatures:
        yield _("Signed by %(name)s (%(meaning)s) on %(moment)s.") % {
            "name": each.name,
            "meaning": str(Signature.Meaning(each.meaning).label),
            "moment": moment_text(each.signed_at),
        }


def _who(view: Compared) -> Iterator[str]:
    for row in view.ranked[:1]:
        yield _(
            "%(name)s has %(score)s of 100 points on what is documented, and up to "
            "%(upper)s if all open evidence turned out as good as possible."
        ) % {
            "name": row.name,
            "score": score_text(row.score),
            "upper": score_text(row.score_upper),
        }
        if titles := view.open_gates(row.site_id):
            yield _("It cannot be awarded yet: nobody knows whether it meets %(titles)s.") % {
                "titles": ", ".join(titles)
            }
        yield from excepted_lines(view, row.site_id)
    lead = view.figures.outcome.lead
    outside = [site for site in lead.leaders if site not in view.figures.chosen] if lead else []
    if outside:
        yield _(
            "The first of the whole ranking is not among those compared: %(names)s, with %(score)s points."
        ) % {
            "names": joined(view.name(site) for site in outside),
            "score": score_text(view.standing[outside[0]].score),
        }
    excluded = [row.name for row in view.chosen if row.rank is None]
    if excluded and view.ranked:
        yield ngettext(
            "%(names)s is excluded by a must-have: its score is shown, but it has no rank.",
            "%(names)s are excluded by a must-have: their scores are shown, but they have no rank.",
            len(excluded),
        ) % {"names": joined(excluded)}


def excepted_lines(view: Compared, site_id: int) -> Iterator[str]:
    """That a candidate is ranked by signed exceptions to floors; why, the table of must-haves says."""
    if titles := view.excepted_gates(site_id):
        yield _("%(name)s is ranked by signed exception: %(titles)s.") % {
            "name": view.name(site_id),
            "titles": "; ".join(titles),
        }


def _how_sure(view: Compared) -> Iterator[str]:
    for row in view.ranked[:1]:
        share = view.share[row.site_id]
        yield _(
            "%(name)s comes first in %(near)s of the weightings near those chosen, in "
            "%(open)s when open evidence is drawn too, and in %(any)s of all weightings "
            "there could be."
        ) % {
            "name": row.name,
            "near": percent_text(share.near, 1),
            "open": percent_text(share.near_open, 1),
            "any": percent_text(share.any_open, 1),
        }
        yield shares_meaning()
        profile = view.profile[row.site_id]
        yield _(
            "%(complete)s of its score is settled; %(verified)s of the weight rests on verified evidence."
        ) % {
            "complete": percent_text(row.completeness),
            "verified": percent_text(profile.verified, 1),
        }


def shares_meaning() -> str:
    """What the shares are and are not."""
    return _(
        "These are shares of weightings drawn at random, not the probability of being the right partner."
    )


def what_could_change(view: Compared) -> Iterator[str]:
    lead = view.figures.outcome.lead
    if lead is None:
        return
    first = view.name(lead.leaders[0])
    if lead.settled:
        yield _("Whatever the open evidence turns out to be, %(name)s stays first.") % {"name": first}
    elif lead.challengers:
        names = [view.name(one.site_id) for one in lead.challengers]
        yield ngettext(
            "Open evidence could still put another candidate level with %(first)s: %(names)s.",
            "Open evidence could still put %(count)s others level with %(first)s: %(names)s.",
            len(names),
        ) % {"first": first, "names": _some(names), "count": number_text(len(names))}
        nearest = min(lead.challengers, key=lambda one: (len(one.needs), one.behind))
        yield ngettext(
            "The shortest way is that of %(name)s: %(count)s open criterion at its best, %(titles)s.",
            "The shortest way is that of %(name)s: %(count)s open criteria all at their best, %(titles)s.",
            len(nearest.needs),
        ) % {
            "name": view.name(nearest.site_id),
            "count": number_text(len(nearest.needs)),
            "titles": _some(
                [_("“%(title)s”") % {"title": view.labels[gap.criterion]} for gap in nearest.needs]
            ),
        }
    yield weights_finding(view.figures.outcome, view.labels)


def weights_finding(outcome: Outcome, labels: Mapping[str, str]) -> str:
    """The weight that stands nearest to changing the leader; blank where nobody leads."""
    if outcome.lead is None:
        return ""
    names = {row.site_id: row.name for row in outcome.field}
    ends = [
        (abs(row.weight - end), row, end, rival) for row in outcome.weights for end, rival in ends_of(row)
    ]
    if not ends:
        leader = names[outcome.lead.leaders[0]]
        return _("No weight, moved alone from 0 to 100, takes the first place from %(name)s.") % {
            "name": leader
        }
    _slack, row, end, rival = min(ends, key=lambda one: one[0])
    return _(
        "The tightest weight is “%(title)s”: at %(bound)s instead of %(weight)s, %(rival)s draws level."
    ) % {
        "title": labels[row.key],
        "bound": number_text(end, 1),
        "weight": number_text(row.weight, 1),
        "rival": names[rival],
    }


def ends_of(row: WeightFigures) -> Iterator[tuple[float, int]]:
    """The weights at which somebody draws level, and who."""
    if row.below is not None and row.lower is not None:
        yield row.lower, row.below
    if row.above is not None and row.upper is not None:
        yield row.upper, row.above


def _some(names: list[str]) -> str:
    more = len(names) - MOST_NEEDED
    if more < 1:
        return joined(names)
    return ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more) % {
        "names": joined(names[:MOST_NEEDED]),
        "count": more,
    }
