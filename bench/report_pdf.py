"""Time of a report's PDF against a bare WeasyPrint render of the same HTML.

    python -m bench.report_pdf [--rounds 3] [--recalls 1000]

Both make the same tagged PDF/A-3a from the same HTML, each in a process of its own that starts cold. The bare
render is what WeasyPrint's documentation shows, with the same options and no limits. Prints Markdown.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_eval.settings")

import django  # noqa: E402

django.setup()

from reports.figures.canonical import canonical_json  # noqa: E402
from reports.paper.document import Document, document_of  # noqa: E402
from reports.paper.press import pdf_print  # noqa: E402
from tests.reports import sample  # noqa: E402

BARE = """
import sys
from weasyprint import HTML
HTML(filename=sys.argv[1], base_url=sys.argv[2]).write_pdf(sys.argv[3], pdf_variant="pdf/a-3a")
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--recalls", type=int, default=1000)
    options = parser.parse_args()
    print("| report | pages | figures → HTML | PDF, ours | PDF, bare | ratio | ratio, processor time |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, recalls, times in (
        ("a usual site", 14, 1),
        (f"a site with {options.recalls} recalls", options.recalls, 1),
        ("the pages of five such reports in one file", options.recalls, 5),
    ):
        print(row(name, recalls, times, options.rounds))
    print(
        "\nBoth start cold and make the same tagged PDF/A-3a; ours also attaches the figures and is limited."
    )


def row(name: str, recalls: int, times: int, rounds: int) -> str:
    """Medians of alternating rounds, so that a busy machine slows both alike."""
    inputs = canonical_json(sample.figures(life=sample.life(recalls=recalls)))
    pdf_print(repeated(inputs, times))
    html_times: list[float] = []
    ours: list[Spent] = []
    bare: list[Spent] = []
    pages = 0
    for _ in range(rounds):
        start = time.perf_counter()
        document = repeated(inputs, times)
        html_times.append(time.perf_counter() - start)
        with spending(ours):
            pages = pdf_print(document).pages
        bare_print(document.html, bare)
    wall = statistics.median(one.seconds for one in ours), statistics.median(one.seconds for one in bare)
    cpu = statistics.median(one.cpu for one in ours), statistics.median(one.cpu for one in bare)
    return (
        f"| {name} | {pages} | {statistics.median(html_times):.2f} s | {wall[0]:.2f} s | {wall[1]:.2f} s "
        f"| {wall[0] / wall[1]:.2f} | {cpu[0] / cpu[1]:.2f} |"
    )


@dataclass(frozen=True)
class Spent:
    """Seconds on the clock, and of the processors in the processes that were started meanwhile."""

    seconds: float
    cpu: float


@contextmanager
def spending(into: list[Spent]) -> Iterator[None]:
    """Measure the block and the processes that it starts and waits for."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    yield
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    into.append(Spent(seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))


def repeated(inputs: str, times: int) -> Document:
    """The report, its pages repeated."""
    document = document_of("due_diligence", inputs=inputs, language="en", paper="a4")
    head, body = document.html.split("<section", 1)
    pages, foot = body.split("</body>")
    return replace(document, html=f"{head}{f'<section{pages}' * times}</body>{foot}")


def bare_print(html: str, into: list[Spent]) -> None:
    """A process that does nothing but render the HTML."""
    with tempfile.TemporaryDirectory() as folder:
        page, out = Path(folder, "report.html"), Path(folder, "report.pdf")
        page.write_text(html)
        with spending(into):
            subprocess.run(
                [sys.executable, "-c", BARE, str(page), f"{ROOT / 'static'}/", str(out)],
                check=True,
                capture_output=True,
            )


if __name__ == "__main__":
    main()
