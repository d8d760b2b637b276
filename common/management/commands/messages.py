"""`manage.py messages`: brings the catalogues up to date, or with `--check` says what is missing."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common.catalogue import catalogue_gaps, catalogue_update


class Command(BaseCommand):
    help = "Gathers every message of the code and templates into locale/<language>/LC_MESSAGES/django.po."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail when something is missing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        incomplete = False
        for language, _name in settings.LANGUAGES:
            if language == settings.LANGUAGE_CODE:
                continue
            if not options["check"]:
                catalogue_update(settings.BASE_DIR, language)
            gaps = catalogue_gaps(settings.BASE_DIR, language)
            incomplete = incomplete or bool(gaps)
            for label in ("untranslated", "fuzzy", "placeholders", "obsolete"):
                for message in getattr(gaps, label):
                    self.stdout.write(f"{language} {label}: {message!r}")
        if options["check"] and incomplete:
            raise CommandError("The catalogues are not complete.")
