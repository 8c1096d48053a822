"""The mails to who hosts a BoF, queued in the action's transaction."""

from django.conf import settings
from django.urls import reverse

from cfp.models import Speaker
from scale import email

from . import enclosures
from .models import BofClaim, Release, Slot

BOF = "bof"  # carries a calendar file, as mails to speakers do


def bof_approved(claim: BofClaim, slot: Slot, release: Release, host: Speaker) -> None:
    context = {"slot": slot, "talk": claim.talk, "release": release}
    subject = f"Your BoF is on the schedule: {claim.what}"
    _send(claim, "approved", "schedule/mail/bof_approved.txt", subject, context, release, host)


def bof_ended(claim: BofClaim, release: Release | None, host: Speaker | None) -> None:
    """Declined, or off the schedule; with a calendar file that strikes it out, if it was on."""
    is_off = claim.talk is not None
    subject = f"{'Your BoF is off' if is_off else 'Your BoF was not accepted'}: {claim.what}"
    context = {"is_off": is_off, "release": release}
    _send(claim, "ended", "schedule/mail/bof_ended.txt", subject, context, release, host)


def _send(claim, what, template, subject, context, release, host) -> None:
    conference, ticket = claim.conference, claim.ticket
    if not claim.email:  # erased
        return
    link = reverse("schedule:ticket-bof", args=[conference.slug, ticket.code, ticket.secret])
    has_calendar = release is not None and host is not None
    email.send(
        BOF if has_calendar else "bof declined",
        claim.email,
        key=f"{claim.pk}:{what}",
        subject=subject,
        template=template,
        context={
            "claim": claim,
            "conference": conference,
            "link": settings.SITE_URL + link,
            "all": settings.SITE_URL + reverse("schedule:bofs", args=[conference.slug]),
            **context,
        },
        conference=conference,
        to_name=claim.name,
        about=enclosures.subject(release, host) if has_calendar else ticket.code,
    )
