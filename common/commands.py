"""What the commands of `manage.py` have in common."""

import json
import sys
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from common.room import is_no_room

WRONG_ARGUMENTS = 2
NO_ROOM = gettext_noop(
    "The disk is full, here or where the database is. What was not finished was not saved."
)


class ObjectCommand(BaseCommand):
    """A command that prints one JSON object with `--json`: its answer, or `refused` with the reason.

    The reason stands on the standard error as well, and the command ends with another code than 0. One whose
    object says by itself what is wrong sets ``has_own_refusal``.
    """

    has_own_refusal = False

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except CommandError as error:
            if options.get("json") and not self.has_own_refusal:
                self.stdout.write(json.dumps({"refused": str(error)}, ensure_ascii=False))
            raise
        except Exception as error:
            if not is_no_room(error):
                raise
            asked = options.get("language")
            # Those that answer in a language that is asked for say this in it as well.
            spoken = translation.override(asked) if asked in dict(settings.LANGUAGES) else nullcontext()
            with spoken:
                told = gettext(NO_ROOM)
            if options.get("json"):
                self.stdout.write(json.dumps({"refused": told}, ensure_ascii=False))
            raise CommandError(told) from error

    def run_from_argv(self, argv: list[str]) -> None:
        try:
            super().run_from_argv(argv)
        except SystemExit as end:
            # The parser has told on the standard error what it misses, before it knew of any option.
            if end.code == WRONG_ARGUMENTS and "--json" in argv:
                sys.stdout.write(
                    json.dumps({"refused": "The arguments do not fit; --help lists them."}) + "\n"
                )
            raise
