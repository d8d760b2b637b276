"""`manage.py demo_accounts`: who can sign in to the demonstration, and how."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings

from accounts.models import User
from common.commands import ObjectCommand
from workspace.demo.people import demo_password


class Command(ObjectCommand):
    help = "Lists the demonstration accounts of this instance."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON array")

    def handle(self, *args: Any, **options: Any) -> None:
        people = User.objects.filter(is_demo=True, is_active=True).order_by("pk")
        password = demo_password(settings.ENV.data_dir)
        accounts = [
            {"email": user.email, "name": user.full_name, "role": user.role, "password": password}
            for user in people
        ]
        if options["json"]:
            self.stdout.write(json.dumps(accounts, ensure_ascii=False))
            return
        for account in accounts:
            self.stdout.write("{role:14} {email:36} {password}".format(**account))
