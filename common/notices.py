"""Messages that say what was done, with a way to take it back."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise


def notice_done(request: HttpRequest, text: str | Promise, *, undo: str = "") -> None:
    """Tell the user what was done. `undo` is a local address that takes it back by POST: an Undo button."""
    messages.success(request, str(text), extra_tags=f"undo={undo}" if undo else "")
