"""`manage.py seed_demo`: fictional data to look around in, or of any size to measure with."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from workspace.demo.bulk import bulk_seed
from workspace.demo.seeding import demo_seed


class Command(BaseCommand):
    help = "Writes a fictional data set: small and rich, or with --sites and --inspections of any size."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sites", type=int, default=0, help="further fictional sites")
        parser.add_argument("--inspections", type=int, default=0, help="inspections spread over those sites")
        parser.add_argument("--today", type=date.fromisoformat, default=None, help="the day the data ends on")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ENV.production:
            raise CommandError("Fictional data does not belong in a production database.")
        if options["sites"] < 0 or options["inspections"] < 0:
            raise CommandError("--sites and --inspections are numbers from zero.")
        today = options["today"] or timezone.localdate()
        seeded = demo_seed(today=today, data_dir=settings.ENV.data_dir)
        if options["sites"] or options["inspections"]:
            try:
                bulk_seed(sites=options["sites"], inspections=options["inspections"], today=today)
            except ValueError as error:
                raise CommandError(str(error)) from None
        found = "written" if seeded.written else "already there"
        self.stdout.write(
            f"Demonstration data {found}: {seeded.organizations} organizations, {seeded.sites} sites, "
            f"{seeded.programs} programs."
        )
