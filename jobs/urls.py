from django.urls import path

from jobs.views.listing import JobListView, job_retry_view, job_stop_view
from jobs.views.progress import JobCancelView, JobProgressView

app_name = "jobs"
urlpatterns = [
    path("", JobListView.as_view(), name="job-list"),
    path("<int:pk>/retry/", job_retry_view, name="job-retry"),
    path("<int:pk>/stop/", job_stop_view, name="job-stop"),
    path("<int:pk>/progress/", JobProgressView.as_view(), name="job-progress"),
    path("<int:pk>/cancel/", JobCancelView.as_view(), name="job-cancel"),
]
