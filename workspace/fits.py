"""Technical fit of every site to a program, kept until anything recorded changes."""

from django.utils import timezone

from accounts.models import User
from programs.models import Program
from programs.selectors import default_package
from scorecards.keeping import Kept
from scorecards.longlist import fits_of_all
from workspace.tables import Fit, Fits

KEPT: Kept[Fits] = Kept()


def fits_of(program: Program, user: User) -> Fits:
    """The fit group of the program's scorecard for every classified site, by site id.

    Every member of staff sees the same directory, so what was worked out for one holds for all.
    """

    def made() -> Fits:
        package = default_package(program)
        package.program = program
        found = fits_of_all(package, user)
        ends = zip(found.low.tolist(), found.high.tolist(), strict=True)
        return Fits(zip(found.sites.tolist(), (Fit(*each) for each in ends), strict=True))

    # The program was read before the head of the history is, so the key says as which it was read.
    return KEPT.get((program.pk, program.updated_at, timezone.localdate()), made)
