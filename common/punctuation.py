"""How words are put side by side: French sets a no-break space before a colon and a semicolon."""

from collections.abc import Iterable

from django.utils.translation import gettext, pgettext


def labelled(label: object, value: object) -> str:
    """A label and what it says, with the colon of the reader's language."""
    return gettext("%(label)s: %(value)s") % {"label": label, "value": value}


def joined(items: Iterable[object]) -> str:
    """Items that may hold commas themselves, with the semicolon of the reader's language."""
    return pgettext("between items", "; ").join(str(each) for each in items)
