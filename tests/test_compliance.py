"""docs/compliance.md names, clause by clause, a test that is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "compliance.md").read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if re.match(r"\| \d", line)]
# What stands for a test where software alone does not meet a clause.
INSTEAD = ("**the company**", "make test", "make lint", "version control", "–")
CLAUSES = {
    "11.10(a)", "11.10(b)", "11.10(c)", "11.10(d)", "11.10(e)", "11.10(f)", "11.10(g)", "11.10(h)",
    "11.10(i), (j)", "11.10(k)", "11.30", "11.50", "11.70", "11.100", "11.200(a)", "11.200(b)",
    "11.300(a)", "11.300(b)", "11.300(c)", "11.300(d)", "11.300(e)",
}  # fmt: skip


def test_every_clause_of_part_11_has_its_row() -> None:
    assert {row[0] for row in ROWS} >= CLAUSES


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_clause_names_a_test_or_says_whose_business_it_is(row: list[str]) -> None:
    clause, _asks, _here, shown = row
    assert re.search(r"tests/|`test_", shown) or any(words in shown for words in INSTEAD), clause


@pytest.mark.parametrize("path", sorted(set(re.findall(r"tests/[\w/.]*\w", PAGE))))
def test_a_path_that_is_named_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+)`", PAGE))))
def test_a_test_that_is_named_exists(name: str) -> None:
    defined = re.compile(rf"def {name}\(")
    assert any(
        defined.search(path.read_text(encoding="utf-8")) for path in (ROOT / "tests").rglob("test_*.py")
    )
