from django.urls import path

from reports.views.comparison import comparison_create
from reports.views.history import history_record, history_trail
from reports.views.library import ReportListView, report_detail, report_file, report_retry_view
from reports.views.papers import audit_create, decision_create, distribution_create
from reports.views.request import report_create

app_name = "reports"
urlpatterns = [
    path("", ReportListView.as_view(), name="report-list"),
    path("history/", history_trail, name="history-trail"),
    path("history/<slug:app>/<slug:model>/<int:pk>/", history_record, name="history-record"),
    path("audits/<int:pk>/", audit_create, name="audit-create"),
    path("ask/", report_create, name="report-create"),
    path("compare/", comparison_create, name="comparison-create"),
    path("decisions/<int:pk>/", decision_create, name="decision-create"),
    path("distribution/<str:code>/", distribution_create, name="distribution-create"),
    path("<int:pk>/", report_detail, name="report-detail"),
    path("<int:pk>/retry/", report_retry_view, name="report-retry"),
    path("<int:pk>/file/", report_file, name="report-file"),
    path("<int:pk>/file/<slug:made_as>/", report_file, name="report-file-as"),
]
