"""Who may bring records in, and say which site a firm is."""

from accounts.policies import allow
from accounts.roles import Role


class ImportPolicy:
    view = allow(Role.SOURCING, Role.QA, Role.ADMINISTRATOR)
    change = allow(Role.SOURCING, Role.QA, Role.ADMINISTRATOR)
