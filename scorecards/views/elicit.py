"""Weights of one group worked out from an order, swings or comparisons in pairs. Nothing is saved here."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.views.access import AuthenticatedRequest
from common.numbers import number_text
from programs.models import Program
from programs.views.access import in_program
from scorecards.elicitation import Proposal, Way
from scorecards.elicitation_forms import QUESTIONS, Questions, WayForm
from scorecards.plans import Plan, PlannedCriterion, plan_of
from scorecards.policies import ScorecardPolicy
from scorecards.wording import criterion_title

TOP = "groups"
LONGEST_REASON = 500


@in_program(ScorecardPolicy.change)
def weights_elicit(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Questions about a group (`?group=`) in one way (`?way=`), and what follows from answers (`?a-…=`)."""
    plan = plan_of(program.package)
    groups = _groups(plan)
    first = next(iter(groups))
    chosen = {"group": request.GET.get("group") or first, "way": request.GET.get("way") or Way.ORDER}
    choice = WayForm(chosen, groups=[(key, title) for key, (title, _rows) in groups.items()])
    context: dict[str, Any] = {"program": program, "choice": choice}
    if choice.is_valid():
        way, (title, rows) = Way(choice.cleaned_data["way"]), groups[choice.cleaned_data["group"]]
        answered = any(name.startswith("a-") for name in request.GET)
        questions = QUESTIONS[way](request.GET if answered else None, rows=rows)
        context |= {"questions": questions, "way": way, "group_title": title}
        if answered and questions.is_valid():
            context |= _told(program, title, questions)
        questions.mark_errors()
    return render(request, "scorecards/weights_elicit.html", context)


@dataclass(frozen=True, slots=True)
class Line:
    """One sibling with its weight now and the one proposed, out of 100."""

    title: str
    now: Decimal
    proposed: Decimal


def _groups(plan: Plan) -> dict[str, tuple[str, tuple[PlannedCriterion, ...]]]:
    """Title and siblings of each group with a choice in it: the groups among themselves, then each group."""
    return {
        parent.key if parent else TOP: (
            criterion_title(parent.key, parent.title) if parent else _("Groups"),
            rows,
        )
        for parent, rows in plan.siblings()
        if len(rows) > 1
    }


def _told(program: Program, title: str, questions: Questions) -> dict[str, Any]:
    """The proposal beside the weights of today, and the address that puts it into the form of weights."""
    proposal = questions.proposal()
    given = {f"w-{key}": str(weight) for key, weight in proposal.weights.items()}
    query = urlencode(given | {"reason": _reason(title, questions, proposal)})
    return {
        "proposal": proposal,
        "lines": [
            Line(criterion_title(row.key, row.title), row.weight, proposal.weights[row.key])
            for row in questions.rows
        ],
        "form_url": f"{reverse('scorecards:weights', args=[program.address])}?{query}",
        "worst": _worst_words(proposal),
    }


def _reason(title: str, questions: Questions, proposal: Proposal) -> str:
    """How the weights were found, which is kept with the change."""
    if proposal.way == Way.PAIRS:
        words = {"group": title, "ratio": number_text(proposal.ratio or 0, 2)}
        text = _("%(group)s: compared in pairs (AHP), consistency ratio %(ratio)s, indices of Saaty 1980")
        return text % words
    answers = "; ".join(
        f"{criterion_title(row.key, row.title)} {number_text(questions.cleaned_data[f'a-{row.key}'])}"
        for row in questions.rows
    )
    kinds = {
        Way.ORDER: _("%(group)s: rank-order centroid of the order %(answers)s"),
        Way.SWING: _("%(group)s: swing weights %(answers)s"),
    }
    return Truncator(kinds[proposal.way] % {"group": title, "answers": answers}).chars(LONGEST_REASON)


def _worst_words(proposal: Proposal) -> str:
    """The answer that fits the others least, where they contradict one another."""
    pair = proposal.worst
    if not proposal.contradicts or pair is None:
        return ""
    return _(
        "The answer that fits least: %(first)s was said to matter %(said)s times as much as %(second)s; from "
        "all answers together follow %(implied)s times."
    ) % {
        "first": criterion_title(pair.first.key, pair.first.title),
        "second": criterion_title(pair.second.key, pair.second.title),
        "said": number_text(pair.said, 1),
        "implied": number_text(pair.implied, 1),
    }
