"""What the figures say, as sentences. A chart's title, the headline, the lines of the summary."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.regulatory_life import RegulatoryLife
from common.numbers import day_text, number_text, percent_text, rounded, score_text
from common.punctuation import joined
from reports.figures.due_diligence import DueDiligence, Evaluation
from reports.figures.standing import GroupFigures
from reports.paper.words import years_between


def headline(evaluation: Evaluation) -> str:
    """Where the candidate stands, in one sentence."""
    standing = evaluation.standing
    if standing.status == "excluded":
        failed = sum(gate.status == "fail" for gate in evaluation.gates)
        return ngettext(
            "Excluded: it fails a must-have", "Excluded: it fails %(count)s must-haves", failed
        ) % {"count": failed}
    ranked = sum(other.status != "excluded" for other in evaluation.field)
    place = {"rank": standing.rank, "count": ranked}
    if standing.status == "conditional":
        return _("Rank %(rank)s of %(count)s, on condition that its open must-haves are met") % place
    if ranked == 1:
        return _("The only candidate that is not excluded")
    if any(gate.status == "excepted" for gate in evaluation.gates):
        return _("Rank %(rank)s of %(count)s, below a floor by a signed exception") % place
    return _("Rank %(rank)s of %(count)s, with every must-have met") % place


def summary_lines(figures: DueDiligence) -> Iterator[str]:
    """The few sentences that stand under the headline."""
    yield score_line(figures.evaluation)
    if figures.evaluation.standing.status != "excluded":
        yield rank_line(figures.evaluation)
    yield record_line(figures.life)
    yield _("%(share)s of the score is settled by evidence that an authority or an audit has verified.") % {
        "share": percent_text(figures.evaluation.verified_share)
    }


def score_line(evaluation: Evaluation) -> str:
    """The official score and what it could become."""
    standing = evaluation.standing
    values = {"score": score_text(standing.score), "upper": score_text(standing.score_upper)}
    if rounded(standing.score, 1) == rounded(standing.score_upper, 1):
        return _("The score is %(score)s of 100, and no evidence is open.") % values
    return (
        _(
            "The score is %(score)s of 100: what is not documented counts as not done. It could rise to "
            "%(upper)s if all open evidence turned out as good as possible."
        )
        % values
    )


def rank_line(evaluation: Evaluation) -> str:
    """Best and worst rank that the open evidence leaves possible."""
    standing = evaluation.standing
    if standing.best_rank == standing.worst_rank:
        return _("No open evidence, of this or any other candidate, can change its rank.")
    return _(
        "Depending on the evidence still open, for this and the other candidates, it could stand anywhere "
        "from rank %(best)s to rank %(worst)s."
    ) % {"best": standing.best_rank, "worst": standing.worst_rank}


def record_line(life: RegulatoryLife) -> str:
    """What authorities have published, in one sentence."""
    if life.is_empty:
        return _(
            "No authority has published anything about this site that is known here. A site that no "
            "authority has seen is unknown, not clean."
        )
    first, last = span_of(life)
    return _("Published by authorities, %(years)s: %(counts)s.") % {
        "years": years_between(first, last),
        "counts": ", ".join(counted(life)),
    }


def counted(life: RegulatoryLife) -> Iterator[str]:
    """How many of each kind of record; kinds without any are left out, save for warning letters."""
    inspections, letters = len(life.inspections), len(life.warning_letters)
    forms, recalls, others = len(life.forms_483), len(life.recall_events), len(life.other_actions)
    if inspections:
        yield ngettext("%(n)s inspection", "%(n)s inspections", inspections) % {"n": number_text(inspections)}
    if forms:
        yield ngettext("%(n)s Form 483", "%(n)s Form 483s", forms) % {"n": number_text(forms)}
    if letters:
        yield ngettext("%(n)s warning letter", "%(n)s warning letters", letters) % {"n": number_text(letters)}
    else:
        yield _("no warning letter")
    if recalls:
        yield ngettext("%(n)s recall", "%(n)s recalls", recalls) % {"n": number_text(recalls)}
    if others:
        yield ngettext("%(n)s other action", "%(n)s other actions", others) % {"n": number_text(others)}


def span_of(life: RegulatoryLife) -> tuple[int, int]:
    """First and last year in which something happened (or was published, where the day is not known)."""
    years = [
        (fact.happened_on or fact.known_on).year
        for facts in (life.inspections, life.citations, life.actions)
        for fact in facts
    ]
    return min(years), max(years)


def field_title(evaluation: Evaluation) -> str:
    """The finding of the chart of all candidates."""
    standing = evaluation.standing
    others = [
        each for each in evaluation.field if each.site_id != standing.site_id and each.status != "excluded"
    ]
    if standing.status == "excluded":
        return _("This site is excluded; its score is shown, but it has no rank")
    if not others:
        return _("There is no other candidate to compare with")
    if all(standing.score > other.score_upper for other in others):
        return _("This site leads whatever the open evidence turns out to be")
    overlap = sum(
        other.score_upper >= standing.score and other.score <= standing.score_upper for other in others
    )
    if not overlap:
        return _("The open evidence cannot change the order around this site")
    return ngettext(
        "The open evidence leaves the order open between this site and one other",
        "The open evidence leaves the order open between this site and %(n)s others",
        overlap,
    ) % {"n": number_text(overlap)}


def groups_title(evaluation: Evaluation, names: dict[str, str]) -> str:
    """The finding of the chart of groups: what carries the score, and where most of it is open."""

    def earned(group: GroupFigures) -> float:
        return group.weight * group.low

    def still_open(group: GroupFigures) -> float:
        return group.weight * (group.high - group.low)

    best = max(evaluation.groups, key=earned, default=None)
    widest = max(evaluation.groups, key=still_open, default=None)
    if best is None or widest is None or not earned(best):
        return _("No group has evidence that earns points yet")
    values = {"best": names[best.key], "points": number_text(earned(best), 1)}
    if not still_open(widest):
        return _("“%(best)s” adds most: %(points)s points") % values
    more = {"open": names[widest.key], "more": number_text(still_open(widest), 1)}
    if widest is best:
        return _("“%(best)s” adds most, %(points)s points, and has most still open: up to %(more)s more") % (
            values | more
        )
    return _(
        "“%(best)s” adds most, %(points)s points; most is open in “%(open)s”, up to %(more)s points more"
    ) % (values | more)


def timeline_title(life: RegulatoryLife) -> str:
    """The finding of the timeline: when the last grave record was, and where recalls pile up."""
    if life.is_empty:
        return _("No authority has published anything about this site")
    return joined(_timeline_parts(life))


def _timeline_parts(life: RegulatoryLife) -> Iterator[str]:
    letters = [letter.happened_on for letter in life.warning_letters if letter.happened_on]
    if letters:
        yield _("Last warning letter on %(day)s") % {"day": day_text(max(letters))}
    else:
        yield _("No warning letter")
    forms = [form.happened_on for form in life.forms_483 if form.happened_on]
    if forms:
        yield _("last published Form 483 on %(day)s") % {"day": day_text(max(forms))}
    recalled = Counter(event.happened_on.year for event in life.recall_events if event.happened_on)
    if recalled:
        yield _recalls_part(recalled)


def _recalls_part(recalled: Counter[int]) -> str:
    """Recalls in all, and the year in which most of them were, where there is such a year."""
    year, times = max(recalled.items(), key=lambda item: (item[1], item[0]))
    total = sum(recalled.values())
    values = {"n": number_text(total), "year": year, "times": number_text(times)}
    if times < 2 or times == total or list(recalled.values()).count(times) > 1:
        return ngettext("%(n)s recall in all", "%(n)s recalls in all", total) % values
    return _("%(n)s recalls in all, the most in %(year)s: %(times)s") % values
