"""Sending questionnaires, inviting contacts, renewing and withdrawing links."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from accounts.views.access import AuthenticatedRequest, requires
from audits.models import Invitation, Questionnaire
from audits.portal.forms import InvitationForm, SendForm
from audits.portal.invitations import (
    DAYS_OPEN,
    Invited,
    invitation_make,
    invitation_renew,
    invitation_withdraw,
)
from audits.portal.mails import invitation_mail
from audits.portal.policies import PortalPolicy, QuestionnairePolicy, sending
from audits.portal.requests import questionnaire_send
from audits.portal.selectors import request_rows
from audits.portal.views.found import on
from audits.portal.views.tabs import exchange_tabs, sites_found
from partners.models import Contact, Site
from records.refusals import refusals_shown

MOST_SHOWN = 200


@on("questionnaire", QuestionnairePolicy.change)
def send_view(request: AuthenticatedRequest, questionnaire: Questionnaire) -> HttpResponseBase:
    """Choose the site, then the contact and the day."""
    sending(questionnaire.kind).require(request.user)
    site = _site(request)
    form = SendForm(request.POST or None, initial=_contact_initial(request, site)) if site else None
    if form is not None and site is not None and request.method == "POST" and form.is_valid():
        with refusals_shown(form):
            sent = questionnaire_send(
                questionnaire=questionnaire,
                site=site,
                contact=form.contact(),
                due_on=form.cleaned_data["due_on"],
                actor=request.user,
            )
            return _link_page(request, sent.invited)
    context = {"questionnaire": questionnaire, **_choosing(request, site, form)}
    status = 422 if form is not None and form.errors else 200
    return render(request, "audits/questionnaire_send.html", context, status=status)


@requires(PortalPolicy.invite_on_quality)
def invitation_new(request: AuthenticatedRequest) -> HttpResponseBase:
    """Invite a contact to answer findings and to work on CAPAs."""
    site = _site(request)
    initial = {**_contact_initial(request, site), "audit": request.GET.get("audit"), "days": DAYS_OPEN}
    initial["capas"] = [asked for asked in request.GET.getlist("capa") if asked.isdigit()]
    form = InvitationForm(request.POST or None, site=site, initial=initial) if site else None
    if form is not None and site is not None and request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        with refusals_shown(form):
            invited = invitation_make(
                site=site,
                contact=form.contact(),
                days=entered["days"],
                audit=entered["audit"],
                capas=entered["capas"],
                actor=request.user,
            )
            return _link_page(request, invited)
    context = _choosing(request, site, form)
    status = 422 if form is not None and form.errors else 200
    return render(request, "audits/invitation_form.html", context, status=status)


@require_GET
@requires(PortalPolicy.view)
def invitations_view(request: AuthenticatedRequest) -> HttpResponseBase:
    """The latest invitations."""
    rows = Invitation.objects.visible_to(request.user).select_related("site", "audit", "invited_by")
    context = {
        "tabs": exchange_tabs("invitations"),
        "rows": [(row, _state_of(row)) for row in rows[:MOST_SHOWN]],
        "may_invite": PortalPolicy.invite_on_quality.allows(request.user),
    }
    return render(request, "audits/invitation_list.html", context)


@require_GET
@on("invitation", PortalPolicy.view)
def invitation_view(request: AuthenticatedRequest, invitation: Invitation) -> HttpResponseBase:
    """One invitation: what it opens, and whether it still does."""
    on_quality = invitation.audit_id is not None or invitation.capas.exists()
    policy = PortalPolicy.invite_on_quality if on_quality else PortalPolicy.invite
    context = {
        "invitation": invitation,
        "state": _state_of(invitation),
        "capas": list(invitation.capas.all()),
        "rows": request_rows(invitation),
        "may_invite": policy.allows(request.user),
    }
    return render(request, "audits/invitation_detail.html", context)


@require_POST
@on("invitation", PortalPolicy.invite)
def invitation_renew_view(request: AuthenticatedRequest, invitation: Invitation) -> HttpResponseBase:
    """Make a new link and send it."""
    return _link_page(request, invitation_renew(invitation=invitation, actor=request.user))


@require_POST
@on("invitation", PortalPolicy.invite)
def invitation_withdraw_view(request: AuthenticatedRequest, invitation: Invitation) -> HttpResponseBase:
    """Close the link."""
    invitation_withdraw(invitation=invitation, actor=request.user)
    messages.success(request, _("The link no longer opens anything."))
    return redirect(invitation)


def _link_page(request: HttpRequest, invited: Invited) -> HttpResponseBase:
    """Send the link, and show it this once: it is kept nowhere."""
    address = request.build_absolute_uri(reverse("portal:enter", args=[invited.token]))
    context = {
        "invitation": invited.invitation,
        "address": address,
        "was_sent": invitation_mail(invited.invitation, address),
    }
    response = render(request, "audits/invitation_link.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _site(request: AuthenticatedRequest) -> Site | None:
    asked = request.GET.get("site", "")
    if not asked.isdigit():
        return None
    return Site.objects.visible_to(request.user).select_related("organization").filter(pk=int(asked)).first()


def _contact_initial(request: AuthenticatedRequest, site: Site | None) -> dict[str, Any]:
    asked = request.GET.get("contact", "")
    if site is None or not asked.isdigit():
        return {"language": "en"}
    contact = Contact.objects.current().filter(site=site, pk=int(asked)).first()
    return {"name": contact.name, "email": contact.email, "language": "en"} if contact else {"language": "en"}


def _choosing(request: AuthenticatedRequest, site: Site | None, form: forms.Form | None) -> dict[str, Any]:
    """The site, or those found by name; the contacts of the site."""
    text = request.GET.get("q", "")
    contacts = Contact.objects.current().filter(site=site).exclude(email="") if site else []
    return {
        "site": site,
        "form": form,
        "q": text,
        "found": [] if site else sites_found(request.user, text),
        "contacts": list(contacts),
    }


def _state_of(invitation: Invitation) -> dict[str, str]:
    """The state in a word, with its tone."""
    if invitation.revoked_at:
        return {"word": _("withdrawn"), "tone": "neutral"}
    if invitation.expires_at <= timezone.now():
        return {"word": pgettext("invitation", "expired"), "tone": "caution"}
    if invitation.confidentiality_accepted_at:
        return {"word": pgettext("invitation", "in use"), "tone": "good"}
    if invitation.last_seen_at:
        return {"word": _("opened"), "tone": "info"}
    return {"word": _("sent"), "tone": "info"}
