"""For who decides: what is decided and not told, the mails before they leave, and those sent."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from scale.editions import EditionClosed
from scale.models import OutgoingEmail

from .. import actions, letters
from ..access import program_page
from ..errors import Refused
from ..forms import Filter, SeenForm
from ..models import Decision, Notice, SpeakerMail
from ..promotions import proposals
from .talks import find

VERDICTS = [("", "Every decision"), *Decision.Verdict.choices]
SHOWN = 100
WRITTEN = 20


def chosen_decisions(reach, data):
    """The filter of a link, and the decisions that a release with it makes known.

    Those about talks kept from the person are among them, so that nobody gets two mails; but
    for a filter by verdict, which would tell what was decided.
    """
    filters = Filter(data, conference=reach.conference, verdict=VERDICTS)
    chosen = filters.chosen()
    talks = reach.to_decide()
    if chosen["verdict"]:
        talks = talks.exclude(pk__in=reach.kept_from)
    rows = Decision.objects.releasable().filter(talk__in=talks)
    if chosen["q"]:
        rows = rows.filter(talk__in=talks.search(chosen["q"]))
    if chosen.get("track"):
        rows = rows.filter(talk__track__code=chosen["track"])
    if chosen["verdict"]:
        rows = rows.filter(verdict=chosen["verdict"])
    return filters, rows.order_by("talk__title", "talk")


@require_GET
@program_page
def decisions(request, reach):
    return decisions_page(request, reach)


def decisions_page(request, reach, error=""):
    conference = reach.conference
    filters, rows = chosen_decisions(reach, request.GET)
    rows = list(rows.select_related("talk__track", "by"))
    for decision in rows:
        decision.talk.conference = conference
    mails = letters.decided(rows, conference)
    open_to_all = [one for one in rows if one.talk_id not in reach.kept_from]
    context = {
        "conference": conference,
        "reach": reach,
        "filters": filters,
        "is_filtered": any(filters.chosen().values()),
        "query": request.GET.urlencode(),
        "error": error,
        "decisions": open_to_all,
        "total": len(rows),
        "hidden": len(rows) - len(open_to_all),
        "letters": shown_letters(rows, mails, open_to_all, conference),
        "reachable": sum(bool(letter.speaker.address) for letter in mails),
        "mark": letters.mark(mails),
        "proposals": proposals(reach),
        "unconfirmed": unconfirmed(reach)[:SHOWN],
    }
    return render(request, "cfp/decisions.html", context)


def shown_letters(rows, mails, open_to_all, conference):
    """The mails without what is kept from the person, and what else waits for their speakers."""
    found = mails if len(rows) == len(open_to_all) else letters.decided(open_to_all, conference)
    whole = {one.speaker.pk: len(one.decisions) for one in mails}
    later = letters.left_out(rows, conference)
    return [
        (one, whole[one.speaker.pk] - len(one.decisions), later[one.speaker.pk]) for one in found
    ]


def unconfirmed(reach):
    """Acceptances that were told and not answered, oldest first."""
    rows = reach.to_decide().unconfirmed()
    return rows.order_by("told_at", "pk")


@require_POST
@program_page
def release(request, reach):
    """The address keeps the filter of the page, the form the mark of the mails it showed."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        return decisions_page(request, reach, "The page was out of date. Look again.")
    _, rows = chosen_decisions(reach, request.GET)
    try:
        done = actions.release_decisions(
            reach.conference,
            rows.values_list("pk", flat=True),
            by=request.user,
            seen=form.cleaned_data["seen"],
        )
    except (Refused, EditionClosed) as error:
        return decisions_page(request, reach, str(error))
    say_released(request, done)
    return redirect("cfp:decisions", reach.conference.slug)


def say_released(request, done):
    if done.silent:
        people = ", ".join(done.silent)
        messages.warning(request, f"No address is known for {people}: please tell them.")
    if done.decisions:
        messages.success(request, f"Released: {done.decisions}. Mails on their way: {done.mails}.")


@require_POST
@program_page
def promote(request, reach, code):
    """One click on a proposal; the speakers are told at once."""
    talk = find(reach, code)
    try:
        done = actions.promote_talk(talk, by=request.user)
    except (Refused, EditionClosed) as error:
        messages.error(request, str(error))
    else:
        say_released(request, done)
    return redirect("cfp:decisions", reach.conference.slug)


@require_POST
@program_page
def take_back(request, reach, code):
    talk = find(reach, code)
    try:
        done = actions.take_back_decision(talk, by=request.user)
    except (Refused, EditionClosed) as error:
        messages.error(request, str(error))
    else:
        if done:
            messages.success(request, "The decision is taken back; nobody was told about it.")
    return redirect("cfp:talk", reach.conference.slug, talk.code)


@require_GET
@program_page
def sent(request, reach):
    """Who was told what, in which mail, and what became of the mail."""
    talks = reach.to_decide().exclude(pk__in=reach.kept_from)
    rows = Notice.objects.filter(decision__talk__in=talks)
    filters = Filter(request.GET, conference=reach.conference)
    chosen = filters.chosen()
    if chosen["q"]:
        rows = rows.filter(decision__talk__in=talks.search(chosen["q"]))
    if chosen.get("track"):
        rows = rows.filter(decision__talk__track__code=chosen["track"])
    rows = rows.select_related("decision__talk", "decision__released_by", "speaker")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    add_mails(page.object_list)
    written = SpeakerMail.objects.filter(conference=reach.conference).about(reach.to_decide())
    context = {
        "conference": reach.conference,
        "reach": reach,
        "filters": filters,
        "page": page,
        "written": written.annotate(
            speakers=Count("copies__speaker", distinct=True)
        ).select_related("by")[:WRITTEN],
    }
    return render(request, "cfp/sent.html", context)


def add_mails(notices):
    """To each its `mail_sent`; None where none was sent, or where old mails were deleted."""
    keys = {one.mail_key for one in notices if one.mail_key}
    mails = OutgoingEmail.objects.filter(dedupe_key__in=keys).defer("text")
    found = {mail.dedupe_key: mail for mail in mails}
    for one in notices:
        one.mail_sent = found.get(one.mail_key)
