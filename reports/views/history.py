"""The pages that ask for the change history as PDF: of one record, or of everything for administrators."""

from django.contrib import messages
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.views.access import AuthenticatedRequest, requires
from common.numbers import number_text
from records.filters import EntryFilter
from records.policies import HistoryPolicy
from records.selectors import entries_listed
from records.views.record import recorded_model_or_404, visible_record_or_404
from records.views.trail import SEARCH_SECONDS
from reports.figures.history import MOST_PRINTED, TooMuch, printed_entries, record_entries
from reports.papers import record_history, trail_history
from reports.policies import ReportPolicy
from reports.views.papers import paper_asked


@requires(HistoryPolicy.view_all)
def history_trail(request: AuthenticatedRequest) -> HttpResponseBase:
    """The audit trail with the filters of its page; too many entries are refused with the way out."""
    filters = _filters(request)
    back = f"{reverse('records:audit-trail')}?{filters}"
    chosen = EntryFilter(QueryDict(filters), queryset=entries_listed())
    if not chosen.form.is_valid():
        return redirect(back)
    try:
        printed_entries(chosen.qs, seconds=SEARCH_SECONDS)
    except TooMuch as problem:
        messages.error(request, _refusal(problem))
        return redirect(reverse("records:audit-trail") if problem.too_long else back)
    return paper_asked(
        request,
        trail_history(filters),
        heading=_("Audit trail as PDF"),
        says=_("The entries that the filters leave when it is made, with the head of the change history."),
        back=back,
    )


@requires(HistoryPolicy.view)
def history_record(request: AuthenticatedRequest, app: str, model: str, pk: int) -> HttpResponseBase:
    """The history of one record, its signatures included."""
    found = recorded_model_or_404(app, model)
    record = visible_record_or_404(found, pk, request.user)
    ReportPolicy.history.require(request.user)
    back = reverse("records:record-history", args=[app, model, pk])
    try:
        printed_entries(record_entries(found._meta.label, pk), seconds=SEARCH_SECONDS)
    except TooMuch as problem:
        messages.error(request, _refusal(problem))
        return redirect(back)
    report = record_history(record, found, pk)
    return paper_asked(
        request,
        report,
        heading=_("History of %(record)s") % {"record": report.record_name},
        says=_(
            "Every change of the record with who, when and why, its signatures, and the head of the history."
        ),
        back=back,
    )


def _filters(request: AuthenticatedRequest) -> str:
    """What of the address is a filter, in the order of the form."""
    asked = QueryDict(mutable=True)
    for name in EntryFilter.base_filters:
        if value := request.GET.get(name):
            asked[name] = value
    return asked.urlencode()


def _refusal(problem: TooMuch) -> str:
    if problem.too_long:
        return _("This search would go through too much. Choose a kind of record or dates as well.")
    return _("At most %(most)s entries are printed at once. Narrow the filters, or export the data.") % {
        "most": number_text(MOST_PRINTED)
    }
