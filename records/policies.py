"""Who may read the history."""

from accounts.policies import SIGNED_IN, allow
from accounts.roles import Role


class HistoryPolicy:
    # Of one record: whoever may see the record itself.
    view = SIGNED_IN
    # Of everything, across all programs.
    view_all = allow(Role.ADMINISTRATOR)
