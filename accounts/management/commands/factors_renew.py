"""Encrypts the secrets of second factors anew, after `CMO_EVAL_FACTOR_KEYS` was given another first key."""

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.factors import factors_renew
from common.commands import ObjectCommand
from common.recording import recorded


class Command(ObjectCommand):
    help = "Encrypt the secrets of all second factors under the first key of CMO_EVAL_FACTOR_KEYS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        with recorded():
            renewed, lost = factors_renew()
        if lost:
            raise CommandError(
                _("%(lost)d second factors cannot be read with any of the keys; %(renewed)d were renewed.")
                % {"lost": lost, "renewed": renewed}
            )
        if options["json"]:
            self.stdout.write(json.dumps({"renewed": renewed}))
            return
        self.stdout.write(_("%(renewed)d second factors are under the first key.") % {"renewed": renewed})
