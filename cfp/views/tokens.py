"""Tokens for programs: one's own, and for a chair those of everybody on the committee."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale.auth import staff_page
from scale.models import Role

from ..forms.fields import posted
from ..forms.tokens import TokenForm
from ..models import ApiToken

MOST = 20


@require_http_methods(["GET", "POST"])
@login_required
def my_tokens(request):
    """A new token is shown in the answer to the form, and never again."""
    rows = ApiToken.objects.filter(user=request.user, revoked_at=None)
    form, secret = TokenForm(posted(request), user=request.user), ""
    if request.method == "POST" and form.is_valid():
        if rows.count() >= MOST:
            form.add_error(None, f"You have {MOST} tokens. Revoke one that nothing uses.")
        else:
            said = form.cleaned_data
            _, secret = ApiToken.make(request.user, said["label"], said["scope"])
            form = TokenForm(user=request.user)
    return render(request, "cfp/my_tokens.html", {"form": form, "rows": rows, "secret": secret})


@require_POST
@login_required
def revoke_own(request, pk):
    token = get_object_or_404(ApiToken, pk=pk, user=request.user)
    token.revoke()
    messages.success(request, f"“{token}” opens nothing any more.")
    return redirect("cfp:my-tokens")


def of_committee(conference):
    """Living tokens of those who have a right in this edition."""
    here = Q(user__staff_roles__conference=conference)
    here |= Q(user__track_roles__track__conference=conference)
    rows = ApiToken.objects.live().filter(here, scope=ApiToken.Scope.COMMITTEE)
    return rows.select_related("user").distinct()


@require_GET
@staff_page(Role.CHAIR)
def tokens(request, conference):
    context = {"conference": conference, "rows": of_committee(conference)}
    return render(request, "cfp/tokens.html", context)


@require_POST
@staff_page(Role.CHAIR)
def revoke(request, conference, pk):
    token = get_object_or_404(of_committee(conference), pk=pk)
    token.revoke()
    messages.success(request, f"“{token}” of {token.user} opens nothing any more.")
    return redirect("cfp:tokens", conference.slug)
