"""One record: read, add, change, remove. In the side panel or, without scripts, on a page of its own."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.views.access import AuthenticatedRequest, requires
from common.editing import clashes_of, with_version
from common.notices import notice_done
from common.numbers import day_text
from common.versions import StaleRecord
from partners.models import Evidence, Site
from partners.policies import SitePolicy
from partners.practices import ANCHORS
from partners.profile.forms import RecordForm, record_form
from partners.profile.section import Section
from partners.profile.selectors import versions_of
from partners.profile.sheets import cell_of
from partners.profile.writing import Edit, Written, records_add, records_change, records_remove
from partners.templatetags.partner_badges import exact_number
from records.attaching import attachment_panel
from records.reasons import needs_reason
from records.refusals import refusals_shown
from records.undoing import Mark
from workspace.profile.context import list_address, record_or_404, section_context, section_or_404
from workspace.views.profile.erasing import may_erase
from workspace.views.sites import site_or_404


def undo_address(mark: Mark, back: str) -> str:
    """Where an act is undone; nothing when it wrote nothing."""
    if mark.span is None:
        return ""
    return f"{reverse('workspace:undo')}?{urlencode({'of': mark.span.token, 'back': back})}"


@requires(SitePolicy.view)
def record_detail(request: AuthenticatedRequest, pk: int, section: str, record: int) -> HttpResponseBase:
    """Everything about a record: its values, its files, and how it was before."""
    declared, site = section_or_404(section), site_or_404(request, pk)
    row = record_or_404(declared, site, record)
    versions = versions_of(row)
    context = section_context(
        request,
        site,
        declared,
        record=row,
        groups=_groups(declared, row),
        versions=[(each, _differences(declared, each, before)) for each, before in _pairs(versions)],
        newest=versions[0],
        may_erase=may_erase(row, request.user),
        attachments=attachment_panel(row, request.user),
        history_url=reverse("records:record-history", args=["partners", row._meta.model_name, row.pk]),
    )
    return render(request, "partners/profile/record.html", context)


def _groups(section: Section, row: Evidence) -> list[tuple[str, list[tuple[str, object]]]]:
    shown = [
        (str(group.title), [(section.label(name), shown_value(section, row, name)) for name in group.fields])
        for group in section.groups
    ]
    rest = [
        name for name in ("happened_on", "known_on", "expires_on", "document") if name not in section.facts
    ]
    return [
        *shown,
        (_("Evidence"), [(section.label(name), shown_value(section, row, name)) for name in rest]),
    ]


def shown_value(section: Section, row: Evidence, name: str) -> object:
    """A value as a page shows it."""
    value = cell_of(section, row, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return exact_number(value)
    if isinstance(value, date):
        return day_text(value)
    return str(value) if name == "year" else value


def _pairs(versions: list[Evidence]) -> list[tuple[Evidence, Evidence | None]]:
    return list(zip(versions, [*versions[1:], None], strict=True))


def _differences(
    section: Section, row: Evidence, before: Evidence | None
) -> list[tuple[str, object, object]]:
    if before is None:
        return []
    return [
        (section.label(name), shown_value(section, before, name), shown_value(section, row, name))
        for name in section.fields
        if name != "known_on" and getattr(row, name) != getattr(before, name)
    ]


@requires(SitePolicy.change)
def record_add_view(request: AuthenticatedRequest, pk: int, section: str) -> HttpResponseBase:
    """Add a record. Where the form depends on a choice, the choice comes first."""
    declared, site = section_or_404(section), site_or_404(request, pk)
    first = request.POST.get(declared.first) or request.GET.get(declared.first, "")
    if declared.first and first not in ANCHORS:
        return _answer(request, site, declared, "choose", choices=_first_choices(declared))
    initial = {declared.first: first} if declared.first else {}
    form = record_form(declared.key)(
        request.POST or None, instance=declared.model(**declared.scope(site)), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown(form):
            done = records_add(section=declared, rows=[(site, form.values)], actor=request.user)
            return _done(request, site, declared, done, _("%(record)s was added."))
    return _answer(request, site, declared, "form", form=form, status=_status(form))


@requires(SitePolicy.change)
def record_edit(request: AuthenticatedRequest, pk: int, section: str, record: int) -> HttpResponseBase:
    """Change a record; the second of two editors gets 409 with both values and keeps what they typed."""
    declared, site = section_or_404(section), site_or_404(request, pk)
    row = record_or_404(declared, site, record)
    form = record_form(declared.key)(request.POST or None, instance=row, initial={"version": row.version})
    saved = record_or_404(declared, site, record)
    more: dict[str, Any] = {"record": saved}
    if request.method == "POST" and form.is_valid():
        edit = Edit(
            int(request.POST.get("pk") or record),
            form.cleaned_data["version"] or 0,
            form.values,
            correction=form.corrects,
        )
        try:
            with refusals_shown(form):
                done = records_change(section=declared, edits=[edit], actor=request.user, reason=form.reason)
                told = _("%(record)s was saved.") if done.changed else _("%(record)s: nothing to save.")
                return _done(request, site, declared, done, told)
        except StaleRecord as stale:
            return _stale(request, site, declared, form, saved, stale)
    return _answer(request, site, declared, "form", form=form, status=_status(form), **more)


def _stale(
    request: AuthenticatedRequest,
    site: Site,
    section: Section,
    form: RecordForm,
    read: Evidence,
    stale: StaleRecord,
) -> HttpResponseBase:
    """Both values; saving again goes on top of what holds now. A removed record cannot be saved again."""
    current = record_or_404(section, site, stale.current.pk)
    if current.replaced_on is not None:
        form.add_error(None, _("This record was removed meanwhile. Add it again if it still holds."))
        return _answer(request, site, section, "form", form=form, status=409, record=current, gone=True)
    quiet = _closing(form)
    with_version(form, current.version)
    if form.cleaned_data["known_on"] == read.known_on and current.known_on is not None:
        # Not what they changed: it follows the version that they now go on from.
        form.data["known_on"] = current.known_on.isoformat()  # type: ignore[index]
        quiet.add(form["known_on"].id_for_label)
    clashes = [clash for clash in clashes_of(form, current) if clash.field_id not in quiet]
    return _answer(request, site, section, "form", form=form, status=409, record=current, clashes=clashes)


def _closing(form: RecordForm) -> set[str]:
    return {form[name].id_for_label for name in ("reason", "correction") if name in form.fields}


@requires(SitePolicy.change)
def record_remove(request: AuthenticatedRequest, pk: int, section: str, record: int) -> HttpResponseBase:
    """Ask, then end the record; it can be taken back."""
    declared, site = section_or_404(section), site_or_404(request, pk)
    row = record_or_404(declared, site, record)
    error, status = "", 200
    if request.method == "POST":
        version = request.POST.get("version", "")
        chosen = [(row.pk, int(version) if version.isascii() and version.isdigit() else 0)]
        try:
            done = records_remove(
                section=declared,
                chosen=chosen,
                actor=request.user,
                reason=request.POST.get("reason", ""),
            )
        except StaleRecord:
            error, status = _("Someone else changed this record meanwhile. Look at it again."), 409
        except ValidationError as refusal:
            error, status = " ".join(refusal.messages), 422
        else:
            return _done(request, site, declared, done, _("%(record)s was removed."))
    more = {"record": row, "error": error, "asks_reason": needs_reason(row)}
    return _answer(request, site, declared, "remove", status=status, **more)


def _first_choices(section: Section) -> list[tuple[str, str, str]]:
    """The choices that come before the form: key, word, and what is best."""
    words = dict(section.column(section.first).flatchoices)
    return [(key, str(words[key]), str(anchors[-1])) for key, anchors in ANCHORS.items()]


def _status(form: RecordForm) -> int:
    return 422 if form.is_bound and form.errors else 200


def _done(
    request: AuthenticatedRequest, site: Site, section: Section, done: Written, text: str
) -> HttpResponseBase:
    """Back to the list, with a way to take it back."""
    address = list_address(site, section)
    undo = undo_address(done.mark, address) if done.changed else ""
    notice_done(request, text % {"record": str(done.rows[0])}, undo=undo)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _answer(
    request: AuthenticatedRequest,
    site: Site,
    section: Section,
    what: str,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponseBase:
    """The part alone for the side panel, else a page around it."""
    panel = bool(request.headers.get("HX-Request"))
    context = section_context(request, site, section, panel=panel, **context)
    context["part"] = f"partners/profile/_{what}.html"
    return render(request, context["part"] if panel else "partners/profile/part.html", context, status=status)
