"""`manage.py backup`: a copy of the whole instance in one file."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from cmo_eval.backup import BackupRefused, backup_make
from cmo_eval.backup.making import backup_name
from common.commands import ObjectCommand


class Command(ObjectCommand):
    help = "Write a backup of the database and of the files that belong to it, with a manifest of hashes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, help="the file to write; unset: in the data folder")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["out"] or settings.ENV.data_dir / "backups" / backup_name(datetime.now(UTC))
        if target.exists():
            raise CommandError(_("%(file)s exists already. Name another file.") % {"file": target})
        try:
            made = backup_make(target.resolve())
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as problem:
            raise CommandError(_("The backup could not be written: %(why)s") % {"why": problem}) from None
        if options["json"]:
            self.stdout.write(json.dumps(asdict(made)))
            return
        self.stdout.write(made.file)
        self.stdout.write(
            _("%(rows)d rows, %(size)d bytes, SHA-256 %(sha256)s")
            % {"rows": made.rows, "size": made.size, "sha256": made.sha256}
        )
        self.stdout.write(_("Head of the change history: %(head)s") % {"head": made.history_head})
