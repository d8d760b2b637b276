"""Who may see and change regulatory records."""

from accounts.policies import allow, allow_all
from accounts.roles import STAFF, Role


class RegulatoryPolicy:
    view = allow_all(STAFF)
    change = allow(Role.QA, Role.ADMINISTRATOR)
