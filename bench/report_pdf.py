"""Time of a report's PDF against a bare WeasyPrint render of the same HTML.

    python -m bench.report_pdf [--rounds 3] [--recalls 1000]

Both make the same tagged PDF/A-3a from the same HTML, each in a process of its own that starts cold. The bare
render is what WeasyPrint's documentation shows, with the same options and no limits. Prints Markdown.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_eval.settings")

import django  # noqa: E402

django.setup()

from reports.figures.canonical import canonical_json  # noqa: E402
from reports.paper.document import Document, due_diligence_document  # noqa: E402
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
    print("| report | pages | figures → HTML | PDF, ours | PDF, bare WeasyPrint | ratio |")
    print("|---|---:|---:|---:|---:|---:|")
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
    pdf_print(document_of(inputs, times))
    html_times, ours, bare = [], [], []
    pages = 0
    for _ in range(rounds):
        start = time.perf_counter()
        document = document_of(inputs, times)
        html_times.append(time.perf_counter() - start)
        start = time.perf_counter()
        pages = pdf_print(document).pages
        ours.append(time.perf_counter() - start)
        bare.append(bare_seconds(document.html))
    ours_median, bare_median = statistics.median(ours), statistics.median(bare)
    return (
        f"| {name} | {pages} | {statistics.median(html_times):.2f} s | {ours_median:.2f} s | {bare_median:.2f} s "
        f"| {ours_median / bare_median:.2f} |"
    )


def document_of(inputs: str, times: int) -> Document:
    """The report, its pages repeated."""
    document = due_diligence_document(inputs=inputs, language="en", paper="a4")
    head, body = document.html.split("<section", 1)
    pages, foot = body.split("</body>")
    return replace(document, html=f"{head}{f'<section{pages}' * times}</body>{foot}")


def bare_seconds(html: str) -> float:
    """Seconds that a process takes which does nothing but render the HTML."""
    with tempfile.TemporaryDirectory() as folder:
        page, out = Path(folder, "report.html"), Path(folder, "report.pdf")
        page.write_text(html)
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", BARE, str(page), f"{ROOT / 'static'}/", str(out)],
            check=True,
            capture_output=True,
        )
        return time.perf_counter() - start


if __name__ == "__main__":
    main()
