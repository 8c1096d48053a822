"""Who may do what. Rights are roles in one edition; this answers the admin and our views alike."""

import functools
from collections.abc import Callable
from fnmatch import fnmatch
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from .models import Conference, Role, User
from .models.audit import edition_of

# What a role may do with which tables, as patterns of Django's permission names.
OURS = ("scale", "registration", "cfp", "sponsors", "schedule", "checkin", "mail", "pages")
GRANTS: dict[str, tuple[str, ...]] = {
    Role.CHAIR: tuple(f"{app}.*" for app in OURS),
    Role.REGISTRATION: ("registration.*", "checkin.*"),
    Role.PROGRAM: ("cfp.*", "schedule.*"),
    Role.SPONSORSHIP: ("sponsors.*",),
    Role.COMMUNITY: (
        "sponsors.view_*",
        *(
            f"sponsors.{verb}_{name}"
            for verb in ("add", "change")
            for name in ("organization", "contact", "conversation", "note", "followup")
        ),
    ),
    Role.PRESS: ("sponsors.view_organization", "sponsors.view_contact"),
    # “audit” opens tables of money that “view” alone does not (sponsors/admin/invoices.py).
    Role.FINANCE: ("registration.view_*", "sponsors.audit_*"),
    Role.COMMUNICATIONS: ("scale.view_outgoingemail",),
    # These work in views of their own and have nothing in the admin.
    Role.REVIEWER: (),
    Role.CREW: (),
    Role.DOOR: (),
    Role.EDITOR: (),
}
# A chair of one edition has no say over what all editions share.
SHARED_TABLES = ("scale.*_user", "scale.add_conference", "scale.delete_conference")


def roles_granting(perm: str) -> list[str]:
    return [
        role
        for role, patterns in GRANTS.items()
        if any(fnmatch(perm, pattern) for pattern in patterns)
        and not any(fnmatch(perm, pattern) for pattern in SHARED_TABLES)
    ]


def editions_for(user: User, perm: str) -> set[int] | None:
    """Ids of the editions in which the user has the permission; None means all of them."""
    if user.is_superuser:
        return None
    granting = roles_granting(perm)
    return {conference for conference, role in user.roles() if role in granting}


class RoleBackend:
    """Answers has_perm from the user's roles; passwords are the other backend's work."""

    def authenticate(self, request: HttpRequest | None, **credentials: object) -> None:
        return None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()

    def has_perm(self, user: User, perm: str, obj: object = None) -> bool:
        if not user.is_active or not user.is_authenticated:
            return False
        editions = editions_for(user, perm)
        if editions is None:
            return True
        edition = edition_of(obj)
        return bool(editions) if edition is None else edition in editions

    def has_module_perms(self, user: User, app_label: str) -> bool:
        if not user.is_active or not user.is_authenticated:
            return False
        return user.is_superuser or any(
            pattern.split(".")[0] == app_label
            for _, role in user.roles()
            for pattern in GRANTS[role]
        )


def second_factor_missing(user: User) -> bool:
    """Staff need one outside DEMO; recovery codes alone are none."""
    return not settings.DEMO and not user.factors() - {Authenticator.Type.RECOVERY_CODES}


def goal_of(request: HttpRequest) -> str:
    """Where to come back to: what was asked for, unless it was a form."""
    return request.get_full_path() if request.method == "GET" else "/staff/"


def ask_second_factor(request: HttpRequest, goal: str) -> HttpResponse:
    """To where one is set up; the pages there lead on to `goal` (templates/mfa/_go_on.html)."""
    request.session["go_on"] = goal
    messages.info(request, "Staff pages need a second step at sign-in. Set one up, then go on.")
    return redirect("mfa_index")


def staff_gate(request: HttpRequest):
    """A redirect for who must sign in or set up a second factor first, else None."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not request.user.is_staff:
        raise PermissionDenied
    if second_factor_missing(request.user):
        return ask_second_factor(request, goal_of(request))
    return None


def staff_page(*roles: str) -> Callable:
    """For views whose first URL part is an edition's slug: only its chair and these roles get in.

    The view receives the Conference in place of the slug. Without roles, any role will do.
    """

    def decorate(view):
        @functools.wraps(view)
        def guarded(request, slug, *args, **kwargs):
            if blocked := staff_gate(request):
                return blocked
            conference = get_object_or_404(Conference, slug=slug)
            wanted = roles or tuple(Role)
            if not request.user.has_role(conference, *wanted):
                raise PermissionDenied
            return view(request, conference, *args, **kwargs)

        guarded.roles = roles  # type: ignore[attr-defined]  # the table test of rights reads it
        return guarded

    return decorate


def edition_page(view):
    """For public views under an edition's slug: the Conference in place of the slug, else 404.

    An edition that is not public yet is there for its staff alone.
    """

    @functools.wraps(view)
    def found(request, slug, *args, **kwargs):
        conference = get_object_or_404(Conference, slug=slug)
        if not conference.is_public and not (
            request.user.is_authenticated and request.user.has_role(conference, *Role)
        ):
            return get_object_or_404(Conference, pk=None)
        return view(request, conference, *args, **kwargs)

    return found


def refuse_other_sites(request: HttpRequest) -> None:
    """In place of a token, on pages that are the same for everyone and can carry none.

    Browsers say from where something was sent.
    """
    site = request.headers.get("Sec-Fetch-Site", "")
    if site:
        if site not in ("same-origin", "none"):
            raise PermissionDenied
        return
    origin = request.headers.get("Origin", "")
    if origin and urlsplit(origin).netloc != request.get_host():
        raise PermissionDenied
