"""The Celery application. A task only wakes a job row; the row is the truth (see `jobs`)."""

import logging
import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_eval.settings")

app = Celery("cmo_eval")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_the_rest_does(loglevel: int = logging.INFO, **_kwargs: Any) -> None:
    """Celery's own set-up would print events as Python mappings, in production too."""
    from django.conf import settings

    dictConfig(settings.LOGGING)
    logging.getLogger().setLevel(loglevel)
