from django.urls import path

from records.views.attachments import AttachmentAddView, attachment_download, attachment_remove_view
from records.views.record import RecordHistoryView
from records.views.signing import SignView, signature_withdraw_view
from records.views.trail import AuditTrailView

app_name = "records"
urlpatterns = [
    path("", AuditTrailView.as_view(), name="audit-trail"),
    path("attachments/<int:pk>/", attachment_download, name="attachment"),
    path("attachments/<int:pk>/remove/", attachment_remove_view, name="attachment-remove"),
    path("<slug:app>/<slug:model>/<int:pk>/attach/", AttachmentAddView.as_view(), name="attachment-add"),
    path(
        "<slug:app>/<slug:model>/<int:pk>/sign/<slug:part>/<slug:meaning>/", SignView.as_view(), name="sign"
    ),
    path("signatures/<int:pk>/withdraw/", signature_withdraw_view, name="signature-withdraw"),
    path("<slug:app>/<slug:model>/<int:pk>/", RecordHistoryView.as_view(), name="record-history"),
]
