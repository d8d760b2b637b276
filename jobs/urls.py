from django.urls import path

from jobs.views.progress import JobCancelView, JobProgressView

app_name = "jobs"
urlpatterns = [
    path("<int:pk>/progress/", JobProgressView.as_view(), name="job-progress"),
    path("<int:pk>/cancel/", JobCancelView.as_view(), name="job-cancel"),
]
