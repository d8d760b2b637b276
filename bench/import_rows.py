"""Rows per second of an import: ours, django-import-export row by row, and the floor, on one made-up file.

Ours and django-import-export write the same tables with the same history triggers. The floor is what any
import must do: polars reads the file, COPY into a temporary table, INSERT … ON CONFLICT into a table with the
columns and indexes of the real one, without history, sites, validation or comparison. It is
measured before and after ours, since the machine may be busier at one moment than at another. The same
number of rows is read as a spreadsheet as well, which the data dashboard exports too. Run by `make bench` or
`python -m bench.import_rows`.
"""

import csv
import datetime as dt
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

ROOT = Path(__file__).resolve().parents[1]
ROWS = int(os.environ.get("CMO_EVAL_BENCH_ROWS", "300000"))
SMALL = 30_000
# django-import-export is slow: a few thousand rows tell its speed.
ROW_BY_ROW = 3_000
ROWS_PER_SITE = 10


@dataclass(frozen=True)
class Timing:
    way: str
    rows: int
    seconds: float
    # Of this process, its children and the server for our connections: whatever else the machine does.
    processor_seconds: float
    peak_mb: int

    @property
    def rate(self) -> float:
        return self.rows / self.seconds


@contextmanager
def instance() -> Iterator[Path]:
    """Django on an empty database of its own, gone afterwards."""
    from cmo_eval.services.command_line import serving

    folder = Path(tempfile.mkdtemp(prefix="cmo-eval-bench-"))
    os.environ["CMO_EVAL_DATA_DIR"] = str(folder / "data")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_eval.settings")
    try:
        with serving(["manage.py", "bench"]):
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def timed(way: str, rows: int, work: Callable[[], None]) -> Timing:
    print(f"  {way}, {rows} rows …", file=sys.stderr, flush=True)
    started, busy = time.perf_counter(), processor_seconds()
    work()
    seconds, busy = time.perf_counter() - started, processor_seconds() - busy
    return Timing(way, rows, seconds, busy, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def processor_seconds() -> float:
    """What this process, its children and the server's processes for our connections have used so far."""
    from django.db import connections

    own = os.times()
    total = own.user + own.system + own.children_user + own.children_system
    for alias in ("default", "owner"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            stat = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rpartition(")")[2].split()
        total += sum(int(ticks) for ticks in stat[11:13]) / os.sysconf("SC_CLK_TCK")
    return total


def made_up(path: Path, rows: int, *, first: int) -> Path:
    """An inspections export of that many rows, whose sites and inspections start at `first`."""
    from tests.imports.files import INSPECTION_HEADER, inspection_rows, write_csv

    def shifted() -> Iterator[tuple[str, ...]]:
        for row in inspection_rows(rows, sites=max(1, rows // ROWS_PER_SITE)):
            yield (str(int(row[0]) + first), *row[1:7], str(int(row[7]) + first), *row[8:])

    return write_csv(path, INSPECTION_HEADER, shifted())


def spreadsheet(csv_file: Path, path: Path) -> Path:
    """The rows of a CSV file as XLSX, every cell a text, as the data dashboard writes it."""
    with (
        csv_file.open(newline="") as lines,
        xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False}) as book,
    ):
        sheet = book.add_worksheet()
        for number, row in enumerate(csv.reader(lines)):
            sheet.write_row(number, 0, row)
    return path


def ours(path: Path) -> Callable[[], None]:
    """Validation, diff, sites and aliases, history: all that `import_records` does."""

    def work() -> None:
        from imports.files import file_store
        from imports.models import ImportRun
        from imports.services import import_commit, nothing_told

        run = ImportRun.objects.create(
            file=file_store(name=path.name, path=path),
            source="fda-inspections",
            retrieved_on=dt.date.today(),
        )
        import_commit(run=run, good_rows=False, progress=nothing_told)

    return work


def newest_undone() -> None:
    """What `undo_import` does with the newest import that is saved."""
    from imports.models import ImportRun
    from imports.services import nothing_told
    from imports.undoing.services import import_undo

    run = ImportRun.objects.filter(state=ImportRun.State.COMMITTED).latest("committed_at")
    import_undo(run=run, reason="measured", progress=nothing_told)


def row_by_row(path: Path) -> Callable[[], None]:
    """django-import-export as its documentation shows it: one resource, instances looked up and saved."""
    import tablib
    from import_export import fields, resources, widgets

    from audits.models import Inspection
    from partners.models import Organization, Site

    class InspectionResource(resources.ModelResource):
        site = fields.Field("site", "FEI Number", widgets.ForeignKeyWidget(Site, "fei"))
        source = fields.Field("source", "source")
        source_key = fields.Field("source_key", "source_key")
        inspection_number = fields.Field("inspection_number", "Inspection ID")
        happened_on = fields.Field("happened_on", "Inspection End Date", widgets.DateWidget("%m/%d/%Y"))
        project_area = fields.Field("project_area", "Project Area")
        product_type = fields.Field("product_type", "Product Type")
        fiscal_year = fields.Field("fiscal_year", "Fiscal Year", widgets.IntegerWidget())

        class Meta:
            model = Inspection
            import_id_fields = ("source", "source_key")
            fields = (
                *("site", "source", "source_key", "inspection_number", "happened_on"),
                *("project_area", "product_type", "fiscal_year"),
            )
            skip_unchanged = True

        def before_import_row(self, row: dict[str, str], **_: object) -> None:
            if not Site.objects.filter(fei=row["FEI Number"]).exists():
                organization = Organization.objects.create(legal_name=row["Legal Name"])
                Site.objects.create(organization=organization, name=row["Legal Name"], fei=row["FEI Number"])

        def after_import(self, dataset: object, result: object, **_: object) -> None:
            """It would set the table's sequence, which the application's role may not."""

    def work() -> None:
        dataset = tablib.Dataset().load(path.read_text(), format="csv")
        columns = zip(dataset["Inspection ID"], dataset["Project Area"], dataset["Product Type"], strict=True)
        keys = ["/".join(parts) for parts in columns]
        dataset.append_col(["bench"] * len(keys), header="source")
        dataset.append_col(keys, header="source_key")
        result = InspectionResource().import_data(dataset, raise_errors=True)
        assert not result.has_errors()

    return work


# What an inspection holds of a row, without any of our checks: the table's column, and its SQL.
FLOOR_COLUMNS = {
    "source": "'fda-inspections'",
    "source_key": """concat_ws('/', "Inspection ID", "Project Area", "Product Type")""",
    "updated_at": "now()",
    "happened_on": """to_date("Inspection End Date", 'MM/DD/YYYY')""",
    "known_on": """to_date("Inspection End Date", 'MM/DD/YYYY')""",
    "known_on_basis": "'lag'",
    "source_sha256": "repeat('0', 64)",
    "row_sha256": "repeat('0', 64)",
    "authority": "'fda'",
    "inspection_number": '"Inspection ID"',
    "classification": 'left("Classification", 15)',
    "project_area": '"Project Area"',
    "product_type": '"Product Type"',
    "fiscal_year": '"Fiscal Year"::smallint',
    "is_drug_gmp": "false",
    # The floor knows no sites.
    "site_id": '"FEI Number"::bigint',
}


def floor(path: Path) -> Callable[[], None]:
    """Read, COPY, INSERT … ON CONFLICT into a table with the columns and indexes of the real one."""
    import polars as pl
    from django.db import connections

    columns, expressions = ", ".join(FLOOR_COLUMNS), ", ".join(FLOOR_COLUMNS.values())
    replaced = ", ".join(f"{column} = excluded.{column}" for column in FLOOR_COLUMNS if column != "source")

    def work() -> None:
        is_sheet = path.suffix == ".xlsx"
        frame = (
            pl.read_excel(path, infer_schema_length=0) if is_sheet else pl.read_csv(path, infer_schema=False)
        )
        names = ", ".join(f'"{name}"' for name in frame.columns)
        texts = ", ".join(f'"{name}" text' for name in frame.columns)
        with connections["owner"].cursor() as cursor:
            cursor.execute("CREATE TABLE bench_floor (LIKE audits_inspection INCLUDING ALL)")
            cursor.execute(f"CREATE TEMPORARY TABLE bench_stage ({texts})")
            with cursor.copy(f"COPY bench_stage ({names}) FROM STDIN (FORMAT csv)") as copy:
                copy.write(frame.write_csv(include_header=False))
            cursor.execute(
                f"INSERT INTO bench_floor ({columns}) SELECT {expressions} FROM bench_stage "
                f"ON CONFLICT (source, source_key) WHERE NOT (source = '') DO UPDATE SET {replaced}"
            )
            cursor.execute("DROP TABLE bench_stage")
            cursor.execute("DROP TABLE bench_floor")

    return work


def main() -> None:
    with instance() as folder:
        small = made_up(folder / "small.csv", SMALL, first=0)
        large = made_up(folder / "large.csv", ROWS, first=500_000_000)
        few = made_up(folder / "few.csv", ROW_BY_ROW, first=900_000_000)
        timings = [
            timed("django-import-export, row by row", ROW_BY_ROW, row_by_row(few)),
            timed("Ours, first import", SMALL, ours(small)),
            timed("Floor: polars, COPY, ON CONFLICT, no history", ROWS, floor(large)),
            timed("Ours, first import", ROWS, ours(large)),
            timed("Floor, once more", ROWS, floor(large)),
            timed("Ours, the same file again", ROWS, ours(large)),
        ]
        # The second reading changed nothing, and goes first.
        newest_undone()
        timings.append(timed("Ours, the first import undone", ROWS, newest_undone))
        sheet = spreadsheet(made_up(folder / "sheet.csv", ROWS, first=700_000_000), folder / "sheet.xlsx")
        sheets = [
            timed("XLSX: floor", ROWS, floor(sheet)),
            timed("XLSX: ours, first import", ROWS, ours(sheet)),
            timed("XLSX: floor, once more", ROWS, floor(sheet)),
        ]
    print(report(timings, sheets))


def times_the_floor(before: Timing, first: Timing, after: Timing) -> tuple[float, float]:
    """How many times as long as the floor, and with how many times its processor time."""
    busy = first.processor_seconds / (before.processor_seconds + after.processor_seconds) * 2
    return first.seconds / (before.seconds + after.seconds) * 2, busy


def report(timings: list[Timing], sheets: list[Timing]) -> str:
    """A Markdown table with rates and ratios."""
    rows, _, before, first, after, *_ = timings
    of_text, of_sheet = times_the_floor(before, first, after), times_the_floor(*sheets)
    lines = [
        f"A made-up inspections export of {ROWS:,} rows and {ROWS // ROWS_PER_SITE:,} sites (the real one "
        "cannot be had), into an empty database. Ours validates every cell, finds what changed, creates "
        "sites and aliases, and records the history of every row. Peak memory is that of the whole process "
        "so far; the parser runs in a child of its own with a limit.",
        "",
        "| | rows | seconds | processor seconds | rows per second | × row by row | peak memory MB |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {t.way} | {t.rows:,} | {t.seconds:.1f} | {t.processor_seconds:.1f} | {t.rate:,.0f} "
        f"| {t.rate / rows.rate:.1f} | {t.peak_mb} |"
        for t in [*timings, *sheets]
    ]
    lines += [
        "",
        f"The floor is {of_text[0]:.1f} × as fast as the first import, which takes {of_text[1]:.1f} × its "
        f"processor time on two processors; of the spreadsheet {of_sheet[0]:.1f} × and {of_sheet[1]:.1f} ×.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
