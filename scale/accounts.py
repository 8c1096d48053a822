"""Sign-in by django-allauth, with mail through our ledger and throttles in the database."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.conf import settings
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from . import email, throttle
from .text import canonical_email


class SignupNameForm(forms.Form):
    """Asked beside address and password when someone signs up."""

    name = forms.CharField(max_length=120, label="Your name")

    field_order = ["name", "email", "password1"]

    def signup(self, request, user):
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class AccountAdapter(DefaultAccountAdapter):
    def clean_email(self, email):
        return canonical_email(super().clean_email(email))

    def send_mail(self, template_prefix, to, context):
        """Queued like every other mail; each request for a code is a mail of its own."""
        self._throttled(lambda: throttle.hit("account mail", to, limit=6, seconds=900))
        context = {**context, "email": to, "site_url": settings.SITE_URL}
        email.send(
            "account",
            to,
            key=f"{template_prefix}:{to}:{timezone.now().isoformat()}",
            subject=render_to_string(f"{template_prefix}_subject.txt", context),
            template=f"{template_prefix}_message.txt",
            context=context,
        )

    def pre_authenticate(self, request, **credentials):
        def count():
            throttle.hit("login address", throttle.client(request), limit=100, seconds=900)
            if credentials.get("email"):
                who = canonical_email(credentials["email"])
                throttle.hit("login", who, limit=10, seconds=900)

        self._throttled(count)
        super().pre_authenticate(request, **credentials)

    def _throttled(self, count):
        try:
            count()
        except throttle.Throttled as error:
            raise ImmediateHttpResponse(too_many(self.request, error)) from error


def too_many(request, error):
    """The page for someone who tried too often."""
    response = render(request, "429.html", {"error": error}, status=429)
    response["Retry-After"] = str(error.seconds)
    return response
