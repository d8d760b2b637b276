"""Who may see, drive, approve and verify CAPAs.

Roles are one half: a plan is approved by somebody other than its owner, an extension decided by somebody
other than who asked, an effect verified by the named verifier, who is not the owner (`audits.capas.steps`).
"""

from accounts.policies import allow, allow_all
from accounts.roles import STAFF, Role


class CapaPolicy:
    view = allow_all(STAFF)
    change = allow(Role.ASSESSOR, Role.QA, Role.ADMINISTRATOR)
    approve = allow(Role.QA, Role.ADMINISTRATOR)
    verify = allow(Role.ASSESSOR, Role.QA, Role.ADMINISTRATOR)


class QualityPolicy:
    """Figures on audits and CAPAs."""

    view = allow_all(STAFF)
