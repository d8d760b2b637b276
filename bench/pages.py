"""List and detail pages at full size: number of queries, median and 95th percentile, in one process.

Each page is asked for through Django's test client, signed in as a sourcing lead. "After a change" is the
first request after anything was recorded: no ranking is kept from before.

Run by `make bench` or `python -m bench.pages`.
"""

import statistics
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bench.instance import INSPECTIONS, SITES, bench_instance
from bench.ranking import packages

ROUNDS = 40


@dataclass(frozen=True)
class Timing:
    page: str
    queries: int
    median_ms: float
    p95_ms: float


@dataclass(frozen=True)
class Asked:
    """A page to measure; `posted` makes it a form that is sent, `fresh` the first request after a change."""

    label: str
    address: str
    posted: Mapping[str, str] | None = None
    fresh: bool = False


def measure(asked: Iterable[Asked]) -> list[Timing]:
    """Time pages; needs `bench_instance`."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User
    from accounts.roles import Role
    from scorecards.selectors import KEPT

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(
        User.objects.get(role=Role.SOURCING, is_demo=True),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )

    def answered(page: Asked) -> float:
        if page.fresh:
            KEPT.clear()
        start = time.perf_counter()
        if page.posted is None:
            response = client.get(page.address)
        else:
            response = client.post(page.address, page.posted, headers={"HX-Request": "true"})
        seconds = time.perf_counter() - start
        if response.status_code != 200:
            raise SystemExit(f"{page.address} answered {response.status_code}.")
        return seconds

    timings = []
    for page in asked:
        warm = sorted([answered(page) for _ in range(ROUNDS + 3)][3:])
        with CaptureQueriesContext(connection) as queries:
            answered(page)
        median, p95 = statistics.median(warm), warm[int(len(warm) * 0.95) - 1]
        timings.append(Timing(page.label, len(queries), median * 1e3, p95 * 1e3))
    return timings


def pages() -> list[Asked]:
    """The pages measured."""
    from django.urls import reverse

    from accounts.models import User
    from accounts.roles import Role
    from partners.models import Site
    from programs.services import member_add
    from scorecards.plans import plan_of

    _all, fifty = packages()
    member_add(program=fifty.program, user=User.objects.get(role=Role.SOURCING, is_demo=True), actor=None)
    plan = plan_of(fifty)
    moved = {"regulatory": "8", "fit": "38"}
    weights = {f"w-{key}": moved.get(key, str(weight)) for key, weight in plan.weights.items()}
    site = Site.objects.filter(fei__startswith="98").order_by("pk")[0]
    nine, large = (reverse("scorecards:scorecard", args=[code]) for code in ("AURELIA", fifty.program.code))
    return [
        Asked("Home", reverse("workspace:home")),
        Asked("Directory, first 50 of all sites", reverse("workspace:directory")),
        Asked("Directory, searched by name", reverse("workspace:directory") + "?q=pinecrest"),
        Asked("Site profile with 60 inspections", reverse("workspace:site", args=[site.pk])),
        Asked("Programs", reverse("programs:program-list")),
        Asked("Program", reverse("programs:program", args=["AURELIA"])),
        Asked("Scorecard of 9 candidates", nine),
        Asked("Scorecard of 9 candidates, after a change", nine, fresh=True),
        Asked("Scorecard of 50 candidates", large),
        Asked("Scorecard of 50 candidates, after a change", large, fresh=True),
        Asked(
            "A weight moved, 50 candidates",
            reverse("scorecards:weights-preview", args=[fifty.program.code]),
            {**weights, "version": str(plan.version), "reason": ""},
        ),
        Asked("Report library", reverse("reports:report-list")),
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
