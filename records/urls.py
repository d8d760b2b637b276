from django.urls import path

from records.views.record import RecordHistoryView
from records.views.trail import AuditTrailView

app_name = "records"
urlpatterns = [
    path("", AuditTrailView.as_view(), name="audit-trail"),
    path("<slug:app>/<slug:model>/<int:pk>/", RecordHistoryView.as_view(), name="record-history"),
]
