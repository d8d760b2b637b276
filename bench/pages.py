"""List and detail pages at full size: number of queries, median and 95th percentile, in one process.

Each page is asked for through Django's test client, as its own request with a fresh connection state,
signed in as a sourcing lead. Run by `make bench` or `python -m bench.pages`.
"""

import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass

from bench.instance import INSPECTIONS, SITES, bench_instance

ROUNDS = 40


@dataclass(frozen=True)
class Timing:
    page: str
    queries: int
    median_ms: float
    p95_ms: float


def measure(asked: Iterable[tuple[str, str]]) -> list[Timing]:
    """Time pages, a label and an address each; needs `bench_instance`."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User
    from accounts.roles import Role

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(
        User.objects.get(role=Role.SOURCING, is_demo=True),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    timings = []
    for label, address in asked:
        seconds = []
        for _ in range(ROUNDS + 3):
            start = time.perf_counter()
            response = client.get(address)
            seconds.append(time.perf_counter() - start)
            if response.status_code != 200:
                raise SystemExit(f"{address} answered {response.status_code}.")
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        warm = sorted(seconds[3:])
        timings.append(
            Timing(label, len(queries), statistics.median(warm) * 1e3, warm[int(len(warm) * 0.95) - 1] * 1e3)
        )
    return timings


def pages() -> list[tuple[str, str]]:
    """The pages measured: a label and an address each."""
    from django.urls import reverse

    from partners.models import Site

    site = Site.objects.filter(fei__startswith="98").order_by("pk")[0]
    return [
        ("Home", reverse("workspace:home")),
        ("Directory, first 50 of all sites", reverse("workspace:directory")),
        ("Directory, searched by name", reverse("workspace:directory") + "?q=pinecrest"),
        ("Site profile with 60 inspections", reverse("workspace:site", args=[site.pk])),
        ("Programs", reverse("programs:program-list")),
        ("Program", reverse("programs:program", args=["AURELIA"])),
        ("Scorecard of 9 candidates", reverse("scorecards:scorecard", args=["AURELIA"])),
        ("Report library", reverse("reports:report-list")),
    ]


def main() -> None:
    with bench_instance():
        timings = measure(pages())
    print(f"{SITES} sites, {INSPECTIONS} inspections, {ROUNDS} requests a page.\n")
    print_table(timings)


def print_table(timings: Iterable[Timing]) -> None:
    """The timings as a table for the page of benchmarks."""
    print("| page | queries | median ms | 95th percentile ms |")
    print("|---|---:|---:|---:|")
    for timing in timings:
        print(f"| {timing.page} | {timing.queries} | {timing.median_ms:.1f} | {timing.p95_ms:.1f} |")


if __name__ == "__main__":
    main()
