"""Technical fit of every site to a program, kept until anything recorded changes."""

from datetime import date

from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from programs.models import Program
from programs.selectors import default_package
from records.models import Entry
from scorecards.longlist import longlist_of
from workspace.tables import Fit

MOST_KEPT = 4
type Key = tuple[int, date, int]

_kept: dict[Key, dict[int, Fit]] = {}


def fits_of(program: Program, user: User) -> dict[int, Fit]:
    """The fit group of the program's scorecard for every classified site, by site id.

    Every member of staff sees the same directory, so what was worked out for one holds for all. The last
    entry of the change history stands for everything the fit may depend on.
    """
    last = Entry.objects.aggregate(last=Max("id"))["last"] or 0
    key = (program.pk, timezone.localdate(), last)
    if key not in _kept:
        package = default_package(program)
        package.program = program
        listed = longlist_of(package, user)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = {row.head.site_id: Fit(row.fit_low, row.fit_high) for row in listed.sites}
    return _kept[key]
