"""Search across the rooms: a page, and the same answer inside the dialog that every page opens."""

from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.views.access import AuthenticatedRequest, requires
from partners.policies import SitePolicy
from workspace.search.find import LONGEST, SHORTEST, search

# The element of the dialog that takes the answer (templates/common/_search_dialog.html).
IN_DIALOG = "search-dialog-results"


@requires(SitePolicy.view)
def search_all(request: AuthenticatedRequest) -> HttpResponseBase:
    """What a person may see that holds the words of `q`."""
    typed = request.GET.get("q", "")
    in_dialog = request.headers.get("HX-Target") == IN_DIALOG
    context = {
        "typed": typed,
        "asked": len(typed.strip()) >= SHORTEST,
        "groups": search(request.user, typed),
        "longest": LONGEST,
    }
    template = "workspace/_search_results.html" if in_dialog else "workspace/search.html"
    return render(request, template, context)
