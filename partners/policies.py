"""Who may see and change the directory."""

from accounts.policies import allow, allow_all
from accounts.roles import STAFF, Role


class OrganizationPolicy:
    view = allow_all(STAFF)
    change = allow(Role.SOURCING, Role.QA, Role.ADMINISTRATOR)


class SitePolicy:
    view = allow_all(STAFF)
    change = allow(Role.SOURCING, Role.QA, Role.ADMINISTRATOR)


class ContactPolicy:
    """Taking the personal data of somebody who left out of the records."""

    erase = allow(Role.QA, Role.ADMINISTRATOR)


class QualificationPolicy:
    """The qualification file: standing, quality agreements, their duties."""

    view = allow_all(STAFF)
    change = allow(Role.QA, Role.ADMINISTRATOR)
    approve = allow(Role.QA)
