"""The page that signs, and taking a signature back."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.factors import factor_types
from accounts.views.access import AuthenticatedRequest, Guarded, requires
from records.declarations import Signable, address_of, signable_of
from records.display import model_of
from records.models import Signature
from records.policies import SignaturePolicy
from records.refusals import Refused, refusals_shown
from records.signing.credentials import SigningSession
from records.signing.services import signature_add, signature_withdraw, signing_offer, signing_refusal
from records.signing.session import signing_confirmed, signing_session
from records.signing.shown import shown_content

KEY = str(Authenticator.Type.WEBAUTHN)


class SigningForm(forms.Form):
    """Who signs. E-mail address and second factor are asked at the first signature of a series."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Code of the second factor"),
        help_text=gettext_lazy("Of your authenticator app, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        required=False,
    )
    credential = forms.CharField(widget=forms.HiddenInput, required=False)
    ticket = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, asks_for_everything: bool, factors: frozenset[str] = frozenset(), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not asks_for_everything:
            del self.fields["email"]
        if not asks_for_everything or not factors:
            del self.fields["code"], self.fields["credential"]
        elif KEY not in factors:
            del self.fields["credential"]

    def clean(self) -> dict[str, Any]:
        """One of code and key is enough."""
        cleaned = super().clean() or {}
        if "code" in self.fields and not cleaned.get("code") and not cleaned.get("credential"):
            self.add_error("code", _("Enter the code of your second factor, or use your security key."))
        return cleaned


class SignView(Guarded):
    """Shows what is signed and what it means, asks who is there, and signs."""

    permission = SignaturePolicy.sign
    declared: Signable
    record: Model
    meaning: Signature.Meaning

    def load_scope(self) -> None:
        self.declared, self.record = _record_or_404(self.request, **self.kwargs)
        meaning = self.kwargs["meaning"]
        if meaning not in {each.value for each in self.declared.meanings}:
            raise Http404
        self.meaning = Signature.Meaning(meaning)
        self.declared.meanings[self.meaning].require(self.request.user)

    def get(self, request: AuthenticatedRequest, **_kwargs: Any) -> HttpResponseBase:
        return self._page(None)

    def post(self, request: AuthenticatedRequest, **_kwargs: Any) -> HttpResponseBase:
        here = signing_session(request)
        form = self._form(here, request.POST)
        if form.is_valid():
            with refusals_shown(form):
                signature_add(
                    record=self.record,
                    part=self.declared.part,
                    meaning=self.meaning,
                    actor=request.user,
                    session=here,
                    **form.cleaned_data,
                )
                signing_confirmed(request)
                messages.success(request, _("Signed as %(meaning)s.") % {"meaning": self.meaning.label})
                return redirect(address_of(self.declared, self.record))
        return self._page(form)

    def _form(self, here: SigningSession, sent: QueryDict | None = None) -> SigningForm:
        everything = here.asks_for_everything
        factors = factor_types(self.request.user) if everything else frozenset[str]()
        return SigningForm(sent, asks_for_everything=everything, factors=factors)

    def _page(self, form: SigningForm | None) -> HttpResponseBase:
        request = self.request
        here = signing_session(request)
        refusal = signing_refusal(
            self.record, part=self.declared.part, meaning=self.meaning, actor=request.user
        )
        context: dict[str, Any] = {
            "record": self.record,
            "declared": self.declared,
            "meaning": self.meaning,
            "address": address_of(self.declared, self.record),
            "refusal": refusal.sentence if refusal else "",
        }
        if refusal is None:
            offer = signing_offer(
                self.record,
                part=self.declared.part,
                meaning=self.meaning,
                actor=request.user,
                session=here,
            )
            shown = form or self._form(here)
            context |= {
                "form": shown,
                "key_options": begin_authentication(request.user) if "credential" in shown.fields else None,
                # What is shown now is what is signed next, whatever the request before was about.
                "ticket": offer.ticket,
                "content": shown_content(self.declared, offer.content),
                "content_sha256": offer.content_sha256,
            }
        status = 409 if refusal and form else 422 if form else 200
        response = render(request, "records/sign.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response


@require_POST
@requires(SignaturePolicy.sign)
def signature_withdraw_view(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Take a signature back, with the reason, then back to the record."""
    signature = Signature.objects.filter(pk=pk).first()
    declared = signable_of(signature.model, signature.part) if signature else None
    if signature is None or declared is None:
        raise Http404
    record = declared.visible(request.user).filter(pk=signature.record_pk).first()
    if record is None:
        raise Http404
    try:
        signature_withdraw(signature=signature, actor=request.user, reason=request.POST.get("reason", ""))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The signature was withdrawn. The content can be changed again."))
    return redirect(address_of(declared, record))


def _record_or_404(
    request: AuthenticatedRequest, *, app: str, model: str, pk: int, part: str, meaning: str
) -> tuple[Signable, Model]:
    found = model_of(f"{app}.{model}")
    declared = signable_of(found._meta.label, part) if found else None
    record = declared.visible(request.user).filter(pk=pk).first() if declared else None
    if declared is None or record is None:
        raise Http404
    if not SignaturePolicy.sign.allows(request.user):
        raise PermissionDenied
    return declared, record
