"""The calculator, asked for the keys of a case that has no file, and what such cases are made of."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from scorecards.engine.cases.run import run_case

type Row = list[float]

few = settings(max_examples=30)


def computed(method: str, *keys: str, **inputs: object) -> Any:
    """The computed keys, or the one computed key."""
    found, problems = run_case({"method": method, "inputs": inputs, "expected": dict.fromkeys(keys)})
    assert not problems
    return found if len(keys) > 1 else found[keys[0]]


def tables(least: int = 1, most: int = 6, low: int = 1, high: int = 40) -> st.SearchStrategy[list[Row]]:
    """Tables (m, n) of whole numbers, of one row or column as well."""
    row = st.integers(1, 5)
    return row.flatmap(
        lambda n: st.lists(
            st.lists(st.integers(low, high).map(float), min_size=n, max_size=n), min_size=least, max_size=most
        )
    )


vectors = st.integers(1, 6).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 100).map(float), min_size=n, max_size=n),
        st.lists(st.integers(0, 100).map(float), min_size=n, max_size=n),
        st.lists(st.integers(0, 9).map(float), min_size=n, max_size=n).filter(any),
    )
)
