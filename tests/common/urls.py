"""The few addresses that the frame of a page names, so that these tests depend on no other room."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("language/", page, name="set_language"),
    path("sign-in/", page, name="account_login"),
    path("sign-out/", page, name="account_logout"),
    path("password/", page, name="account_change_password"),
    path("reset/", page, name="account_reset_password"),
    path("", include(([path("", page, name="home")], "workspace"))),
]
