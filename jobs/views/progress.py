"""How a job is doing, as a fragment that asks again until it is finished."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.views.access import Guarded
from jobs.models import Job
from jobs.policies import JobPolicy
from jobs.services import job_cancel

POLL_SECONDS = 1


class _OneJob(Guarded):
    def load_scope(self) -> None:
        job = Job.objects.visible_to(self.request.user).filter(pk=self.kwargs["pk"]).first()
        if job is None:
            raise Http404
        self.job = job

    def fragment(self) -> HttpResponse:
        """The state now. A page around it may listen for `job-finished` and load what the job made."""
        response = render(self.request, "jobs/_progress.html", {"job": self.job})
        response["Cache-Control"] = "no-store"
        if self.job.finished:
            response["HX-Trigger"] = "job-finished"
        return response


class JobProgressView(_OneJob):
    permission = JobPolicy.view

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.fragment()


class JobCancelView(_OneJob):
    permission = JobPolicy.cancel

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        job_cancel(job=self.job, actor=self.request.user)
        self.job.refresh_from_db()
        return self.fragment()
