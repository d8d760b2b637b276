"""The report of an audit as PDF, made while the person waits."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.views.access import AuthenticatedRequest
from audits.auditing.views.access import on_audit
from audits.models import Audit
from audits.policies import AuditPolicy
from reports.models import Report
from reports.paper.audit import audit_document
from reports.paper.press import RenderingFailed, pdf_print_kept

TIME_LIMIT_SECONDS = 25


@require_GET
@on_audit(AuditPolicy.view)
def audit_report(request: AuthenticatedRequest, audit: Audit) -> HttpResponseBase:
    """The report in the reader's language, or in that of `?language=`; `?paper=letter` for US Letter."""
    asked = request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else get_language() or "en"
    paper = request.GET.get("paper", "")
    document = audit_document(audit, language=language, paper=paper if paper in Report.Paper else "a4")
    try:
        printed = pdf_print_kept(document, time_limit_seconds=TIME_LIMIT_SECONDS)
    except RenderingFailed as failure:
        messages.error(request, _("The PDF could not be made: %(reason)s") % {"reason": str(failure)})
        return redirect("audits:report", pk=audit.pk)
    response = HttpResponse(printed.content, content_type="application/pdf")
    name = slugify(f"audit-report-{audit.number}-r{audit.revision}-{language}")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
