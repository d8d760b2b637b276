"""An instance of the product to measure: the embedded servers on a data folder of its own, filled once."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cmo_eval.services.command_line import serving

ROOT = Path(__file__).resolve().parents[1]
SITES = 5_000
INSPECTIONS = 300_000


@contextmanager
def bench_instance() -> Iterator[None]:
    """Django set up on an instance with 5 000 fictional sites and 300 000 inspections (kept between runs)."""
    os.environ["CMO_EVAL_DATA_DIR"] = os.environ.get("CMO_EVAL_BENCH_DIR", str(ROOT / "var" / "bench"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_eval.settings")
    with serving(["manage.py", "bench"]):
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        _fill()
        yield


def _fill() -> None:
    from django.core.management import call_command

    from partners.models import Site

    if Site.objects.filter(fei__startswith="98").count() < SITES:
        print(f"Writing {SITES} sites and {INSPECTIONS} inspections, once …", file=sys.stderr)
        call_command("seed_demo", sites=SITES, inspections=INSPECTIONS, stdout=sys.stderr)
