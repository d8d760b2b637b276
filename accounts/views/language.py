"""The language switch."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.i18n import set_language

from accounts.services import user_language_set
from accounts.sessions import LANGUAGE_CHOSEN


def language_set(request: HttpRequest) -> HttpResponseBase:
    """Set the language of this browser and, when signed in, the person's own (for e-mails and reports)."""
    response = set_language(request)
    if request.user.is_authenticated:
        user_language_set(user=request.user, language=request.POST.get("language", ""))
    else:
        request.session[LANGUAGE_CHOSEN] = True
    return response
