"""One reading of a file into the staging table, compared with what is stored, and written when asked."""

import datetime as dt
from collections import Counter

from django.db.backends.utils import CursorWrapper

from imports.formats.base import HeaderMatch
from imports.formats.clean import Context, date_orders
from imports.loading.compare import (
    Age,
    changes_sample,
    clashes_resolve,
    coverage_of,
    existing_view,
    missing_rows,
    newer_protect,
    rows_compare,
    sites_find,
)
from imports.loading.outcome import Outcome
from imports.loading.places import places_count, places_create
from imports.loading.stage import Staged, open_cursor, stage_rows
from imports.loading.write import Provenance, rows_write
from imports.reading import RawTable
from jobs.registry import Progress

COMPARING = "Comparing with what is stored"
SAVING = "Saving"


def file_load(
    table: RawTable,
    match: HeaderMatch,
    *,
    retrieved_on: dt.date,
    retrieved_stated: bool,
    progress: Progress,
    commit: Provenance | None = None,
    good_rows: bool = False,
) -> tuple[Outcome, bool]:
    """Stage, compare and, with `commit`, write. Runs inside the caller's transaction.

    Returns what was found, and whether it was written: it is not when rows were rejected and the good ones
    alone were not asked for.
    """
    orders = date_orders(table.batches(), match)
    format_ = match.format
    with open_cursor() as cursor:
        staged = stage_rows(cursor, table, match, Context(orders, retrieved_on), progress)
        progress(table.rows, table.rows, COMPARING)
        clashing = clashes_resolve(cursor, format_)
        sites_find(cursor)
        coverage = coverage_of(cursor)
        existing_view(cursor, format_)
        newest = newer_protect(cursor, format_, Age(coverage.last, retrieved_on, retrieved_stated))
        rows_compare(cursor, format_)
        missing, listed = missing_rows(cursor, coverage)
        changes = changes_sample(cursor, format_)
        rejected = staged.rejected + len(clashing)
        writes = commit is not None and (good_rows or not rejected)
        if writes and commit is not None:
            progress(table.rows, table.rows, SAVING)
            places = places_create(cursor, format_)
            rows_write(cursor, format_, commit)
        else:
            places = places_count(cursor)
        counts = _actions(cursor)
        outcome = Outcome(
            source=format_.source,
            rows=staged.rows,
            created=counts["created"],
            updated=counts["updated"] + counts["dated"],
            unchanged=counts["unchanged"] + counts["older"],
            older=counts["older"],
            duplicates=counts["duplicate"],
            rejected=rejected,
            readdressed=counts["readdressed"],
            missing=missing,
            unmatched=counts["unmatched"],
            sites_created=places.sites,
            organizations_created=places.organizations,
            aliases_created=places.aliases,
            coverage=coverage,
            date_order_assumed=orders.is_assumed,
            newer_snapshot_on=newest,
            problems=_problem_rows(staged, clashing, match),
            missing_rows=listed,
            changes=changes,
        )
    return outcome, writes


def _actions(cursor: CursorWrapper) -> Counter[str]:
    """Rows by action, and how many of those kept have no site."""
    cursor.execute("SELECT action, count(*) FROM import_stage GROUP BY action")
    counts: Counter[str] = Counter(dict(cursor.fetchall()))
    cursor.execute("""
        SELECT count(*) FILTER (WHERE old_key IS NOT NULL AND action = 'updated'),
               count(*) FILTER (WHERE fei IS NULL AND site_id IS NULL)
        FROM import_stage WHERE action NOT IN ('duplicate', 'rejected')
    """)
    counts["readdressed"], counts["unmatched"] = cursor.fetchone()
    return counts


def _problem_rows(
    staged: Staged, clashing: list[dict[str, object]], match: HeaderMatch
) -> list[dict[str, object]]:
    """All problems in the order of rows: `row`, `column`, `value`, `key`, `rejects`."""
    problems = [
        {
            "row": problem["line"],
            "column": problem["column"],
            "value": problem["value"],
            "key": problem["key"],
            "rejects": problem["rejects"],
        }
        for problem in staged.problems.iter_rows(named=True)
    ]
    problems += [
        {
            "row": clash["line"],
            "column": "",
            "value": clash["source_key"],
            "key": "key_repeated",
            "rejects": True,
            "params": {"taken": clash["taken"]},
        }
        for clash in clashing
    ]
    return sorted(problems, key=lambda problem: (problem["row"], str(problem["column"])))
