"""The roles people have. What a role may do is said by each room's policies."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    SOURCING = "sourcing", _("sourcing lead")
    ASSESSOR = "assessor", _("assessor")
    QA = "qa", _("QA lead")
    EXECUTIVE = "executive", _("executive")
    ADMINISTRATOR = "administrator", _("administrator")
    PARTNER = "partner", _("partner contact")


EVERYONE = frozenset(Role)
STAFF = EVERYONE - {Role.PARTNER}
