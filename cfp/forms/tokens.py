"""Tokens for programs."""

from django import forms
from django.core.exceptions import ValidationError

from scale.auth import second_factor_missing
from scale.forms import helper

from ..models import ApiToken, TrackRole
from .fields import Line


class TokenForm(forms.Form):
    label = Line(
        max_length=80, label="What is it for?", help_text="Such as “the website of our partner”."
    )
    scope = forms.ChoiceField(
        label="It reads",
        choices=ApiToken.Scope,
        initial=ApiToken.Scope.PUBLIC,
        widget=forms.RadioSelect,
    )
    helper = helper("Make a token")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        if not (user.is_staff or TrackRole.objects.filter(user=user).exists()):
            self.fields["scope"].choices = ApiToken.Scope.choices[:1]

    def clean_scope(self):
        scope = self.cleaned_data["scope"]
        if scope == ApiToken.Scope.COMMITTEE and second_factor_missing(self.user):
            raise ValidationError("Set up a second step at sign-in first (Account).")
        return scope
