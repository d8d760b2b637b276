"""`python -m bench`: runs every measurement and writes docs/benchmarks.md."""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = (
    ("Import", "bench.import_rows"),
    ("Change history", "bench.history"),
    ("Ranking from the database", "bench.ranking"),
    ("Pages", "bench.pages"),
    ("Directory of 100 000 sites", "bench.directory"),
    ("PDF reports", "bench.report_pdf"),
    ("The engine", "bench.engine"),
)


def main() -> int:
    """Run the parts named on the command line, or all, one after the other."""
    wanted = set(sys.argv[1:])
    sections = [heading()]
    failed = []
    for title, module in PARTS:
        if wanted and module.removeprefix("bench.") not in wanted:
            continue
        print(f"{title} …", file=sys.stderr, flush=True)
        run = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", module],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode:
            failed.append(module)
            print(run.stderr, file=sys.stderr)
            continue
        sections.append(f"## {title}\n\n`python -m {module}`\n\n{run.stdout.strip()}\n")
        print(run.stdout)
    if not wanted and not failed:
        (ROOT / "docs" / "benchmarks.md").write_text("\n".join(sections), encoding="utf-8")
    if failed:
        print("Failed: " + ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def heading() -> str:
    """What was measured on, and how to do it again."""
    return (
        "# Benchmarks\n\n"
        f"Made by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}. "
        "Ratios come from one run, side by side; absolute times depend on the machine.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
