"""Who may see background work. Which rows is said by `Job.objects.visible_to`."""

from accounts.policies import SIGNED_IN, allow
from accounts.roles import Role


class JobPolicy:
    view = SIGNED_IN
    cancel = SIGNED_IN
    view_all = allow(Role.ADMINISTRATOR)
