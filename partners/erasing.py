"""Taking the personal data of a contact out of the records; the sealed change history keeps what it said."""

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partners.models import Contact
from partners.policies import ContactPolicy
from partners.profile.selectors import versions_of
from records.context import recorded

# What says who a person is. Function and authority stay, since past days count them.
PERSONAL = ("name", "email", "phone")


def contact_erase(*, contact: Contact, reason: str, actor: User | None) -> int:
    """Blank who a contact is, in every version of the record, and end it today; how many versions changed.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: without a reason.
    """
    ContactPolicy.erase.require(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the personal data are erased.")})
    with recorded(actor=actor, reason=reason.strip()):
        newest = Contact.objects.select_for_update().get(pk=versions_of(contact)[0].pk)
        # Whoever changed it meanwhile has made a version that is newer still.
        versions = Contact.objects.filter(pk__in=[row.pk for row in versions_of(newest)])
        versions.filter(replaced_on=None).update(replaced_on=timezone.localdate())
        return versions.update(**dict.fromkeys(PERSONAL, ""), version=F("version") + 1)
