"""What several tests of programs ask for and press."""

import re
from html import unescape

from django.test import Client

from programs.requirement_services import Draft

COUNTRY = Draft("site.country", "in", ["FR", "DE"], "Outside France and Germany.")


def undo_of(browser: Client, address: str) -> str:
    """The address behind the Undo button of the page."""
    found = re.search(r'action="([^"]+(?:state|added)=[^"]+)"', browser.get(address).content.decode())
    assert found, "the page offers no undo"
    return unescape(found[1])
