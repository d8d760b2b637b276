"""`python -m cmo_eval.prepare`: what `make run` does between the servers' start and the web server's.

Migrates, fills an empty database with demonstration data, and prints the demonstration accounts as one JSON
array. All in one process, since loading the application takes longer than most of it. What is said to the
person goes to standard error.
"""

import io
import os
import sys

FIRST_START = (
    "First start: filling in demonstration data. "
    "For an instance without it, see Starting empty in docs/operations.md."
)


def main() -> int:
    """Bring the database to where the product can be used; give the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_eval.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    from cmo_eval.migrating import has_pending_migrations

    if has_pending_migrations():
        call_command("migrate", interactive=False, verbosity=0)
    # A person's own first account ends the demonstration.
    if not settings.ENV.production and not get_user_model()._default_manager.exists():
        print(FIRST_START, file=sys.stderr, flush=True)
        call_command("seed_demo", stdout=sys.stderr)
    answer = io.StringIO()
    call_command("demo_accounts", json=True, stdout=answer)
    print(answer.getvalue().strip())
    return 0


if __name__ == "__main__":
    sys.exit(main())
