"""How the tests are shared out among processes: `make test` starts one for each core, by pytest-xdist.

A file stays in one process, so what it makes once is made once. All tests that start processes of the product
stay in one as well: two of them would compete for ports and for the patience with which each waits.
"""

from collections.abc import Iterable

import pytest
from xdist.scheduler import LoadGroupScheduling

GROUP = "processes"
MARKS = ("browser", "worker")
FIXTURES = frozenset({"product", "data_dir", "python", "package_index"})


def group_process_tests(items: Iterable[pytest.Item]) -> None:
    """Mark the tests that start processes as one group."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if any(item.get_closest_marker(name) for name in MARKS) or not FIXTURES.isdisjoint(fixtures):
            item.add_marker(pytest.mark.xdist_group(GROUP))


class FilesAndGroups(LoadGroupScheduling):  # type: ignore[misc]  # pytest-xdist carries no types
    """A group goes to one process, and so does each file of tests without a group."""

    def _split_scope(self, nodeid: str) -> str:
        scope: str = super()._split_scope(nodeid)
        return scope if scope != nodeid else nodeid.partition("::")[0]
