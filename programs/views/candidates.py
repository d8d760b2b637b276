"""Candidates of a program: add, move to another stage, remove, and take the removal back."""

from uuid import uuid4

from django.contrib import messages
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.views.access import AuthenticatedRequest, requires
from common.editing import with_version
from common.notices import notice_done
from common.versions import StaleRecord
from partners.models import Site
from programs.forms import StageForm
from programs.models import Candidate, Program
from programs.moves import moves_of
from programs.policies import CandidatePolicy
from programs.proposals import proposals_of_candidate
from programs.services import (
    CandidateState,
    candidate_remove,
    candidate_restore,
    candidate_stage_set,
    candidates_add,
)
from programs.views.access import in_program, program_or_404

SALT = "programs.candidate"
STAGE_SALT = "programs.candidate-stage"
UNDO_SECONDS = 86_400


@require_POST
@in_program(CandidatePolicy.change)
def candidate_add(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Add the sites named in the form, and come back to the search they were found with."""
    _add_sites(request, program)
    find = request.POST.get("find", "")
    address = reverse("programs:program", args=[program.address])
    return redirect(f"{address}?{urlencode({'find': find})}" if find else address)


@require_POST
@requires(CandidatePolicy.change)
def candidates_pick(request: AuthenticatedRequest) -> HttpResponseBase:
    """Add sites that were picked elsewhere to the program that was chosen there."""
    program = program_or_404(request, request.POST.get("program", ""))
    _add_sites(request, program)
    return redirect("programs:program", code=program.address)


@in_program(CandidatePolicy.change)
def candidate_stage(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Move a candidate to another stage; in the side panel, or as a page without scripts."""
    candidate = _candidate(program, pk)
    initial = {"stage": candidate.stage, "reason": candidate.reason, "version": candidate.version}
    form = StageForm(request.POST or None, initial=initial)
    clash = ""
    if request.method == "POST" and form.is_valid():
        try:
            done = candidate_stage_set(candidate=candidate, actor=request.user, **form.cleaned_data)
        except StaleRecord as stale:
            clash = Candidate.objects.get(pk=stale.current.pk).get_stage_display()
            with_version(form, stale.current.version)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            words = {"site": candidate.site.name, "stage": done.get_stage_display()}
            notice_done(
                request, _("%(site)s: %(stage)s.") % words, undo=_stage_undo(program, candidate, done)
            )
            address = reverse("programs:program", args=[program.address])
            if getattr(request, "htmx", False):
                # The list behind the panel changed, so the page is loaded again.
                return HttpResponse(status=204, headers={"HX-Redirect": address})
            return redirect(address)
    in_panel = bool(getattr(request, "htmx", False))
    template = "programs/_candidate_panel.html" if in_panel else "programs/candidate_stage.html"
    context = {
        "program": program,
        "candidate": candidate,
        "form": form,
        "clash": clash,
        "moves": moves_of(candidate),
        "proposals": proposals_of_candidate(candidate),
        "in_panel": in_panel,
    }
    return render(request, template, context, status=409 if clash else 422 if form.errors else 200)


def _stage_undo(program: Program, before: Candidate, after: Candidate) -> str:
    """Where the move is taken back, unless somebody moved the candidate on meanwhile."""
    state = {"stage": before.stage, "reason": before.reason, "version": after.version}
    address = reverse("programs:candidate-stage-back", args=[program.address, before.pk])
    return f"{address}?{urlencode({'state': signing.dumps(state, salt=STAGE_SALT, compress=True)})}"


@require_POST
@in_program(CandidatePolicy.change)
def candidate_stage_back(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Undo a move to another stage."""
    candidate = _candidate(program, pk)
    try:
        state = signing.loads(request.GET.get("state", ""), salt=STAGE_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    try:
        done = candidate_stage_set(candidate=candidate, actor=request.user, **state)
    except StaleRecord:
        messages.error(request, _("Someone else moved the candidate meanwhile, so it stays where it is."))
    else:
        words = {"site": candidate.site.name, "stage": done.get_stage_display()}
        messages.success(request, _("%(site)s: %(stage)s.") % words)
    return redirect("programs:program", code=program.address)


@require_POST
@in_program(CandidatePolicy.change)
def candidate_remove_view(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Take a candidate out, with a way back."""
    candidate = _candidate(program, pk)
    state = candidate_remove(candidate=candidate, actor=request.user)
    # The terms of an offer are too long for an address, so the state waits where only its key is named.
    key = f"programs.candidate-removed:{uuid4()}"
    cache.set(key, state, UNDO_SECONDS)
    token = signing.dumps(key, salt=SALT)
    undo = reverse("programs:candidate-restore", args=[program.address])
    notice_done(
        request,
        _("%(site)s is no longer a candidate.") % {"site": candidate.site.name},
        undo=f"{undo}?{urlencode({'state': token})}",
    )
    return redirect("programs:program", code=program.address)


@require_POST
@in_program(CandidatePolicy.change)
def candidate_restore_view(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Undo a removal, to the stage and reason the candidate had."""
    try:
        key = signing.loads(request.GET.get("state", ""), salt=SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    state = cache.get(key)
    if not isinstance(state, CandidateState):
        raise Http404
    site = get_object_or_404(Site.objects.visible_to(request.user), pk=state.site_id)
    candidate_restore(package=program.package, state=state, actor=request.user)
    messages.success(request, _("%(site)s is a candidate again.") % {"site": site.name})
    return redirect("programs:program", code=program.address)


def _candidate(program: Program, pk: int) -> Candidate:
    found = Candidate.objects.filter(work_package=program.package).select_related("site__organization")
    return get_object_or_404(found, pk=pk)


def _add_sites(request: AuthenticatedRequest, program: Program) -> None:
    asked = {int(value) for value in request.POST.getlist("site") if value.isascii() and value.isdigit()}
    sites = list(Site.objects.visible_to(request.user).filter(pk__in=asked))
    if not sites:
        messages.warning(request, _("No site was chosen. Tick one or more in the list first."))
        return
    added = candidates_add(package=program.package, sites=sites, actor=request.user)
    words = {"total": len(added), "code": program.code, "site": sites[0].name}
    if not added:
        text = ngettext(
            "%(site)s is a candidate already.", "All of these sites are candidates already.", len(sites)
        )
        messages.info(request, text % words)
        return
    if len(added) == len(sites) == 1:
        text = _("%(site)s was added to %(code)s.")
    else:
        text = ngettext(
            "%(total)s site was added to %(code)s.", "%(total)s sites were added to %(code)s.", len(added)
        )
    messages.success(request, text % words)
