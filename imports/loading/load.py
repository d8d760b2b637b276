"""One reading of a file into the staging table, compared with what is stored, and written when asked."""

import datetime as dt
from collections import Counter
from typing import Any

from django.db.backends.utils import CursorWrapper

from audits.site_index import site_index_held
from imports.formats.base import Format, HeaderMatch
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
from imports.loading.said import Said
from imports.loading.stage import Staged, open_cursor, stage_rows
from imports.loading.write import Provenance, rows_write
from imports.reading import RawTable
from jobs.registry import Progress

COMPARING = "Comparing with what is stored"
SAVING = "Saving"
# Sorts of a few hundred thousand rows, and the rows that a COPY hands to the history, stay in memory.
WORK_MEMORY = "64MB"
# A file of another kind may have a problem in every cell.
LISTED_PROBLEMS = 20_000


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
    alone were not asked for, or when there are none.
    """
    with open_cursor() as cursor:
        # Statements here are about thousands of rows at once. After an import that was rolled back the
        # planner takes a table for empty, and a nested loop would then read it whole for every row.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
        # What the planner has to choose between here, a small sample tells.
        cursor.execute("SET LOCAL default_statistics_target = 10")
        staged = stage_rows(cursor, table, match, retrieved_on, progress)
        progress(table.rows, table.rows, COMPARING)
        clashing = clashes_resolve(cursor, match.format, staged.said)
        found = _compare(cursor, match.format, staged.said, retrieved_on, retrieved_stated)
        rejected = staged.rejected + len(clashing)
        counts = _actions(cursor)
        writes = commit is not None and (rejected == 0 or (good_rows and rejected < staged.rows))
        if writes and commit is not None:
            progress(table.rows, table.rows, SAVING)
            with site_index_held():
                places = places_create(cursor, match.format)
                rows_write(cursor, match.format, staged.said, commit, counts)
        else:
            places = places_count(cursor)
    outcome = Outcome(
        source=match.format.source,
        rows=staged.rows,
        rejected=rejected,
        date_order_assumed=staged.orders.is_assumed,
        sites_created=places.sites,
        organizations_created=places.organizations,
        aliases_created=places.aliases,
        problem_count=staged.problems.height + len(clashing),
        problems=_problem_rows(staged, clashing),
        **_counted(counts),
        **found,
    )
    return outcome, writes


def _compare(
    cursor: CursorWrapper, format_: Format, said: Said, retrieved_on: dt.date, retrieved_stated: bool
) -> dict[str, Any]:
    """Find the sites and the stored rows; what the outcome says of them."""
    sites_find(cursor)
    coverage = coverage_of(cursor)
    existing_view(cursor, format_)
    newest = newer_protect(cursor, format_, Age(coverage.last, retrieved_on, retrieved_stated))
    rows_compare(cursor, format_)
    missing, listed = missing_rows(cursor, coverage)
    return {
        "coverage": coverage,
        "newer_snapshot_on": newest,
        "missing": missing,
        "missing_rows": listed,
        "changes": changes_sample(cursor, format_, said),
    }


def _counted(counts: Counter[str]) -> dict[str, Any]:
    return {
        "created": counts["created"],
        "updated": counts["updated"] + counts["dated"],
        "unchanged": counts["unchanged"] + counts["older"],
        "older": counts["older"],
        "duplicates": counts["duplicate"],
        "readdressed": counts["readdressed"],
        "unmatched": counts["unmatched"],
    }


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


def _problem_rows(staged: Staged, clashing: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first thousands of problems by row: `row`, `column`, `value`, `key`, `rejects`, `params`."""
    listed = staged.problems.sort("line", "column").head(LISTED_PROBLEMS)
    problems = [
        {
            "row": problem["line"],
            "column": problem["column"],
            "value": problem["value"],
            "key": problem["key"],
            "rejects": problem["rejects"],
        }
        for problem in listed.iter_rows(named=True)
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
    return sorted(problems, key=lambda problem: (problem["row"], str(problem["column"])))[:LISTED_PROBLEMS]
