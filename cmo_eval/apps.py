"""The project as an app: it loads the Celery application, so that shared tasks find it."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "cmo_eval"
    label = "cmo_eval"

    def ready(self) -> None:
        from cmo_eval import celery  # noqa: F401
        from cmo_eval.logs import configure_logs

        configure_logs()
