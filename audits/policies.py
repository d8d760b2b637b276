"""Who may see and change regulatory records and audits."""

from accounts.policies import allow, allow_all
from accounts.roles import STAFF, Role


class RegulatoryPolicy:
    view = allow_all(STAFF)
    change = allow(Role.QA, Role.ADMINISTRATOR)


class AuditPolicy:
    """Our own audits and their findings. Author and approver of a report are two persons."""

    view = allow_all(STAFF)
    change = allow(Role.QA, Role.ADMINISTRATOR)
    approve = allow(Role.QA, Role.ADMINISTRATOR)
