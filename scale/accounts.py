"""Sign-in by django-allauth, with mail through our ledger and throttles in the database."""

from allauth.account import forms as account_forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.shortcuts import redirect, render
from django.utils import timezone

from . import email, throttle
from .models import User
from .text import canonical_email

QUARTER = 900  # seconds
EMAIL_LENGTH = User._meta.get_field("email").max_length or 190


class AsksAddress(forms.BaseForm):
    """It is called an e-mail address here, as on every other screen."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["login" if "login" in self.fields else "email"]
        field.label = "E-mail address"
        field.widget.attrs.pop("placeholder", None)


class SignupForm(AsksAddress, account_forms.SignupForm):
    pass


class AddEmailForm(AsksAddress, account_forms.AddEmailForm):
    pass


class LoginForm(AsksAddress, account_forms.LoginForm):
    def clean_login(self):
        return canonical_email(super().clean_login())


class RequestLoginCodeForm(AsksAddress, account_forms.RequestLoginCodeForm):
    def clean_email(self):
        """Whoever was entered by staff has no address row yet; the code is to confirm one."""
        self.cleaned_data["email"] = canonical_email(self.cleaned_data["email"])
        address = super().clean_email()
        if self._user and not EmailAddress.objects.filter(user=self._user).exists():
            EmailAddress.objects.create(user=self._user, email=self._user.email, primary=True)
        return address


class ResetPasswordForm(AsksAddress, account_forms.ResetPasswordForm):
    def clean_email(self):
        self.cleaned_data["email"] = canonical_email(self.cleaned_data["email"])
        return super().clean_email()


class CountsTries(BaseAuthenticateForm):
    """A second factor has a million values: ten tries in a quarter of an hour are enough."""

    def clean_code(self):
        try:
            throttle.hit("second factor", str(self.user.pk), limit=10, seconds=QUARTER)
        except throttle.Throttled as error:
            raise ValidationError(str(error)) from error
        code = super().clean_code()
        throttle.forget("second factor", str(self.user.pk))
        return code


class SecondFactorForm(CountsTries, AuthenticateForm):
    pass


class SecondFactorAgainForm(CountsTries, ReauthenticateForm):
    pass


class PasswordBackend(AuthenticationBackend):
    """Checks passwords; rights are `scale.auth.RoleBackend`'s work alone."""

    def _get_permissions(self, user_obj, obj, from_name):
        return set()


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        name: str(says).replace("email", "e-mail")
        for name, says in DefaultAccountAdapter.error_messages.items()
    }

    def clean_email(self, email):
        """Addresses are keys, and keys are ASCII: see `canonical_email`."""
        address = canonical_email(super().clean_email(email))
        if len(address) > EMAIL_LENGTH:
            raise ValidationError(f"Addresses have at most {EMAIL_LENGTH} characters here.")
        if not address.isascii():
            raise ValidationError("Please give an address without accents before the @.")
        return address

    def send_mail(self, template_prefix, to, context):
        """Queued like every other mail; each request for a code is a mail of its own."""
        client = throttle.client(self.request)
        self._throttled(
            lambda: throttle.hit("account mail", to, limit=6, seconds=QUARTER),
            lambda: throttle.hit("account mails from", client, limit=600, seconds=QUARTER),
        )
        context = {**context, "email": to}
        email.send(
            email.ACCOUNT,
            to,
            key=f"{template_prefix}:{to}:{timezone.now().isoformat()}",
            subject=email.render_text(f"{template_prefix}_subject.txt", context),
            template=f"{template_prefix}_message.txt",
            context=context,
            resend_if_in_doubt=True,  # a code that comes twice does no harm
        )

    def authenticate(self, request, **credentials):
        """Count before looking, and forget the count once the right password came."""
        who = canonical_email(credentials.get("email", ""))
        client = throttle.client(request)
        self._throttled(
            lambda: throttle.hit("login", who, limit=10, seconds=QUARTER),
            lambda: throttle.hit("logins from", client, limit=600, seconds=QUARTER),
        )
        user = super().authenticate(request, **credentials)
        if user:
            throttle.forget("login", who)
        return user

    def confirm_email(self, request, email_address):
        """The database lets one account alone confirm an address; the later one is told."""
        try:
            with transaction.atomic():
                return super().confirm_email(request, email_address)
        except IntegrityError:
            text = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, text, {"email": email_address.email})
            return False

    def _throttled(self, *counts):
        try:
            for count in counts:
                count()
        except throttle.Throttled as error:
            raise ImmediateHttpResponse(too_many(self.request, error)) from error


def too_many(request, error=None):
    """The page for someone who tried too often."""
    response = render(request, "429.html", {"error": error}, status=429)
    if error:
        response["Retry-After"] = str(error.seconds)
    return response


def lost_race(get_response):
    """Two sign-ups with one address at one moment: the database keeps one, the other is told."""

    def middleware(request):
        return get_response(request)

    def process_exception(request, exception):
        if isinstance(exception, IntegrityError) and request.path.startswith("/account/"):
            messages.error(request, "This was done a moment ago already. Please sign in.")
            return redirect("account_login")
        return None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def note_proof(sender, request, user, authenticator, **kwargs):
    """Setting up a second step proves that one has it: its codes are shown without asking again."""
    record_authentication(
        request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True
    )


def forget_stale_password(sender, request, email_address, **kwargs):
    """Whoever proves an address by a mailed code owns the account; an earlier password goes.

    Otherwise someone could sign up with another's address and a password of their own,
    wait until the owner comes by a code, and walk in.
    """
    user = email_address.user
    route = request.resolver_match
    by_code = route and route.url_name == "account_confirm_login_code"
    if by_code and user.last_login is None and user.has_usable_password():
        user.set_unusable_password()
        user.save(update_fields=["password"])
