"""Which template judges a work package, and the scorecard by which a logistics partner is chosen."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.views.access import AuthenticatedRequest
from common.editing import with_version
from common.versions import StaleRecord
from programs.models import Program
from programs.models.program import address_of
from programs.views.access import in_program
from scorecards.anchor_words import version_text
from scorecards.following import scorecard_template_choose, templates_offered
from scorecards.forms import PartnerForm, TemplateChoiceForm
from scorecards.partners import partner_package_begin, partner_packages, partners_offered
from scorecards.plans import plan_of
from scorecards.policies import ScorecardPolicy
from scorecards.wording import template_title


@in_program(ScorecardPolicy.change)
def template_choose(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Judge the work package by another template; of two editors the second is told."""
    package = program.package
    plan = plan_of(package)
    others = [row for row in templates_offered() if row.key != plan.template_key]
    form = TemplateChoiceForm(
        request.POST or None, templates=others, initial={"version": plan.version, "template": ""}
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                scorecard_template_choose(
                    package=package,
                    template=next(row for row in others if row.key == form.cleaned_data["template"]),
                    reason=form.cleaned_data["reason"],
                    version=form.cleaned_data["version"] or 0,
                    actor=request.user,
                )
            except StaleRecord as stale:
                form.add_error(
                    None,
                    _("Someone else changed the scorecard meanwhile. Save again if you still want this."),
                )
                with_version(form, stale.current.version)
                status = 409
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("The scorecard has another template, and its weights."))
                return redirect("scorecards:scorecard", code=program.address)
    context = {
        "program": program,
        "form": form,
        "title": template_title(plan.template_key, plan.template_title),
        "version": version_text(plan.template_version),
    }
    return render(request, "scorecards/template_choose.html", context, status=status)


@in_program(ScorecardPolicy.view)
def logistics_partner(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """The scorecards by which a logistics partner is chosen, and how to begin one."""
    may_change = ScorecardPolicy.change.allows(request.user)
    offered = partners_offered(program, request.user) if may_change else []
    form = PartnerForm(None, offered=offered, initial={"name": _("Logistics partner")})
    return _partner_page(request, program, form)


@require_POST
@in_program(ScorecardPolicy.change)
def logistics_partner_begin(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Begin a work package in which a logistics partner is chosen."""
    offered = partners_offered(program, request.user)
    form = PartnerForm(request.POST, offered=offered)
    if form.is_valid():
        chosen = form.cleaned_data.get("sites", ())
        try:
            package = partner_package_begin(
                program=program,
                name=form.cleaned_data["name"],
                sites=[each.site for each in offered if str(each.site.pk) in chosen],
                actor=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The candidates are compared as logistics partners."))
            address = address_of(program.code, package, program.parts[0])
            return redirect("scorecards:scorecard", code=address)
    return _partner_page(request, program, form)


def _partner_page(request: AuthenticatedRequest, program: Program, form: PartnerForm) -> HttpResponseBase:
    context = {
        "program": program,
        "form": form,
        "packages": partner_packages(program),
        "may_change": ScorecardPolicy.change.allows(request.user),
    }
    status = 422 if form.errors else 200
    return render(request, "scorecards/logistics_partner.html", context, status=status)
