"""The directory at 100 000 sites: queries, median and 95th percentile of pages and facets.

The first request of a process, which reads the whole index, is timed apart. Run by `make bench` or
`python -m bench.directory`.
"""

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


def main() -> None:
    with bench_instance(sites=SITES, inspections=INSPECTIONS, folder="bench-directory"):
        from workspace.site_index.cache import CACHE

        start = time.perf_counter()
        CACHE.current().order("name_key")
        first = time.perf_counter() - start
        timings = measure(Asked(*page) for page in PAGES)
    print(
        f"{SITES} sites, {ROUNDS} requests a page. Aim: page and facets below 100 ms at the 95th percentile, "
        f"constant queries. Reading the index at a process's first request: {first:.1f} s.\n"
    )
    print_table(timings)


if __name__ == "__main__":
    main()
