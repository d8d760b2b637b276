"""What changed between a frozen evaluation or a past day and today's ranking or another frozen one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.views.access import AuthenticatedRequest
from common.charts.chart import Chart
from common.charts.waterfall import Step, waterfall_chart
from common.exports import FORMATS, export_response
from common.numbers import day_text, number_text, signed_text
from programs.models import Program
from programs.views.access import in_program
from scorecards.changes import (
    WORTH_NAMING,
    CandidateChange,
    Changes,
    CriterionChange,
    Snapshot,
    changes_between,
    changes_sheet,
    criteria_changes,
    snapshot_of_frozen,
    snapshot_of_ranking,
)
from scorecards.forms import ChangesForm
from scorecards.policies import ScorecardPolicy
from scorecards.ranking import Ranking
from scorecards.selectors import FrozenRun, looked_back, runs_compared
from scorecards.views.ranking import program_ranking

MOST_STEPS = 10
A_YEAR = timedelta(days=365)


@in_program(ScorecardPolicy.view)
def changes(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Two evaluations compared (`?before=`, `?day=`, `?after=`), and one candidate in full (`?site=`).

    At first the newest frozen evaluation that gave another result, against today's ranking.
    """
    asked = {name: request.GET.get(name, "") for name in ("before", "day", "after")}
    named = {asked["before"], asked["after"]} - {"", ChangesForm.A_DAY, ChangesForm.TODAY}
    today = program_ranking(program, None)
    runs = runs_compared(program.package, named, today.evaluation.digest)
    contents = {
        run.sha256: snapshot_of_frozen(run.inputs, run.result) for run in runs if run.inputs and run.result
    }
    year_ago = (timezone.localdate() - A_YEAR).isoformat()
    asked["before"] = asked["before"] or next(iter(contents), ChangesForm.A_DAY)
    asked |= {"after": asked["after"] or ChangesForm.TODAY, "day": asked["day"] or year_ago}
    form = ChangesForm(asked, runs=[(run.sha256, _run_words(run)) for run in runs])
    context: dict[str, Any] = {"program": program, "form": form}
    context["year_url"] = f"?before={ChangesForm.A_DAY}&day={year_ago}"
    # Without a frozen evaluation nothing is compared before somebody says with what.
    if (runs or request.GET.get("before")) and form.is_valid():
        before, after = _ends(program, today, contents, form.cleaned_data)
        found = changes_between(before, after)
        if (wanted := request.GET.get("export", "")) in FORMATS and found.rows:
            return export_response(changes_sheet(found), wanted, f"{program.code}-changes")
        context |= {"changes": found, "headline": _headline(found), "looks_back": _day_of(form.cleaned_data)}
        context |= _in_full(before, after, found, request.GET.get("site", ""))
    return render(request, "scorecards/changes.html", context)


def _ends(
    program: Program, today: Ranking, contents: Mapping[str, Snapshot], asked: Mapping[str, Any]
) -> tuple[Snapshot, Snapshot]:
    """Both evaluations as they were asked for."""
    if asked["before"] == ChangesForm.A_DAY:
        before = snapshot_of_ranking(looked_back(program.package, today, asked["day"]))
    else:
        before = contents[asked["before"]]
    return before, snapshot_of_ranking(today) if asked["after"] == ChangesForm.TODAY else contents[
        asked["after"]
    ]


def _run_words(run: FrozenRun) -> str:
    words = {"hash": run.sha256[:12], "day": day_text(run.as_of)}
    return _("Frozen, as of %(day)s (%(hash)s)") % words


def _day_of(asked: Mapping[str, Any]) -> date | None:
    """The past day that is compared, if one is."""
    return asked["day"] if asked["before"] == ChangesForm.A_DAY else None


def _headline(changes: Changes) -> str:
    """Who led and who leads, in a sentence."""
    then, now = changes.leaders_before, changes.leaders_after
    names = {"then": " · ".join(then), "now": " · ".join(now)}
    if not now or not then:
        return ""
    if set(then) == set(now):
        return _("%(now)s came first before and comes first now.") % names
    return _("%(now)s comes first now; before, it was %(then)s.") % names


def _in_full(before: Snapshot, after: Snapshot, changes: Changes, asked: str) -> dict[str, Any]:
    """One candidate criterion by criterion: the one asked for, else the one that moved most."""
    both = [row for row in changes.rows if row.in_both and not row.is_same]
    if not both:
        return {}
    chosen = next(
        (row for row in both if str(row.site_id) == asked), max(both, key=lambda row: abs(row.difference))
    )
    lines = criteria_changes(before, after, chosen.site_id)
    return {"chosen": chosen, "lines": lines, "picture": _picture(chosen, lines) if lines else None}


def _picture(change: CandidateChange, lines: Sequence[CriterionChange]) -> Chart:
    """From the score before to the score now; what is small is one step, so that the sum is exact."""
    assert change.before is not None
    assert change.after is not None
    large = sum(abs(line.points) >= WORTH_NAMING for line in lines[:MOST_STEPS])
    shown, rest = lines[:large], lines[large:]
    steps = [Step(line.title, line.points) for line in shown]
    if rest:
        name = ngettext("%(count)s more criterion", "%(count)s more criteria", len(rest))
        steps.append(Step(name % {"count": number_text(len(rest))}, sum(line.points for line in rest)))
    return waterfall_chart(
        _("Before"),
        change.before.score,
        steps,
        _("After"),
        caption=_("%(points)s points, criterion by criterion")
        % {"points": signed_text(change.difference, 1)},
    )
