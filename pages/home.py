"""What each role finds on the staff home: a number, a sentence, one link."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils import timezone

from cfp.models import Decision, Review, SpeakerTicket, Talk
from checkin.models import CheckIn, Station
from registration.models import Order, Refund, Ticket
from scale import money as money_
from scale.models import OutgoingEmail, Role
from schedule.actions import cancelled_still_shown
from schedule.models import BofClaim, Slot
from schedule.plans import working_plan
from sponsors.models import (
    COMMITTEE,
    BoothApplication,
    FollowUp,
    Mail,
    NoteMention,
    PressRequest,
    Sponsorship,
)

ASKED_SHOWN = 6


@dataclass
class Card:
    about: str
    number: str
    says: str
    link: str
    url: str


def cards_for(user, conference):
    """The cards of the user's roles, in the order of a day's work; some only when they must be."""
    made = [make(user, conference) for roles, make in CARDS if user.has_role(conference, *roles)]
    return [card for card in made if card]


def url(name, conference):
    return reverse(name, args=[conference.slug])


def talks(user, conference):
    talks = Talk.objects.filter(conference=conference)
    counts = dict(talks.values_list("status").annotate(n=Count("pk")))
    waiting = counts.get(Talk.Status.ACCEPTED, 0)
    held = Decision.objects.releasable().filter(talk__conference=conference).count()
    pending = Decision.objects.pending().filter(talk__conference=conference)
    decided = pending.filter(talk__status=Talk.Status.SUBMITTED).count()
    undecided = counts.get(Talk.Status.SUBMITTED, 0) - decided
    says = (
        f"accepted talks are not confirmed; {undecided:,} submissions are not decided, "
        f"{held:,} decisions not released"
    )
    return Card("Talks", f"{waiting:,}", says, "See the talks", url("cfp:talks", conference))


def speakers(user, conference):
    """Only while something is left to do."""
    missing = SpeakerTicket.objects.missing(conference).values("speaker").distinct().count()
    left = SpeakerTicket.objects.without_talk(conference).count()
    if conference.is_closed or not missing and not left:
        return None
    says = f"speakers have no ticket yet; tickets of people without a talk: {left:,}"
    link = url("cfp:speaker-tickets", conference)
    return Card("Speakers’ tickets", f"{missing:,}", says, "See who", link)


def rooms(user, conference):
    plan = working_plan(conference)
    drafts = plan.moves.count()
    # Breaks have no talk, and nothing is “not in” a list with an empty place in it.
    placed = Slot.objects.filter(conference=conference, talk__isnull=False).values("talk")
    missing = Talk.objects.filter(conference=conference).placeable().exclude(pk__in=placed).count()
    gone = len(cancelled_still_shown(conference))
    says = f"draft changes; {missing:,} talks have no room yet"
    if gone:
        says += f"; {gone} cancelled still shown"
    link = url("schedule:plan", conference)
    return Card("Rooms", f"{drafts:,}", says, "Open rooms and times", link)


def bofs(user, conference):
    """Only while somebody waits for an answer."""
    waiting = BofClaim.objects.of(conference).asked().count()
    if not waiting or conference.is_closed:
        return None
    says = "people ask for a place for a BoF" if waiting > 1 else "BoF waits for an answer"
    return Card("BoFs", f"{waiting:,}", says, "Look", url("schedule:bof-claims", conference))


def reviews(user, conference):
    in_review = Talk.objects.filter(conference=conference).in_review()
    mine = Review.objects.filter(reviewer=user, talk__in=in_review).count()
    return Card(
        "Reviews",
        f"{mine:,} / {in_review.count():,}",
        "talks in review have a score of yours",
        "Go on reviewing",
        url("cfp:reviews", conference),
    )


def tickets(user, conference):
    sold = Ticket.objects.filter(conference=conference).admitting().count()
    week = timezone.now() - dt.timedelta(days=7)
    new = Order.objects.filter(
        conference=conference, status=Order.Status.PAID, paid_at__gte=week
    ).count()
    return Card(
        "Registration",
        f"{sold:,}",
        f"tickets sold or given; {new:,} orders in the last seven days",
        "See tickets",
        url("registration:staff-tickets", conference),
    )


def door(user, conference):
    begins, ends = conference.day_bounds(conference.today())
    came = CheckIn.objects.filter(
        checkin_list__conference=conference, undone_at=None, at__gte=begins, at__lt=ends
    ).count()
    stations = Station.objects.live().filter(conference=conference, paired_at__isnull=False)
    says = f"checked in today at {stations.count()} paired stations"
    return Card("Door", f"{came:,}", says, "See the door", url("checkin:live", conference))


def sponsors(user, conference):
    due = FollowUp.objects.filter(owner=user, done_at=None, due_on__lte=conference.today()).count()
    signed = Sponsorship.objects.public(conference).count()
    return Card(
        "Sponsors",
        f"{due:,}",
        f"follow-ups of yours are due; {signed:,} sponsors have signed",
        "Open organizations",
        url("sponsors:organizations", conference),
    )


def inbox(user, conference):
    """Only while something waits; the mailbox is one for all editions."""
    waiting = Mail.objects.in_box("triage").count()
    if not waiting or conference.is_closed:
        return None
    says = "mails that nobody could place" if waiting > 1 else "mail that nobody could place"
    return Card("Mail to sponsors", f"{waiting:,}", says, "Sort", url("sponsors:mails", conference))


def projects(user, conference):
    """Only while somebody waits for an answer."""
    waiting = BoothApplication.objects.filter(conference=conference, status="new").count()
    if not waiting or conference.is_closed:
        return None
    says = "projects ask for a booth" if waiting > 1 else "project asks for a booth"
    link = url("sponsors:applications", conference)
    return Card("Booths for projects", f"{waiting:,}", says, "Answer", link)


def press(user, conference):
    numbers = PressRequest.objects.numbers(conference)
    new, approved = (numbers[PressRequest.Status(one)] for one in ("new", "approved"))
    says = f"journalists wait for an answer; {approved:,} have a pass"
    return Card("Press", f"{new:,}", says, "See who", url("sponsors:press-requests", conference))


def money(user, conference):
    received = (
        Order.objects.filter(conference=conference).aggregate(sum=Sum("payments__amount"))["sum"]
        or money_.ZERO
    )
    waiting = Refund.objects.to_send(conference).count()
    return Card(
        "Money",
        money_.show_sum(money_.cents(received), conference.currency),
        f"came in, before refunds; {waiting} of these wait to be sent",
        "See tickets",
        url("registration:staff-tickets", conference),
    )


def mail(user, conference):
    doubtful = OutgoingEmail.objects.in_doubt().filter(conference=conference).count()
    return Card(
        "Mail",
        f"{doubtful:,}",
        "maybe sent, waiting for a decision",
        "Look",
        url("scale:mail-doubts", conference),
    )


def asked_of(user, conference):
    """What colleagues and the calendar ask of the user among sponsors: named, and due; or None."""
    if not user.has_role(conference, *COMMITTEE):
        return None
    today = conference.today()
    due = list(FollowUp.objects.due(user, today)[: ASKED_SHOWN + 1])
    named = NoteMention.objects.unseen(user).select_related(
        "note__author", "note__conversation__organization"
    )
    named = list(named[: ASKED_SHOWN + 1])
    if not due and not named:
        return None
    return {
        "today": today,
        "due": due[:ASKED_SHOWN],
        "named": named[:ASKED_SHOWN],
        "more_due": len(due) > ASKED_SHOWN,
        "more_named": len(named) > ASKED_SHOWN,
    }


CARDS = [
    ((Role.PROGRAM,), talks),
    ((Role.PROGRAM, Role.REGISTRATION), speakers),
    ((Role.PROGRAM,), rooms),
    ((Role.PROGRAM,), bofs),
    ((Role.REVIEWER, Role.PROGRAM), reviews),
    ((Role.REGISTRATION,), tickets),
    ((Role.REGISTRATION, Role.DOOR), door),
    ((Role.SPONSORSHIP, Role.COMMUNITY), sponsors),
    (COMMITTEE, inbox),
    (COMMITTEE, projects),
    ((Role.PRESS,), press),
    ((Role.FINANCE,), money),
    ((Role.COMMUNICATIONS,), mail),
]
