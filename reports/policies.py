"""Who may ask for reports and read them. Which ones is said by `Report.objects.visible_to`."""

from accounts.policies import allow, allow_all
from accounts.roles import STAFF, Role


class ReportPolicy:
    view = allow_all(STAFF)
    # Of a record that the person sees.
    history = allow_all(STAFF)
    request = allow(Role.SOURCING, Role.QA, Role.EXECUTIVE, Role.ADMINISTRATOR)
