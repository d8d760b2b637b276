#!/usr/bin/env python
"""Django's commands. Where no database is named by DATABASE_URL, the embedded servers run for the command."""

import json
import os
import sys

from cmo_eval.migrating import migrate_when_behind
from cmo_eval.services import ServicesProblem
from cmo_eval.services.command_line import serving


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_eval.settings")
    try:
        with serving(sys.argv) as served:
            if served.wants_migrations:
                migrate_when_behind(served.folder)
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except ServicesProblem as problem:
        if "--json" in sys.argv:
            print(json.dumps({"refused": str(problem)}, ensure_ascii=False))
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
