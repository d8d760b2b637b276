"""How the tests are shared out among processes by pytest-xdist (`make test`).

A file stays in one process, so what it makes once is made once. The files that drive a browser stay in one as
well, and so do all others that start processes of the product: more of them at once would compete for ports
and for the patience with which each waits.

They wait most of their time, so there is one process more than there are cores. What takes longest begins
first, so that no process ends long after the others.

pytest-xdist writes its own groups into the names of tests, which pytest 9 no longer allows, and the process
that shares out collects nothing itself: what a file needs is read from its text.
"""

import re
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[1]
# Few tests that take long, before the files with many.
SIGNS = {
    "processes": re.compile(r"mark\.worker|\b(product|data_dir|python|package_index):"),
    "browser": re.compile(r"mark\.browser"),
    "slow": re.compile(r"mark\.slow"),
}
GROUPS = ("browser", "processes")


@cache
def signs_of(file: str) -> frozenset[str]:
    """What a file of tests needs, as its marks and fixtures tell."""
    text = (ROOT / file).read_text()
    return frozenset(name for name, sign in SIGNS.items() if sign.search(text))


def scope_of(nodeid: str) -> str:
    """The group or the file with which a test stays in one process."""
    file = nodeid.partition("::")[0]
    return next((group for group in GROUPS if group in signs_of(file)), file)


def rank_of(scope: str) -> int:
    """When a scope begins: the lower, the earlier."""
    if scope in SIGNS:
        return list(SIGNS).index(scope)
    return len(SIGNS) - 1 if "slow" in signs_of(scope) else len(SIGNS)


class FilesAndGroups(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist carries no types
    """A group goes to one process, and so does each file of tests without a group."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)

    def _assign_work_unit(self, node: object) -> None:
        """Within a rank the queue is in the order of the number of tests."""
        self.workqueue.move_to_end(min(self.workqueue, key=rank_of), last=False)
        super()._assign_work_unit(node)
