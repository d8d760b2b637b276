"""The index of a file that was imported: pages of a few hundred lines, made by a job, read by one key.

Whoever shows a line never reads the file, but asks for the page with the line (`imports.source_rows`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import polars as pl
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from common.models import Sourced
from imports.files import file_hash, file_unpacked
from imports.formats import FORMATS, match_header
from imports.formats.clean import Context, clean_batch, date_orders
from imports.models import FilePage, ImportFile
from imports.reading import RawTable, read_table
from jobs.models import Job
from jobs.registry import JobRefused, Progress
from jobs.services import job_request
from records.context import recorded

INDEX_JOB = "imports.index"
INDEXING = gettext_noop("Noting where each line of the file stands")
ALTERED = gettext_noop(
    "The file that is kept is not the one that was imported: its hash differs. An administrator has to "
    "restore it from a backup."
)
# A page is unpacked to show one of its lines.
LINES = 250
CHARACTERS = 1_000_000


def index_key(file: ImportFile, source: str = "") -> str:
    """The key of the job that makes the index of a file."""
    return f"{INDEX_JOB}:{file.pk}" + (f":{source}" if source else "")


def index_request(*, file: ImportFile, actor: User | None, row: Sourced | None = None) -> Job:
    """Have the index of a file made in the background, once.

    For a `row` without line, the index says on which line each row stands that its source read there.
    """
    source = "" if row is None or row.source_line else row.source
    payload = {"file": file.pk, "source": source}
    return job_request(kind=INDEX_JOB, key=index_key(file, source), payload=payload, actor=actor)


def index_job(file: ImportFile, row: Sourced) -> Job | None:
    """The job that makes the index for a row, where somebody asked for it."""
    return Job.objects.filter(key=index_key(file, "" if row.source_line else row.source)).first()


def index_write(*, file: ImportFile, source: str, progress: Progress) -> None:
    """Write the pages of a file, and with a `source` those of its hashes.

    Memory holds one page of lines at a time, but all hashes.

    Raises `Refused` when the file cannot be read any more, `JobRefused` when it is not what it was.
    """
    with file_unpacked(file) as path, recorded():
        if file_hash(path) != file.sha256:
            raise JobRefused(ALTERED)
        # Who writes them first; a second job for other hashes of the file finds them there.
        ImportFile.objects.select_for_update(no_key=True).only("pk").get(pk=file.pk)
        known = FilePage.objects.filter(file=file)
        with read_table(path, file.name) as table:
            if not known.filter(source="").exists():
                _write(file, "", _pages(_lines(table, progress)))
            if source and not known.filter(source=source).exists():
                _write(file, source, _hashes(table, source))


def _write(file: ImportFile, source: str, pages: Iterable[tuple[int, object]]) -> None:
    for number, content in pages:
        packed = FilePage.content_packed(content)
        FilePage.objects.create(file=file, source=source, number=number, content=packed)


def _lines(table: RawTable, progress: Progress) -> Iterator[tuple[int, list[str]]]:
    """Each line that is not blank, with its number."""
    told = 0
    for batch in table.batches():
        for line, *cells in batch.drop("cells").iter_rows():
            yield line, cells
        told += batch.height
        progress(told, table.rows_expected, INDEXING)


def _pages(lines: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[tuple[int, list[str]]]]]:
    """The lines in pages of limited length, each under the number of its first line."""
    page: list[tuple[int, list[str]]] = []
    characters = 0
    for line, cells in lines:
        page.append((line, cells))
        characters += sum(map(len, cells))
        if len(page) == LINES or characters >= CHARACTERS:
            yield page[0][0], page
            page, characters = [], 0
    if page:
        yield page[0][0], page


def _hashes(table: RawTable, source: str) -> Iterator[tuple[int, dict[str, int]]]:
    """The line of each row by its hash, under the first byte of it. The day of retrieval is not hashed."""
    match = match_header(FORMATS[source], table.first, table.first_lines)
    context = Context(date_orders(table.batches(), match), timezone.localdate())
    by_byte: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for batch in table.batches():
        cleaned = clean_batch(batch, match, context).rows.select("row_sha256", "line")
        for sha256, line in cleaned.filter(pl.col("row_sha256").is_not_null()).iter_rows():
            by_byte[int(sha256[:2], 16)].setdefault(sha256, line)
    yield from sorted(by_byte.items())
