"""Sites side by side."""

from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.views.access import AuthenticatedRequest, requires
from common.exports import FORMATS, Sheet, export_response
from partners.models import Site
from partners.policies import SitePolicy
from workspace.compare import MOST_COMPARED, Block, asked_ids, comparison


@requires(SitePolicy.view)
def compare(request: AuthenticatedRequest) -> HttpResponseBase:
    """Two to six sites, named in the address; `only=differences` leaves out what is the same for all."""
    ids = asked_ids(request.GET)
    found = {
        site.pk: site
        for site in Site.objects.visible_to(request.user).filter(pk__in=ids).select_related("organization")
    }
    sites = [found[pk] for pk in ids if pk in found]
    only = request.GET.get("only") == "differences"
    blocks = comparison(sites) if len(sites) > 1 else []
    if (wanted := request.GET.get("export", "")) in FORMATS and blocks:
        return export_response(_sheet(sites, blocks, only=only), wanted, "comparison")
    context: dict[str, Any] = {
        "sites": [(site, _address([pk for pk in ids if pk != site.pk], only=only)) for site in sites],
        "blocks": [(block, _shown(block, only=only)) for block in blocks],
        "only": only,
        "switch": _address(ids, only=not only),
        "back": f"{reverse('workspace:directory')}?compare={','.join(map(str, ids))}",
        "most": MOST_COMPARED,
        "columns": len(sites) + 1,
    }
    return render(request, "workspace/compare.html", context)


@require_POST
@requires(SitePolicy.view)
def compare_pick(request: AuthenticatedRequest) -> HttpResponseBase:
    """The sites that were picked in the directory, beside those that are in the tray already."""
    named = ",".join([*request.POST.getlist("compare"), *request.POST.getlist("site")])
    if len({word for word in named.split(",") if word}) > MOST_COMPARED:
        messages.warning(
            request,
            _("Six sites are compared at most; the first six of those you picked are shown."),
        )
    return redirect(_address(asked_ids(request.POST), only=False))


def _address(ids: list[int], *, only: bool) -> str:
    switch = "&only=differences" if only else ""
    return f"{reverse('workspace:compare')}?compare={','.join(map(str, ids))}{switch}"


def _shown(block: Block, *, only: bool) -> list[Any]:
    return [line for line in block.lines if line.differs or not only]


def _sheet(sites: list[Site], blocks: list[Block], *, only: bool) -> Sheet:
    return Sheet(
        title=_("Comparison"),
        columns=("", "", *(site.name for site in sites)),
        rows=(
            [block.title, line.label, *line.cells] for block in blocks for line in _shown(block, only=only)
        ),
    )
