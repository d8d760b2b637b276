"""The Celery application. A task only wakes a job row; the row is the truth (see `jobs`)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_eval.settings")

app = Celery("cmo_eval")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
