"""The directory at 100 000 sites: queries, median and 95th percentile of pages and facets.

The first request of a process, which reads the whole index, its first search, and the new snapshot after a
write are timed apart. Run by `make bench` or
`python -m bench.directory`.
"""

import statistics
import time

from bench.instance import bench_instance
from bench.pages import ROUNDS, Asked, measure, print_table

SITES = 100_000
INSPECTIONS = 100_000
PAGES = (
    ("All, by name", "/directory/"),
    ("Searched: pinecrest", "/directory/?q=pinecrest"),
    ("Searched with a slip: pincrest", "/directory/?q=pincrest"),
    ("Three facets", "/directory/?modality=aav&stage=commercial&country=FR"),
    ("Sorted by last inspection", "/directory/?sort=-last_inspected_on"),
    ("Page 900", "/directory/?page=900"),
    ("Map", "/directory/?show=map"),
)


def _after_a_write() -> float:
    """The median time to follow the change of one site, with all that the next page counts by."""
    from django.utils import timezone

    from partners.models import Site
    from workspace.directory import Question, find
    from workspace.site_index.cache import CACHE

    site = Site.objects.filter(fei__startswith="98").order_by("-pk")[0]
    seconds = []
    for number in range(9):
        Site.objects.filter(pk=site.pk).update(city=f"Moved {number % 2}")
        start = time.perf_counter()
        find(CACHE.current(), Question(timezone.localdate()))
        seconds.append(time.perf_counter() - start)
    Site.objects.filter(pk=site.pk).update(city=site.city)
    return statistics.median(seconds)


def main() -> None:
    with bench_instance(sites=SITES, inspections=INSPECTIONS, folder="bench-directory"):
        from workspace.site_index.cache import CACHE

        start = time.perf_counter()
        CACHE.current().order("name_key")
        first = time.perf_counter() - start
        start = time.perf_counter()
        CACHE.current().names.closeness("pinecrest")
        cut = time.perf_counter() - start
        timings = measure(Asked(*page) for page in PAGES)
        after_write = _after_a_write()
    print(
        f"{SITES} sites, {ROUNDS} requests a page. Aim: page and facets below 100 ms at the 95th percentile, "
        f"constant queries. Reading the index at a process's first request: {first:.1f} s; cutting the names "
        f"for its first search: {cut:.1f} s; a new snapshot after a write: {after_write * 1e3:.0f} ms.\n"
    )
    print_table(timings)


if __name__ == "__main__":
    main()
