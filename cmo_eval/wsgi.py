"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from cmo_eval.starting import say_what_is_missing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_eval.settings")

application = get_wsgi_application()
say_what_is_missing()
