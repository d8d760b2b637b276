"""Who may do what with the distribution plan of a program they can see (`Program.objects.visible_to`)."""

from accounts.policies import allow, allow_all
from accounts.roles import STAFF, Role


class PlanPolicy:
    view = allow_all(STAFF)
    change = allow(Role.SOURCING, Role.QA, Role.ADMINISTRATOR)
    sign_off = allow(Role.QA)
