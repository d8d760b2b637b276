"""Who may do what with the scorecard of a program they can see (`Program.objects.visible_to`)."""

from accounts.policies import allow, allow_all
from accounts.roles import STAFF, Role


class ScorecardPolicy:
    view = allow_all(STAFF)
    change = allow(Role.SOURCING, Role.ADMINISTRATOR)
    freeze = allow(Role.SOURCING, Role.ADMINISTRATOR)
    override = allow(Role.SOURCING, Role.QA, Role.ADMINISTRATOR)


class PanelPolicy:
    """Scoring panels. Who scores is said by the seats; whose scores one sees, by the queryset."""

    view = allow_all(STAFF)
    change = allow(Role.SOURCING, Role.ADMINISTRATOR)
    score = allow_all(STAFF)
    moderate = allow(Role.SOURCING, Role.ADMINISTRATOR)


class DecisionPolicy:
    """The decision on a work package: one writes and signs it, another approves."""

    view = allow_all(STAFF)
    change = allow(Role.SOURCING, Role.ADMINISTRATOR)
    approve = allow(Role.EXECUTIVE, Role.QA)


class ExceptionPolicy:
    """Exceptions to floors: one writes and signs, another approves."""

    view = allow_all(STAFF)
    change = allow(Role.SOURCING, Role.QA, Role.ADMINISTRATOR)
    approve = allow(Role.EXECUTIVE, Role.QA)


class TemplatePolicy:
    """Templates of scorecards, which hold for every program."""

    view = allow_all(STAFF)
    change = allow(Role.ADMINISTRATOR)
