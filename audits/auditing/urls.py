"""Addresses of audits and findings, below /audits/."""

from django.urls import path

from audits.auditing.views.conduct import (
    audit_worker,
    checklist_answer_view,
    conduct_view,
    finding_enter_view,
    findings_part,
)
from audits.auditing.views.findings import (
    checklist_view,
    finding_edit_view,
    finding_remove_view,
    finding_view,
    findings_combine_view,
    findings_view,
)
from audits.auditing.views.planning import (
    audit_edit_view,
    audit_parts_view,
    audit_plan_view,
    checklist_fill_view,
)
from audits.auditing.views.programs import AuditListView, RiskView, audit_calendar
from audits.auditing.views.workflow import (
    audit_amend_view,
    audit_move_view,
    audit_view,
    rate_view,
    report_view,
)

app_name = "audits"
urlpatterns = [
    path("", AuditListView.as_view(), name="audit-list"),
    path("risk/", RiskView.as_view(), name="risk"),
    path("calendar/", audit_calendar, name="calendar"),
    path("plan/", audit_plan_view, name="plan"),
    path("worker.js", audit_worker, name="worker"),
    path("<int:pk>/", audit_view, name="audit"),
    path("<int:pk>/edit/", audit_edit_view, name="audit-edit"),
    path("<int:pk>/lists/<slug:part>/", audit_parts_view, name="parts"),
    path("<int:pk>/move/<slug:state>/", audit_move_view, name="move"),
    path("<int:pk>/amend/", audit_amend_view, name="amend"),
    path("<int:pk>/report/", report_view, name="report"),
    path("<int:pk>/report/rate/", rate_view, name="rate"),
    path("<int:pk>/checklist/", checklist_view, name="checklist"),
    path("<int:pk>/checklist/fill/", checklist_fill_view, name="checklist-fill"),
    path("<int:pk>/checklist/<int:item>/", checklist_answer_view, name="answer"),
    path("<int:pk>/conduct/", conduct_view, name="conduct"),
    path("<int:pk>/findings/", findings_view, name="findings"),
    path("<int:pk>/findings/noted/", findings_part, name="noted"),
    path("<int:pk>/findings/add/", finding_enter_view, name="finding-enter"),
    path("<int:pk>/findings/combine/", findings_combine_view, name="combine"),
    path("findings/<int:pk>/", finding_view, name="finding"),
    path("findings/<int:pk>/edit/", finding_edit_view, name="finding-edit"),
    path("findings/<int:pk>/remove/", finding_remove_view, name="finding-remove"),
]
