"""The change history as PDF: of one record for whoever may see it, of everything for administrators."""

from django.contrib import messages
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst, slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.views.access import AuthenticatedRequest, requires
from common.numbers import number_text
from records.filters import EntryFilter
from records.policies import HistoryPolicy
from records.selectors import entries_listed, entries_of
from records.signing.state import signatures_of
from records.views.record import recorded_model_or_404, visible_record_or_404
from records.views.trail import SEARCH_SECONDS
from reports.paper.history import Extract, history_document
from reports.paper.press import RenderingFailed, pdf_print_kept

# Made while the person waits: a second for the process, some milliseconds for each entry.
MOST_PRINTED = 500
TIME_LIMIT_SECONDS = 25


@require_GET
@requires(HistoryPolicy.view_all)
def history_trail(request: AuthenticatedRequest) -> HttpResponseBase:
    """The audit trail with the filters of its page; too many entries are refused with the way out."""
    back = f"{reverse('records:audit-trail')}?{request.GET.urlencode()}"
    chosen = EntryFilter(request.GET, queryset=entries_listed())
    if not chosen.form.is_valid():
        return redirect(back)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"set local statement_timeout = '{SEARCH_SECONDS}s'")
            entries = list(chosen.qs.order_by("-id")[: MOST_PRINTED + 1])
    except OperationalError:
        messages.error(
            request, _("This search would go through too much. Choose a kind of record or dates as well.")
        )
        return redirect(reverse("records:audit-trail"))
    told = chosen.form.cleaned_data
    chosen_by = tuple(
        (str(chosen.form[name].label), _words(chosen.form.fields[name], value))
        for name, value in told.items()
        if value
    )
    return _printed(request, Extract(_("Audit trail"), chosen_by, entries), "audit-trail", back)


@require_GET
@requires(HistoryPolicy.view)
def history_record(request: AuthenticatedRequest, app: str, model: str, pk: int) -> HttpResponseBase:
    """The history of one record, its signatures included."""
    found = recorded_model_or_404(app, model)
    record = visible_record_or_404(found, pk, request.user)
    kind = capfirst(str(found._meta.verbose_name))
    entries = list(entries_of(found, pk).order_by("-id")[: MOST_PRINTED + 1])
    extract = Extract(
        title=_("History of %(record)s") % {"record": record if record is not None else f"{kind} {pk}"},
        chosen_by=((_("Kind of record"), kind), (_("Record number"), str(pk))),
        entries=entries,
        signatures=tuple(signatures_of(record)) if record is not None else (),
    )
    back = reverse("records:record-history", args=[app, model, pk])
    return _printed(request, extract, f"history-{model}-{pk}", back)


def _printed(request: HttpRequest, extract: Extract, name: str, back: str) -> HttpResponseBase:
    if len(extract.entries) > MOST_PRINTED:
        messages.error(
            request,
            _("At most %(most)s entries are printed at once. Narrow the filters, or export the data.")
            % {"most": number_text(MOST_PRINTED)},
        )
        return redirect(back)
    document = history_document(extract, language=get_language() or "en")
    try:
        printed = pdf_print_kept(document, time_limit_seconds=TIME_LIMIT_SECONDS)
    except RenderingFailed as failure:
        messages.error(request, _("The PDF could not be made: %(reason)s") % {"reason": str(failure)})
        return redirect(back)
    response = HttpResponse(printed.content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _words(field: object, value: object) -> str:
    choices = dict(getattr(field, "choices", ()) or ())
    return str(choices.get(value, value))
