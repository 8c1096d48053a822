"""Who gives a talk, and the invitation that somebody got by mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale import codes, throttle
from scale.editions import EditionClosed

from .. import actions
from ..errors import Refused
from ..forms import InviteForm, OrderForm
from ..models import Calls, SpeakerInvitation, Talk
from ..standing import may_edit
from ..steps import progress
from .mine import own_talk


@require_GET
@login_required
def speakers(request, code):
    return speakers_page(request, own_talk(request, code))


def speakers_page(request, talk, **forms):
    links = list(talk.talk_speakers.select_related("speaker"))
    calls = Calls(talk.conference)
    context = {
        "conference": talk.conference,
        "talk": talk,
        "steps": progress(talk, calls) if may_edit(talk, calls) else None,
        "links": links,
        "invitations": talk.invitations.exclude(status=SpeakerInvitation.Status.ACCEPTED),
        "may_change": talk.status in Talk.EDITABLE and not talk.conference.is_closed,
        "invite_form": InviteForm(),
        "order_form": OrderForm(links=links, contact_id=talk.contact_id),
        **forms,
    }
    return render(request, "cfp/speakers.html", context)


@require_POST
@login_required
def invite(request, code):
    talk = own_talk(request, code)
    form = InviteForm(request.POST)
    leads_on = request.POST.get("do") == "next"
    if leads_on and not form.has_changed():
        return redirect("cfp:files", code)
    if form.is_valid():
        try:
            throttle.hit("invite speaker", str(request.user.pk), limit=30, seconds=86_400)
            actions.invite_speaker(talk, by=request.user, **form.cleaned_data)
        except (Refused, EditionClosed, throttle.Throttled) as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, f"{form.cleaned_data['email']} gets an invitation by mail.")
            return redirect("cfp:files" if leads_on else "cfp:speakers", code)
    return speakers_page(request, talk, invite_form=form)


@require_POST
@login_required
def order(request, code):
    talk = own_talk(request, code)
    links = list(talk.talk_speakers.select_related("speaker"))
    form = OrderForm(request.POST, links=links, contact_id=talk.contact_id)
    if not form.is_valid():
        return speakers_page(request, talk, order_form=form)
    contact = form.cleaned_data["contact"]
    act(request, lambda: actions.order_speakers(talk, form.ordered(), contact, by=request.user))
    return redirect("cfp:speakers", code)


@require_POST
@login_required
def drop_out(request, code, pk):
    talk = own_talk(request, code)
    act(request, lambda: actions.drop_out(talk, pk, by=request.user))
    still = Talk.objects.of(request.user).filter(pk=talk.pk).exists()
    return redirect("cfp:speakers", code) if still else redirect("cfp:my-talks")


@require_POST
@login_required
def drop_invitation(request, code, pk):
    talk = own_talk(request, code)
    act(request, lambda: actions.take_back_invitation(talk, pk, by=request.user))
    return redirect("cfp:speakers", code)


def act(request, verb):
    try:
        verb()
    except (Refused, EditionClosed) as error:
        messages.warning(request, str(error))


@require_http_methods(["GET", "POST"])
def invitation(request, code, secret):
    """Yes or no, by the link in the mail; yes needs an account, whichever address it has."""
    rows = SpeakerInvitation.objects.select_related("talk__conference", "speaker", "by")
    row = get_object_or_404(rows, code=code)
    if not codes.secret_matches("invitation", row.code, secret):
        raise Http404
    do = request.POST.get("do")
    if do == "accept" and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if do in ("accept", "decline"):
        try:
            if do == "accept":
                actions.accept_invitation(row, request.user)
                return redirect("cfp:my-talks")
            actions.decline_invitation(row)
        except (Refused, EditionClosed) as error:
            messages.warning(request, str(error))
        return redirect("cfp:invitation", code, secret)
    talk = row.talk
    is_over = talk and (talk.status not in Talk.EDITABLE or talk.conference.is_closed)
    context = {"invitation": row, "talk": talk, "conference": talk.conference if talk else None}
    context["is_over"] = is_over
    return render(request, "cfp/invitation.html", context)
