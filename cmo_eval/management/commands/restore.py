"""`manage.py restore FILE`: the instance as it was when the backup was made."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from cmo_eval.backup import BackupRefused, backup_restore
from common.commands import ObjectCommand


class Command(ObjectCommand):
    help = "Restore a backup into an empty instance, check it, and verify its change history."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `manage.py backup` wrote")
        parser.add_argument(
            "--replace", action="store_true", help="also where people have accounts; all of it is lost"
        )
        parser.add_argument("--sha256", default="", metavar="HASH", help="the hash that backup printed")
        parser.add_argument(
            "--trust",
            action="store_true",
            help="also a file that neither hash nor key vouches for",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restored = backup_restore(
                options["file"],
                replace=options["replace"],
                sha256=options["sha256"],
                trust=options["trust"],
            )
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from None
        if options["json"]:
            self.stdout.write(json.dumps(asdict(restored)))
            return
        self.stdout.write(
            _("Restored as of %(made_at)s: %(rows)d rows, %(entries)d entries of the change history, intact.")
            % {"made_at": restored.made_at, "rows": restored.rows, "entries": restored.entries}
        )
        self.stdout.write(_("Sessions are not part of a backup: everybody signs in again."))
