"""Ranking 5 000 sites with 300 000 inspections from the database; previewing weights at 50 candidates.

Run by `make bench` or `python -m bench.ranking`. Beside the inspections every site has citations, actions,
capabilities and a profile of some forty rows. Aim: all criteria derived in under 1.5 s, facts gathered in a
constant number of queries.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.instance import INSPECTIONS, SITES, bench_instance
from bench.profiles import statements

ROUNDS = 9
LARGE, SMALL, SMALL_SITES = "BENCH-ALL", "BENCH-50", 50

CITATIONS = """
insert into audits_citation (site_id, inspection_number, authority, program_area, regulation, short_text,
    long_text, is_data_integrity, is_drug_gmp, happened_on, known_on, known_on_basis, source, source_key,
    source_sha256, row_sha256, updated_at)
select site_id, inspection_number, 'fda', 'Drugs', '21 CFR 211.' || (id %% 40), '', '', id %% 11 = 0, true,
    happened_on, known_on, 'lag', 'bench', 'c' || id, '', '', now()
from audits_inspection where classification <> 'nai' and id %% 2 = 0 and site_id = any(%s)
"""
ACTIONS = """
insert into audits_regulatoryaction (site_id, match_state, firm_name, firm_key, authority, kind, product_type,
    recall_class, gmp, status, reference, event_key, issued_by, title, text, url, happened_on,
    known_on, known_on_basis, source, source_key, source_sha256, row_sha256, updated_at)
select site_id, 'matched', '', '', 'fda',
    (array['form_483', 'recall', 'recall', 'warning_letter'])[id %% 4 + 1], 'Drugs',
    (array['', '2', '3', ''])[id %% 4 + 1], (array['unknown', 'yes', 'no'])[id %% 3 + 1], '', '',
    'e' || id, '', '', '', '', happened_on, known_on, 'lag', 'bench', 'a' || id, '', '', now()
from audits_inspection where id %% 15 = 0 and site_id = any(%s)
"""
CAPABILITIES = """
insert into partners_capability (site_id, modality, dosage_form, route, operation, stages, batch_max,
    batch_unit, temperature_bands, batches_made, years_experience, stated_limits, document, strength,
    version, happened_on, known_on, known_on_basis, updated_at)
select s, (array['small_molecule', 'peptide', 'monoclonal_antibody'])[n], 'tablet', 'oral', 'drug_product',
    array['phase_3', 'commercial'], 100 + s %% 900, 'kg', '{}', s %% 60, s %% 20, '', '', 'documented', 1,
    date '2024-01-01', date '2024-01-01', 'source', now()
from unnest(%s::bigint[]) s, generate_series(1, 3) n
"""


@dataclass(frozen=True)
class Measured:
    """Median and slowest of the rounds in ms; `cpu_ms` is the least CPU time of this process alone."""

    label: str
    median_ms: float
    slowest_ms: float
    cpu_ms: float


def packages() -> tuple[Any, Any]:
    """Work packages with all sites and with fifty; evidence of every kind is written once."""
    from django.db import connection

    from partners.models import Capacity, Site
    from programs.models import Demand, Program
    from records.context import recorded

    sites = list(
        Site.objects.filter(fei__startswith="98").order_by("pk").values_list("pk", flat=True)[:SITES]
    )
    if not Program.objects.filter(code=LARGE).exists():
        with recorded(actor=None, reason="Benchmark"), connection.cursor() as cursor:
            for statement in (CITATIONS, ACTIONS, CAPABILITIES):
                cursor.execute(statement, [sites])
            _program(LARGE, sites)
            _program(SMALL, sites[:SMALL_SITES])
    if not Capacity.objects.filter(site_id=sites[0]).exists():
        with recorded(actor=None, reason="Benchmark"), connection.cursor() as cursor:
            for statement in statements():
                cursor.execute(statement, [sites])
            for program in Program.objects.filter(code__in=(LARGE, SMALL)):
                for year in (2026, 2027, 2028):
                    Demand.objects.create(
                        program=program, year=year, unit="kg", low=900, base=2000, high=3000
                    )
    return _package(LARGE), _package(SMALL)


def _program(code: str, sites: list[int]) -> None:
    from programs.models import Candidate, Program, WorkPackage

    fields = {"modality": "small_molecule", "dosage_form": "tablet", "route": "oral", "stage": "commercial"}
    program = Program.objects.create(code=code, name="Benchmark", batch_size=400, batch_unit="kg", **fields)
    package = WorkPackage.objects.create(program=program, position=1)
    Candidate.objects.bulk_create(
        [Candidate(work_package=package, site_id=s) for s in sites], batch_size=1000
    )


def _package(code: str) -> Any:
    from programs.models import WorkPackage

    return WorkPackage.objects.select_related("program").get(program__code=code)


def timed(label: str, work: Callable[[], object]) -> Measured:
    """Run the work once to warm up, then measure it."""
    work()
    seconds, own = [], []
    for _ in range(ROUNDS):
        start, start_own = time.perf_counter(), time.process_time()
        work()
        seconds.append(time.perf_counter() - start)
        own.append(time.process_time() - start_own)
    return Measured(label, statistics.median(seconds) * 1e3, max(seconds) * 1e3, min(own) * 1e3)


def measure() -> tuple[list[Measured], int, int]:
    """All measurements, and the number of queries for all sites and for fifty."""
    from datetime import date
    from decimal import Decimal

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from scorecards.derivation.facts import day
    from scorecards.derivation.rules import derive
    from scorecards.gathering import gather_facts
    from scorecards.selectors import need_of, ranking_kept, ranking_of

    large, small = packages()
    today = day(date.today())
    ids = [head.site_id for head in ranking_of(large).heads]
    facts = gather_facts(ids)
    need = need_of(large.program, large)
    derived = derive(facts, need, today)
    criteria, gates = len(derived.scores), len(derived.gates)
    counts = []
    for package in (large, small):
        with CaptureQueriesContext(connection) as queries:
            ranking_of(package)
        counts.append(len(queries))
    other = {"regulatory": Decimal(8), "fit": Decimal(38)}

    def preview() -> object:
        ranking = ranking_of(small)
        return ranking.reweighted(ranking.plan.with_weights(other)).candidates

    def kept_preview() -> object:
        ranking = ranking_kept(small)
        return ranking.reweighted(ranking.plan.with_weights(other)).candidates

    rows = [
        timed(f"{len(ids)} sites: from the database to ranks", lambda: ranking_of(large).candidates),
        timed("· gather the evidence (one query)", lambda: gather_facts(ids)),
        timed(f"· derive {criteria} criteria and {gates} must-haves", lambda: derive(facts, need, today)),
        timed(f"{SMALL_SITES} sites: other weights, ranked again (from the database)", preview),
        timed(f"{SMALL_SITES} sites: other weights while nothing has changed", kept_preview),
    ]
    return rows, counts[0], counts[1]


def main() -> None:
    with bench_instance():
        rows, large, small = measure()
    print(
        f"{SITES} sites, {INSPECTIONS} inspections, and citations, actions and a full profile for each; "
        f"{large} queries for all of them, {small} for {SMALL_SITES}. Median and slowest of {ROUNDS}; "
        "own CPU is the time of this process without the database.\n"
    )
    print("| work | median ms | slowest ms | own CPU ms |")
    print("|---|---:|---:|---:|")
    for row in rows:
        print(f"| {row.label} | {row.median_ms:.0f} | {row.slowest_ms:.0f} | {row.cpu_ms:.0f} |")


if __name__ == "__main__":
    main()
