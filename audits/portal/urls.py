"""Addresses of the portal, below /portal/."""

from django.urls import path

from audits.portal.views.answers import portal_request, portal_request_save
from audits.portal.views.entry import portal_agreement, portal_enter, portal_home, portal_leave
from audits.portal.views.files import (
    portal_answer_files,
    portal_capa_files,
    portal_file,
    portal_finding_files,
)
from audits.portal.views.findings import portal_capa, portal_finding, portal_finding_save

app_name = "portal"
urlpatterns = [
    path("", portal_home, name="home"),
    path("enter/<str:token>/", portal_enter, name="enter"),
    path("agreement/", portal_agreement, name="agreement"),
    path("leave/", portal_leave, name="leave"),
    path("findings/<int:pk>/", portal_finding, name="finding"),
    path("findings/<int:pk>/save/", portal_finding_save, name="finding-save"),
    path("findings/<int:pk>/files/", portal_finding_files, name="finding-files"),
    path("capas/<int:pk>/", portal_capa, name="capa"),
    path("capas/<int:pk>/files/", portal_capa_files, name="capa-files"),
    path("requests/<int:pk>/", portal_request, name="request"),
    path("requests/<int:pk>/save/", portal_request_save, name="request-save"),
    path("requests/<int:pk>/files/<int:question>/", portal_answer_files, name="answer-files"),
    path("files/<int:pk>/", portal_file, name="file"),
]
