"""Opening, changing, moving and reopening CAPAs."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.views.access import AuthenticatedRequest, requires
from audits.capas.forms import PARTS, BasicsForm, PartForm, ReopenForm
from audits.capas.policies import CapaPolicy
from audits.capas.services import StepRefused, capa_change, capa_move, capa_open
from audits.capas.views.access import capa_or_404
from audits.models import Capa, Finding, Inspection
from common.editing import Clash, clashes_of, with_version
from common.versions import StaleRecord
from partners.models import Site
from records.refusals import refusals_shown

TITLES: Mapping[str, Promise] = {
    "basics": _("Problem and owner"),
    "cause": _("Root cause"),
    "check": _("Effectiveness check"),
    "result": _("Result of the effectiveness check"),
}
MOST_SITES = 20


@requires(CapaPolicy.change)
def capa_add(request: AuthenticatedRequest) -> HttpResponseBase:
    """Open a CAPA by hand (`?site=`), from a finding (`?finding=`) or from an inspection (`?inspection=`)."""
    initial = _initial_of(request)
    site = initial.pop("site", None)
    if site is None:
        words = request.GET.get("q", "").strip()
        found = Site.objects.visible_to(request.user).classified().matching(words) if words else None
        sites = list(found.select_related("organization").order_by("name")[:MOST_SITES]) if found else []
        return render(request, "audits/capa_start.html", {"sites": sites, "words": words})
    form = BasicsForm(request.POST or None, site=site, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_shown(form):
            capa = capa_open(fields={"site": site, **form.values}, actor=request.user)
            messages.success(request, _now("%(number)s was opened.") % {"number": capa.number})
            return redirect(capa.get_absolute_url())
    context = {"form": form, "site": site, "title": _("Open a CAPA"), "button": _("Open CAPA")}
    return render(request, "audits/capa_form.html", context, status=422 if form.errors else 200)


def _initial_of(request: AuthenticatedRequest) -> dict[str, Any]:
    """What the address says about the origin; the site in any case where there is one."""
    sites = Site.objects.visible_to(request.user)
    if key := _number(request, "finding"):
        finding = (
            Finding.objects.visible_to(request.user).select_related("audit__site").filter(pk=key).first()
        )
        if finding is None:
            raise Http404
        return {
            "site": finding.audit.site,
            "origin": Capa.Origin.FINDING,
            "finding": finding.pk,
            "severity": finding.severity,
            "description": finding.description,
            "title": finding.description.splitlines()[0][:120] if finding.description else "",
        }
    if key := _number(request, "inspection"):
        inspection = Inspection.objects.select_related("site").filter(pk=key, site__in=sites).first()
        if inspection is None:
            raise Http404
        return {"site": inspection.site, "origin": Capa.Origin.INSPECTION, "inspection": inspection.pk}
    if key := _number(request, "site"):
        site = sites.filter(pk=key).first()
        if site is None:
            raise Http404
        return {"site": site, "origin": Capa.Origin.DEVIATION}
    return {}


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


@requires(CapaPolicy.change)
def capa_edit(request: AuthenticatedRequest, pk: int, part: str) -> HttpResponseBase:
    """Change one part of a CAPA; the second of two editors gets 409 with both values."""
    capa = capa_or_404(request, pk)
    if part not in PARTS:
        raise Http404
    more = {"site": capa.site} if part == "basics" else {}
    form = PARTS[part](request.POST or None, instance=capa, **more)
    context: dict[str, Any] = {"capa": capa_or_404(request, pk), "form": form, "title": TITLES[part]}
    if request.method == "POST" and form.is_valid():
        try:
            with refusals_shown(form):
                saved = capa_change(
                    capa=context["capa"],
                    version=form.read_version,
                    changes=form.values,
                    actor=request.user,
                    reason=form.reason,
                )
                messages.success(request, _now("%(number)s was saved.") % {"number": saved.number})
                return redirect(saved.get_absolute_url())
        except StaleRecord as stale:
            context["clashes"] = clashes_with(form, stale.current)
            with_version(form, stale.current.version)
            return render(request, "audits/capa_form.html", context, status=409)
    return render(request, "audits/capa_form.html", context, status=422 if form.errors else 200)


def clashes_with(form: PartForm, current: Any) -> list[Clash]:
    """Where what was typed differs from what is saved now; the reason is of this change alone."""
    for name, value in form.saved_values(current).items():
        setattr(current, name, value)
    reason = form.cleaned_data.pop("reason", None)
    found = clashes_of(form, current)
    if reason is not None:
        form.cleaned_data["reason"] = reason
    return found


@requires(CapaPolicy.change)
def capa_step(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Take a step (POST `to`); one that cannot be made says what is missing and where to enter it."""
    capa = capa_or_404(request, pk)
    if request.method != "POST":
        return redirect(capa.get_absolute_url())
    context: dict[str, Any] = {"capa": capa}
    try:
        moved = capa_move(
            capa=capa, to=request.POST.get("to", ""), actor=request.user, version=_version(request)
        )
    except StaleRecord:
        context["told"], status = _("Someone else changed this CAPA meanwhile. Look at it first."), 409
    except StepRefused as refused:
        context |= {"told": refused.told, "missing": refused.missing}
        status = 409 if refused.moved else 422
    else:
        told = _now("%(number)s is now: %(state)s.")
        state = moved.capa.get_state_display()
        messages.success(request, told % {"number": capa.number, "state": state})
        return redirect("capas:board" if request.POST.get("next") == "board" else capa.get_absolute_url())
    return render(request, "audits/capa_refused.html", context, status=status)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@requires(CapaPolicy.approve)
def capa_reopen(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Start a closed CAPA again, with the reason and a new due date."""
    capa = capa_or_404(request, pk)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown(form):
            capa_move(
                capa=capa,
                to=Capa.State.INVESTIGATION,
                actor=request.user,
                reason=form.cleaned_data["reason"],
                due_on=form.cleaned_data["due_on"],
            )
            messages.success(request, _now("%(number)s was reopened.") % {"number": capa.number})
            return redirect(capa.get_absolute_url())
    context = {
        "capa": capa,
        "form": form,
        "title": _("Reopen"),
        "lead": _("The problem came back: the clock starts again and the plan is approved anew."),
        "button": _("Reopen CAPA"),
    }
    return render(request, "audits/capa_form.html", context, status=422 if form.errors else 200)
