from functools import update_wrapper

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from .auth import ask_second_factor, second_factor_missing
from .db import again

MOST_DIGITS = 19  # of an id; what is longer is none


def is_id(text):
    return text.isdecimal() and text.isascii() and len(text) < MOST_DIGITS


class Autocomplete(AutocompleteJsonView):
    def process_request(self, request):
        """Only a column of the table can be filled in, not what points to the table."""
        asked = super().process_request(request)
        if not asked[2].concrete:
            raise PermissionDenied
        return asked

    def get_queryset(self):
        rows = super().get_queryset()
        return rows if rows.ordered else rows.order_by("pk")


class ScaleAdminSite(admin.AdminSite):
    """The admin for whoever has a role; signing in happens on the site's own page."""

    site_header = "scale"
    site_title = "scale"
    index_title = "Tables"
    site_url = "/staff/"

    def has_permission(self, request):
        user = request.user
        return (
            user.is_active
            and user.is_authenticated
            and user.is_staff
            and (not second_factor_missing(user))
        )

    def admin_view(self, view, cacheable=False):
        """Who is signed in without any role is told so at once, instead of asked to sign in.

        A save that loses a deadlock against a sale or a publish is made again: the
        admin's own transactions are inside the view.
        """
        guarded = super().admin_view(again(view), cacheable)

        def judged(request, *args, **kwargs):
            if request.user.is_authenticated and not request.user.is_staff:
                raise PermissionDenied
            if not all(map(is_id, request.POST.getlist(ACTION_CHECKBOX_NAME))):
                raise BadRequest
            return guarded(request, *args, **kwargs)

        return update_wrapper(judged, guarded)

    def autocomplete_view(self, request):
        return Autocomplete.as_view(admin_site=self)(request)

    def login(self, request, extra_context=None):
        goal = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(goal, allowed_hosts=None):
            goal = "/admin/"
        if not request.user.is_authenticated:
            return redirect_to_login(goal)
        if self.has_permission(request):
            return redirect(goal)
        if request.user.is_staff:
            return ask_second_factor(request, goal)
        raise PermissionDenied

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")
