"""Who may do what with the scorecard of a program they can see (`Program.objects.visible_to`)."""

from accounts.policies import allow, allow_all
from accounts.roles import STAFF, Role


class ScorecardPolicy:
    view = allow_all(STAFF)
    change = allow(Role.SOURCING, Role.ADMINISTRATOR)
    freeze = allow(Role.SOURCING, Role.ADMINISTRATOR)
    override = allow(Role.SOURCING, Role.QA, Role.ADMINISTRATOR)


class TemplatePolicy:
    """Templates of scorecards, which hold for every program."""

    view = allow_all(STAFF)
    change = allow(Role.ADMINISTRATOR)
