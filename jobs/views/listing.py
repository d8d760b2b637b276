"""All jobs, for administrators: what waits, runs, failed and why, and what can be done about it."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_filters.views import FilterView

from accounts.views.access import AuthenticatedRequest, Guarded, requires
from common.tables import TablePageMixin
from jobs.models import Job
from jobs.policies import JobPolicy
from jobs.services import job_cancel, job_retry
from jobs.tables import JobFilter, JobTable


class JobListView(Guarded, TablePageMixin, FilterView):  # type: ignore[misc]
    """Every job, the latest first."""

    permission = JobPolicy.view_all
    table_class = JobTable
    filterset_class = JobFilter
    template_name = "jobs/job_list.html"
    export_title = gettext_lazy("Jobs")

    def get_queryset(self) -> QuerySet[Job]:
        return Job.objects.visible_to(self.request.user).select_related("requested_by")


@require_POST
@requires(JobPolicy.view_all)
def job_retry_view(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Put a job that failed or was stopped back into the queue."""
    if job_retry(job=get_object_or_404(Job, pk=pk), actor=request.user):
        messages.success(request, _("The work starts again."))
    else:
        messages.info(request, _("This job is not at rest any more."))
    return redirect("jobs:job-list")


@require_POST
@requires(JobPolicy.view_all)
def job_stop_view(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Stop a job from the list."""
    if job_cancel(job=get_object_or_404(Job, pk=pk), actor=request.user):
        messages.success(request, _("The job was stopped; nothing of it is saved."))
    else:
        messages.info(request, _("The job had ended before."))
    return redirect("jobs:job-list")
