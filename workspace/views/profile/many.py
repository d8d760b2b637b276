"""Many records at once: one field set for all that were chosen, after a look at what changes; and undo."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Model
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.roles import Role
from accounts.views.access import AuthenticatedRequest, requires
from common.notices import notice_done
from common.versions import StaleRecord
from partners.models import Evidence, Organization, Site, SiteAlias
from partners.policies import SitePolicy
from partners.profile.forms import BulkForm
from partners.profile.registry import SECTIONS
from partners.profile.section import Section
from partners.profile.writing import Edit, records_change, records_remove
from partners.vocabulary import EvidenceStrength
from records.models import Attachment
from records.refusals import refusals_shown
from records.undoing import CannotUndo, actors_of, span_of, undo
from workspace.profile.context import list_address, section_context, section_or_404
from workspace.views.profile.records import shown_value, undo_address
from workspace.views.sites import site_or_404

# What may be undone with one click.
UNDONE: tuple[type[Model], ...] = (
    *(section.model for section in SECTIONS.values()),
    Attachment,
    Organization,
    Site,
    SiteAlias,
)


@dataclass(frozen=True, slots=True)
class Preview:
    """One chosen record: what it says now and what it would say."""

    record: Evidence
    before: object
    changes: bool
    stale: bool


@require_POST
@requires(SitePolicy.change)
def records_bulk(request: AuthenticatedRequest, pk: int, section: str) -> HttpResponseBase:
    """Choose the field, see what changes, save. `step` says how far the person is."""
    declared, site = section_or_404(section), site_or_404(request, pk)
    versions = _chosen(request)
    if not versions:
        messages.warning(request, _("No record was chosen. Tick one or more in the list first."))
        return redirect(list_address(site, declared))
    rows = list(declared.current(site).filter(pk__in=versions))
    name = request.POST.get("field", "")
    if name == "remove":
        return _remove(request, site, declared, rows, versions)
    if name not in declared.settable:
        raise Http404
    return _set(request, site, declared, name, rows, versions)


def _set(
    request: AuthenticatedRequest,
    site: Site,
    section: Section,
    name: str,
    rows: list[Evidence],
    versions: dict[int, int],
) -> HttpResponseBase:
    """Ask for the value, show what changes, save."""
    step = request.POST.get("step", "")
    verified = any(row.strength == EvidenceStrength.VERIFIED for row in rows)
    form = BulkForm(section, name, request.POST if step else None, asks_reason=verified)
    if verified:
        form.fields["reason"].required = step != "look"
    stale = versions.keys() - {row.pk for row in rows}
    stale |= {row.pk for row in rows if row.version != versions[row.pk]}
    if step == "save" and not stale and form.is_valid():
        edits = [Edit(row.pk, row.version, {name: form.cleaned_data["value"]}) for row in rows]
        try:
            with refusals_shown(form):
                done = records_change(section=section, edits=edits, actor=request.user, reason=form.reason)
                _tell(request, done.changed, undo_address(done.mark, list_address(site, section)))
                return redirect(list_address(site, section))
        except StaleRecord as found:
            stale.add(found.current.pk)
    shown = _shown(section, name, rows, form, stale, looked=bool(step))
    if verified:
        form.fields["reason"].required = True
    context = section_context(
        request, site, section, form=form, field=name, label=section.label(name), **shown
    )
    status = 409 if stale and step == "save" else 422 if form.is_bound and form.errors else 200
    return render(request, "partners/profile/bulk.html", context, status=status)


def _shown(
    section: Section, name: str, rows: list[Evidence], form: BulkForm, stale: set[int], *, looked: bool
) -> dict[str, object]:
    """The records as they are and would be. A reason that is missing hides nothing of it."""
    ready = looked and (form.is_valid() or "value" in form.cleaned_data)
    previews = _previews(section, name, rows, form, stale)
    return {
        "chosen": [f"{row.pk}:{row.version}" for row in rows],
        "ready": ready,
        "may_save": ready and any(each.changes or each.stale for each in previews),
        "previews": previews,
        "stale": stale,
    }


def _remove(
    request: AuthenticatedRequest,
    site: Site,
    section: Section,
    rows: list[Evidence],
    versions: dict[int, int],
) -> HttpResponseBase:
    """Ask once for all, then end them."""
    verified = any(row.strength == EvidenceStrength.VERIFIED for row in rows)
    reason, error, status = request.POST.get("reason", ""), "", 200
    if request.POST.get("step") == "save":
        if verified and not reason.strip():
            error, status = _("Say why: somebody of ours verified at least one of them."), 422
        else:
            chosen = [(row.pk, versions[row.pk]) for row in rows]
            try:
                done = records_remove(section=section, chosen=chosen, actor=request.user, reason=reason)
            except StaleRecord:
                error, status = _("Someone else changed one of them meanwhile. Choose again."), 409
            else:
                text = ngettext(
                    "%(total)s record was removed.", "%(total)s records were removed.", done.changed
                )
                address = list_address(site, section)
                notice_done(request, text % {"total": done.changed}, undo=undo_address(done.mark, address))
                return redirect(address)
    context = section_context(
        request,
        site,
        section,
        rows=rows,
        chosen=[f"{row.pk}:{row.version}" for row in rows],
        asks_reason=verified,
        error=error,
    )
    return render(request, "partners/profile/bulk_remove.html", context, status=status)


def _chosen(request: AuthenticatedRequest) -> dict[int, int]:
    """The boxes that were ticked, each a key and the version that was read."""
    found: dict[int, int] = {}
    for text in request.POST.getlist("row")[:200]:
        key, _colon, version = text.partition(":")
        if (key + version).isascii() and key.isdigit() and version.isdigit() and len(key + version) < 18:
            found[int(key)] = int(version)
    return found


def _previews(
    section: Section, name: str, rows: list[Evidence], form: BulkForm, stale: set[int]
) -> list[Preview]:
    value = form.cleaned_data.get("value") if form.is_bound and hasattr(form, "cleaned_data") else None
    return [
        Preview(
            row,
            shown_value(section, row, name),
            form.is_bound and getattr(row, name) != value,
            row.pk in stale,
        )
        for row in rows
    ]


def _tell(request: AuthenticatedRequest, total: int, address: str) -> None:
    if not total:
        messages.info(request, _("All of them said so already."))
        return
    text = ngettext("%(total)s record was changed.", "%(total)s records were changed.", total)
    notice_done(request, text % {"total": total}, undo=address)


@require_POST
@requires(SitePolicy.change)
def undo_view(request: AuthenticatedRequest) -> HttpResponseBase:
    """Take back what one's own act wrote, on the same day; administrators anybody's."""
    span = span_of(request.GET.get("of", ""))
    if span is None:
        raise Http404
    if request.user.role != Role.ADMINISTRATOR and actors_of(span) != {request.user.pk}:
        raise Http404
    back = _local(request.GET.get("back", ""))
    try:
        undo(span=span, actor=request.user, models=UNDONE, reason=_("undone"))
    except CannotUndo as refused:
        messages.error(request, refusal_words(refused))
    else:
        # Not counted: a changed record is two rows, the version that went and the one that is back.
        messages.success(request, _("Undone: everything is as it was."))
    return redirect(back)


def refusal_words(refused: CannotUndo) -> str:
    """Why nothing was undone, with the first records that stand in the way."""
    if not refused.rows:
        return refused.sentence
    named = ", ".join(f"{row.kind} {row.record} ({row.actor})" for row in refused.rows[:5])
    return f"{refused.sentence} {named}"


def _local(address: str) -> str:
    if address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return address
    return reverse("workspace:directory")
