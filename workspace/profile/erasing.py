"""Erasing who a contact is wherever the product tells it: in the records and in what imports list."""

from accounts.models import User
from imports.profiles.erasing import listed_erase
from partners.erasing import PERSONAL, contact_erase
from partners.models import Contact
from partners.profile.selectors import versions_of
from records.context import recorded


def contact_erase_everywhere(*, contact: Contact, reason: str, actor: User) -> None:
    """All of it or nothing. Raises as `contact_erase`."""
    with recorded(actor=actor, reason=reason.strip()):
        texts = {getattr(each, name) for each in versions_of(contact) for name in PERSONAL}
        contact_erase(contact=contact, reason=reason, actor=actor)
        listed_erase(section="contacts", texts=texts, actor=actor)
