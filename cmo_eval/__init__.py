"""The project package: settings, URLs, Celery application and the launcher of the embedded servers."""
