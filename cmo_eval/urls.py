"""Every address of the product."""

from django.urls import include, path

from cmo_eval.probes import livez, readyz
from cmo_eval.views import gallery

handler500 = "cmo_eval.views.server_error"

urlpatterns = [
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("gallery/", gallery, name="gallery"),
    path("jobs/", include("jobs.urls")),
    path("records/", include("records.urls")),
    path("account/", include("accounts.urls")),
    path("people/", include("accounts.people_urls")),
    path("templates/", include("scorecards.template_urls")),
    path("programs/", include("programs.urls")),
    path("programs/", include("scorecards.urls")),
    path("programs/", include("logistics.urls")),
    path("distribution/", include("logistics.overview_urls")),
    path("scoring/", include("scorecards.work_urls")),
    path("reports/", include("reports.urls")),
    path("imports/", include("imports.urls")),
    path("audits/", include("audits.auditing.urls")),
    path("capas/", include("audits.capas.urls")),
    path("quality/", include("audits.figures.urls")),
    path("portal/", include("audits.portal.urls")),
    path("questionnaires/", include("audits.portal.staff_urls")),
    path("api/v1/", include("api.urls")),
    path("", include("workspace.urls")),
]
