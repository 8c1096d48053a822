from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect

from .auth import second_factor_missing


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

    def login(self, request, extra_context=None):
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next", "/admin/"))
        if request.user.is_staff and second_factor_missing(request.user):
            return redirect("mfa_index")
        raise PermissionDenied
