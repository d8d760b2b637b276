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
def bench_instance(
    *, sites: int = SITES, inspections: int = INSPECTIONS, folder: str = "bench"
) -> Iterator[None]:
    """Django set up on an instance with that many fictional sites and inspections (kept between runs)."""
    kept = Path(os.environ.get("CMO_EVAL_BENCH_DIR", str(ROOT / "var" / "bench"))).with_name(folder)
    os.environ["CMO_EVAL_DATA_DIR"] = str(kept)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_eval.settings")
    with serving(["manage.py", "bench"]):
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        _fill(sites, inspections)
        yield


def _fill(sites: int, inspections: int) -> None:
    from django.core.management import call_command

    from partners.models import Site

    if Site.objects.filter(fei__startswith="98").count() < sites:
        print(f"Writing {sites} sites and {inspections} inspections, once …", file=sys.stderr)
        call_command("seed_demo", sites=sites, inspections=inspections, stdout=sys.stderr)
