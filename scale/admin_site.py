from functools import update_wrapper

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from .auth import ask_second_factor, second_factor_missing
from .db import again


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
            return guarded(request, *args, **kwargs)

        return update_wrapper(judged, guarded)

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
