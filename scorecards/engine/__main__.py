"""`python -m scorecards.engine CASE.json …`: computes case files and prints one JSON array."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from scorecards.engine.cases.run import run_file


def main(arguments: Sequence[str] | None = None) -> int:
    """Print [{"id", "computed"} or {"id", "error"}, …]; 1 when any case is in error, else 0.

    Errors go to the standard error output as well, one line each.
    """
    parser = argparse.ArgumentParser(
        prog="python -m scorecards.engine",
        description="Compute decision analysis cases; prints a JSON array with the values of expected keys.",
    )
    parser.add_argument("cases", nargs="+", type=Path, metavar="CASE.json")
    results = [run_file(path) for path in parser.parse_args(arguments).cases]
    print(json.dumps(results, indent=1, allow_nan=False))
    wrong = [result for result in results if "error" in result]
    for result in wrong:
        print("{id}: {error[entry]}: {error[problem]}".format_map(result), file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
