"""The page of quality figures, from the portfolio down to the record."""

from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.views.access import AuthenticatedRequest, requires
from audits.capas.policies import QualityPolicy
from audits.figures.forms import FiguresForm
from audits.figures.selectors import gather, open_critical, qualities_of, rated_sites
from audits.figures.shown import age_chart, age_links, recurrence_rows, site_rows, tiles_of


@requires(QualityPolicy.view)
def quality_page(request: AuthenticatedRequest) -> HttpResponseBase:
    """Figures of all sites or of one, in a period that ends on a day. A fixed number of queries."""
    form = FiguresForm(request.GET or None, sites=rated_sites())
    period, site_id = form.period, form.site_id
    gathered = gather(period=period, site_ids=None if site_id is None else [site_id])
    figures = gathered.figures()
    qualities = qualities_of(gathered)
    names = {each.site_id: each.name for each in qualities}
    context = {
        "form": form,
        "period": period,
        "figures": figures,
        "tiles": tiles_of(figures, period, site_id),
        "ages": age_chart(figures),
        "age_links": age_links(figures, period, site_id),
        "recurrences": recurrence_rows(figures.recurrences, names),
        "critical": open_critical(gathered),
        "sites": site_rows(qualities, gathered) if site_id is None else [],
        "is_empty": not gathered.capas and not gathered.findings,
    }
    return render(request, "audits/quality.html", context)
