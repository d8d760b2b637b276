"""Ask for a comparison of candidates, or make it at once; refusals say beside which field they belong."""

from collections.abc import Collection, Sequence
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programs.models import WorkPackage
from reports.figures.compare import ranking_for
from reports.models import Report
from reports.policies import ReportPolicy
from reports.services import ReportRefused, refuse_tomorrow, report_ask, report_finish
from scorecards.models import EvaluationRun
from scorecards.ranking import Ranking
from scorecards.side_by_side import chosen_rows

FEWEST, MOST = 2, 8


class ComparisonRefused(ReportRefused):
    """What cannot be asked for; `field` is where the form says it."""

    def __init__(self, field: str, text: str | Promise) -> None:
        super().__init__(text)
        self.field = field


def wrong_number(candidates: int) -> str | Promise:
    """What is wrong with comparing so many candidates; blank where nothing is."""
    if candidates < FEWEST:
        return _("Choose at least two candidates to compare.")
    if candidates > MOST:
        return _("Choose eight candidates at most; more do not fit side by side.")
    return ""


def usual_choice(ranking: Ranking) -> list[int]:
    """Who is compared where nobody chose: the finalists, else the shortlist, else the first ranked."""
    return [row.head.site_id for row in chosen_rows(ranking, ())]


def comparison_request(
    *,
    package: WorkPackage,
    sites: Sequence[int],
    formats: Collection[str],
    language: str,
    paper: str,
    as_of: date,
    run: EvaluationRun | None = None,
    actor: User,
    token: str,
) -> Report:
    """Ask for a comparison; a worker is woken when the transaction commits. Once for each token.

    With `run` the frozen evaluation is compared, and its day is the day.

    Raises:
        PermissionDenied: when the person's role may not ask for reports.
        ComparisonRefused: when there are too few or too many candidates, one is none, no format is chosen, or
            the date lies ahead.
    """
    ReportPolicy.request.require(actor)
    report, ordered = _checked(package, sites, formats, as_of, run)
    report.language, report.paper = language, paper
    return report_ask(report=report, sites=ordered, actor=actor, token=token)


def comparison_make(
    *,
    package: WorkPackage,
    sites: Sequence[int],
    formats: Collection[str],
    language: str,
    paper: str,
    as_of: date,
    run: EvaluationRun | None = None,
    key: str,
    actor: User | None = None,
) -> Report:
    """Make and issue a comparison at once, without a worker; for commands. No `sites`: the usual choice.

    Raises as `comparison_request`, and RenderingFailed; no report is left behind then.
    """
    ReportPolicy.request.require(actor)
    report, ordered = _checked(package, sites, formats, as_of, run, usual=True)
    report.language, report.paper, report.key, report.requested_by = language, paper, key, actor
    return report_finish(report=report, sites=ordered, actor=actor)


def _checked(
    package: WorkPackage,
    sites: Sequence[int],
    formats: Collection[str],
    as_of: date,
    run: EvaluationRun | None,
    *,
    usual: bool = False,
) -> tuple[Report, list[int]]:
    """The report and its candidates in the order of the ranking."""
    try:
        refuse_tomorrow(as_of)
    except ReportRefused as problem:
        raise ComparisonRefused("as_of", problem.text) from None
    if not formats:
        raise ComparisonRefused("formats", _("Choose at least one format."))
    ranking = ranking_for(package, as_of, run)
    asked = usual_choice(ranking) if usual and not sites else list(sites)
    ordered = [row.head.site_id for row in ranking.candidates if row.head.site_id in asked]
    if len(ordered) < len(set(asked)):
        raise ComparisonRefused("sites", _("One of these sites is not a candidate in this evaluation."))
    if wrong := wrong_number(len(ordered)):
        raise ComparisonRefused("sites", wrong)
    report = Report(
        kind=Report.Kind.COMPARISON,
        program=package.program,
        package=package,
        run=run,
        formats=[each.value for each in Report.Format if each.value in formats],
        as_of=run.as_of if run else as_of,
    )
    return report, ordered
