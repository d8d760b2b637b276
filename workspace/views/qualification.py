"""The qualification file of a site: what is missing for supply, decisions, agreements, certificates."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.views.access import AuthenticatedRequest, requires
from audits.auditing.risk_selectors import sites_by_risk
from audits.models import Audit, Inspection
from common.editing import clashes_of, with_version
from common.versions import StaleRecord
from partners.models import QualityAgreement, Site, StandingDecision
from partners.policies import QualificationPolicy
from partners.qualification.forms import DecisionForm
from partners.qualification.readiness import SOON_DAYS, State, readiness
from partners.qualification.selectors import facts_of, qualification_file
from partners.qualification.services import decision_change, decision_draft
from records.attaching import attachment_panel
from records.refusals import refusals_shown
from records.signing.panel import signature_panel
from records.signing.state import is_locked
from workspace.views.sites import site_context, site_or_404

POINT_TONES = {State.MET: "good", State.SOON: "caution", State.WARNS: "caution", State.MISSING: "bad"}
# An inspection or audit counts as current evidence of GMP for this long (EU certificates: three years).
GMP_DAYS = 3 * 365


@require_GET
@requires(QualificationPolicy.view)
def site_qualification(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """The file, with what is missing for clinical and for commercial supply."""
    site = site_or_404(request, pk)
    today = timezone.localdate()
    file = qualification_file(site)
    risk = next(iter(sites_by_risk(user=request.user, today=today, among=[site])), None)
    facts = facts_of(site, file, today=today, gmp_evidence=gmp_evidence(site, today))
    context = site_context(
        request,
        site,
        "qualification",
        file=file,
        readiness=[
            (each, [(point, POINT_TONES[point.state]) for point in each.points]) for each in readiness(facts)
        ],
        soon=today + timedelta(days=SOON_DAYS),
        today=today,
        risk=risk,
        may_qualify=QualificationPolicy.change.allows(request.user),
        draft=next((each for each in file.decisions if each.state == StandingDecision.State.DRAFT), None),
    )
    return render(request, "partners/qualification.html", context)


def gmp_evidence(site: Site, today: date) -> bool:
    """Whether an inspection without official action, or an audit not rated unsatisfactory, is current.

    The last inspection counts, so that an official action takes an earlier good outcome back. One query.
    """
    since = today - timedelta(days=GMP_DAYS)
    inspections = (
        Inspection.objects.filter(site=OuterRef("pk"), is_drug_gmp=True, happened_on__lte=today)
        .exclude(classification="")
        .order_by("-happened_on", "-pk")
    )
    rated = (
        Audit.objects.in_force()
        .filter(site=OuterRef("pk"), ends_on__gte=since, ends_on__lte=today)
        .exclude(rating="")
        .order_by("-ends_on", "-pk")
    )
    inspected_on, classification, rating = (
        Site.objects.filter(pk=site.pk)
        .values_list(
            Subquery(inspections.values("happened_on")[:1]),
            Subquery(inspections.values("classification")[:1]),
            Subquery(rated.values("rating")[:1]),
        )
        .get()
    )
    if inspected_on is not None and inspected_on >= since:
        if classification in ("nai", "vai", "compliant"):
            return True
        if classification in ("oai", "non_compliant"):
            return False
    return rating is not None and rating != Audit.Rating.UNSATISFACTORY


def decision_or_404(request: AuthenticatedRequest, pk: int) -> StandingDecision:
    """A decision of a site that the person sees."""
    mine = Site.objects.visible_to(request.user)
    rows = StandingDecision.objects.filter(site__in=mine).select_related("site__organization", "author")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def agreement_or_404(request: AuthenticatedRequest, pk: int) -> QualityAgreement:
    """An agreement with a site that the person sees."""
    mine = Site.objects.visible_to(request.user)
    rows = QualityAgreement.objects.filter(site__in=mine).select_related("site__organization")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@requires(QualificationPolicy.change)
def decision_add(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Draft a decision."""
    site = site_or_404(request, pk)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown(form):
            fields = {name: value for name, value in form.cleaned_data.items() if name != "version"}
            made = decision_draft(site=site, fields=fields, actor=request.user)
            messages.success(request, _("The decision is a draft. It takes effect with two signatures."))
            return redirect("workspace:decision", pk=made.pk)
    context = site_context(request, site, "qualification", form=form)
    return render(request, "partners/qualification_decision_form.html", context, status=status_of(form))


@require_GET
@requires(QualificationPolicy.view)
def decision_view(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """One decision with its signatures."""
    decision = decision_or_404(request, pk)
    is_draft = decision.state == StandingDecision.State.DRAFT
    context = site_context(
        request,
        decision.site,
        "qualification",
        decision=decision,
        signatures=signature_panel(decision, request.user),
        attachments=attachment_panel(decision, request.user),
        may_edit=is_draft and QualificationPolicy.change.allows(request.user) and not is_locked(decision),
    )
    return render(request, "partners/qualification_decision.html", context)


@requires(QualificationPolicy.change)
def decision_edit(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Change a draft; the second of two editors gets 409 with both values."""
    decision = decision_or_404(request, pk)
    form = DecisionForm(request.POST or None, instance=decision, initial={"version": decision.version})
    more: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with refusals_shown(form):
                    entered = dict(form.cleaned_data)
                    version = entered.pop("version") or 0
                    decision_change(decision=decision, version=version, changes=entered, actor=request.user)
                    return redirect("workspace:decision", pk=pk)
            except StaleRecord as stale:
                more["clashes"], status = clashes_of(form, stale.current), 409
                with_version(form, stale.current.version)
    context = site_context(
        request, decision.site, "qualification", form=form, decision=decision_or_404(request, pk), **more
    )
    return render(request, "partners/qualification_decision_form.html", context, status=status)


def status_of(form: forms.BaseForm) -> int:
    """422 for a form with errors."""
    return 422 if form.errors else 200
