"""Templates of scorecards: their versions, what each says, and a new version with other anchors."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.views.access import AuthenticatedRequest, requires
from scorecards.anchor_words import anchor_label, anchor_shown, anchor_text, version_text
from scorecards.derivation.rules import RULES
from scorecards.models import Criterion, ScorecardTemplate
from scorecards.policies import TemplatePolicy
from scorecards.template_forms import TemplateForm
from scorecards.template_services import template_revise
from scorecards.wording import criterion_title, template_title


@requires(TemplatePolicy.view)
def template_list(request: AuthenticatedRequest) -> HttpResponseBase:
    """Every version of every template, newest first."""
    rows = ScorecardTemplate.objects.annotate(used=Count("scorecards")).order_by("key", "-version")
    context = {
        "rows": [(row, template_title(row.key, row.title), version_text(row.version)) for row in rows],
        "may_change": TemplatePolicy.change.allows(request.user),
    }
    return render(request, "scorecards/template_list.html", context)


@requires(TemplatePolicy.view)
def template(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """One version: criteria, weights, rules and anchors."""
    found = _template_or_404(pk)
    lines = []
    for row in _criteria(found):
        rule = RULES.get(row.rule)
        usual = dict(rule.anchors) if rule else {}
        texts = [
            (
                anchor_label(name),
                anchor_shown(value),
                anchor_text(value) != anchor_text(usual.get(name, value)),
            )
            for name, value in {**usual, **row.anchors}.items()
        ]
        lines.append((row, criterion_title(row.key, row.title), texts))
    context = {
        "template": found,
        "title": template_title(found.key, found.title),
        "version": version_text(found.version),
        "lines": lines,
        "may_change": TemplatePolicy.change.allows(request.user),
    }
    return render(request, "scorecards/template.html", context)


@requires(TemplatePolicy.change)
def template_edit(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Anchors and default weights, saved as a new version."""
    found = _template_or_404(pk)
    form = TemplateForm(request.POST or None, criteria=_criteria(found), claimed_margin=found.claimed_margin)
    if request.method == "POST" and form.is_valid():
        try:
            made = template_revise(
                base=found,
                anchors=form.anchors,
                weights=form.weights,
                floors=form.floors,
                claimed_margin=form.cleaned_data["claimed_margin"],
                reason=form.cleaned_data["reason"],
                actor=request.user,
            )
        except ValidationError as error:
            for key, problems in error.message_dict.items():
                for problem in problems:
                    form.add_error(form.place(key), problem)
        else:
            messages.success(
                request,
                _("Version %(version)s is in force. Scorecards follow it when somebody says so.")
                % {"version": version_text(made.version)},
            )
            return redirect("templates:template", pk=made.pk)
    context = {
        "template": found,
        "title": template_title(found.key, found.title),
        "version": version_text(found.version),
        "form": form,
    }
    return render(request, "scorecards/template_form.html", context, status=422 if form.errors else 200)


def _template_or_404(pk: int) -> ScorecardTemplate:
    found = ScorecardTemplate.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _criteria(template: ScorecardTemplate) -> list[Criterion]:
    return list(Criterion.objects.filter(template=template).select_related("parent").order_by("position"))
