"""The pages that ask for a paper of which only language and sheet are chosen."""

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.views.access import AuthenticatedRequest, on_record
from audits.auditing.views.access import on_audit
from audits.models import Audit
from audits.policies import AuditPolicy
from programs.models import Program
from programs.views.access import in_program
from reports.forms import PaperForm
from reports.models import Report
from reports.papers import audit_paper, decision_report, distribution_report, paper_request
from reports.policies import ReportPolicy
from reports.services import ReportRefused
from scorecards.models import SourcingDecision


def decision_or_404(request: AuthenticatedRequest, pk: int) -> SourcingDecision:
    """The decision of the address. One query.

    Raises:
        Http404: when there is none, or it is of a program that the person may not see.
    """
    rows = SourcingDecision.objects.visible_to(request.user).select_related("work_package__program", "run")
    decision = rows.defer("run__inputs", "run__result").filter(pk=pk).first()
    if decision is None:
        raise Http404
    return decision


@on_record(decision_or_404, ReportPolicy.request)
def decision_create(request: AuthenticatedRequest, decision: SourcingDecision) -> HttpResponseBase:
    """Choose language and paper of the decision paper."""
    heading = _("Decision paper: %(package)s, revision %(revision)s") % {
        "package": decision.work_package,
        "revision": decision.revision,
    }
    return paper_asked(
        request,
        decision_report(decision),
        heading=heading,
        says=_(
            "What was decided, by whom and when, on which frozen evaluation, what was accepted with eyes "
            "open, and who signed it. A draft is printed as a draft."
        ),
        back=decision.get_absolute_url(),
    )


@in_program(ReportPolicy.request)
def distribution_create(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Choose language and paper of the distribution plan."""
    program.package.program = program
    try:
        report = distribution_report(program.package)
    except ReportRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("logistics:plan", code=program.address)
    return paper_asked(
        request,
        report,
        heading=_("Distribution plan of %(project)s") % {"project": program.package},
        says=_(
            "Who can get a dose, from when, what is not ready and whose it is, and the time budget of every "
            "lane, as they stand when it is made."
        ),
        back=reverse("logistics:plan", args=[program.address]),
    )


@on_audit(AuditPolicy.view)
def audit_create(request: AuthenticatedRequest, audit: Audit) -> HttpResponseBase:
    """Choose language and paper of the report of an audit."""
    return paper_asked(
        request,
        audit_paper(audit),
        heading=_("Audit report %(number)s") % {"number": audit},
        says=_(
            "Plan, findings, checklist, conclusion and signatures. Printed as a draft until it is approved."
        ),
        back=reverse("audits:report", args=[audit.pk]),
    )


def paper_asked(
    request: AuthenticatedRequest, report: Report, *, heading: str, says: str, back: str
) -> HttpResponseBase:
    """Show the form; once it was sent rightly, ask and go on to the page of the report."""
    user: User = request.user
    form = PaperForm(request.POST or None, initial=PaperForm.first_values(language=user.language))
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        asked = paper_request(
            report=report,
            language=entered["language"],
            paper=entered["paper"],
            actor=user,
            token=str(entered["token"]),
        )
        return redirect("reports:report-detail", pk=asked.pk)
    context = {"form": form, "heading": heading, "says": says, "back": back, "program": report.program}
    return render(request, "reports/paper_form.html", context, status=422 if form.errors else 200)
