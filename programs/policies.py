"""Who may do what with a program they can see (`Program.objects.visible_to`)."""

from accounts.policies import allow, allow_all
from accounts.roles import STAFF, Role


class ProgramPolicy:
    view = allow_all(STAFF)
    create = allow(Role.SOURCING, Role.ADMINISTRATOR)
    change = allow(Role.SOURCING, Role.ADMINISTRATOR)


class CandidatePolicy:
    view = allow_all(STAFF)
    change = allow(Role.SOURCING, Role.ADMINISTRATOR)
