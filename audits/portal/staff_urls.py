"""Addresses of questionnaires, invitations and answers, below /questionnaires/."""

from django.urls import path

from audits.portal.views.building import (
    library_take,
    library_view,
    question_add,
    question_edit,
    question_move_view,
    question_remove_view,
    questionnaire_copy,
    questionnaire_edit,
    questionnaire_new,
    questionnaire_view,
)
from audits.portal.views.reviewing import (
    request_review_view,
    request_view,
    request_withdraw_view,
    requests_view,
    response_review_view,
    response_view,
    responses_view,
)
from audits.portal.views.sending import (
    invitation_new,
    invitation_renew_view,
    invitation_view,
    invitation_withdraw_view,
    invitations_view,
    send_view,
)

app_name = "questionnaires"
urlpatterns = [
    path("", requests_view, name="requests"),
    path("sent/<int:pk>/", request_view, name="request"),
    path("sent/<int:pk>/review/", request_review_view, name="request-review"),
    path("sent/<int:pk>/withdraw/", request_withdraw_view, name="request-withdraw"),
    path("library/", library_view, name="library"),
    path("library/<slug:key>/take/", library_take, name="library-take"),
    path("new/", questionnaire_new, name="new"),
    path("<int:pk>/", questionnaire_view, name="questionnaire"),
    path("<int:pk>/edit/", questionnaire_edit, name="edit"),
    path("<int:pk>/edition/", questionnaire_copy, name="edition"),
    path("<int:pk>/send/", send_view, name="send"),
    path("<int:pk>/questions/add/", question_add, name="question-add"),
    path("questions/<int:pk>/", question_edit, name="question"),
    path("questions/<int:pk>/move/", question_move_view, name="question-move"),
    path("questions/<int:pk>/remove/", question_remove_view, name="question-remove"),
    path("invitations/", invitations_view, name="invitations"),
    path("invitations/new/", invitation_new, name="invitation-new"),
    path("invitations/<int:pk>/", invitation_view, name="invitation"),
    path("invitations/<int:pk>/renew/", invitation_renew_view, name="invitation-renew"),
    path("invitations/<int:pk>/withdraw/", invitation_withdraw_view, name="invitation-withdraw"),
    path("findings/", responses_view, name="responses"),
    path("findings/<int:pk>/", response_view, name="response"),
    path("findings/<int:pk>/review/", response_review_view, name="response-review"),
]
