"""What staff do about admissions: let in, take out, settle what two devices disagree about."""

from django.db import transaction
from django.utils import timezone

from registration.models import Ticket
from scale.db import retry
from scale.editions import require_open
from scale.models import User

from ..models import CheckIn, CheckInList, Scan


class AlreadyIn(Exception):
    """The ticket was let in; the text says when and where."""


@retry
def let_in(ticket: Ticket, checkin_list: CheckInList, *, by: User, why: str) -> Scan:
    """Let somebody in whatever the rules say: the reason stands in for them."""
    require_open(checkin_list.conference)
    if ticket.conference_id != checkin_list.conference_id:
        raise ValueError("a ticket and a list of two editions")
    Ticket.objects.select_for_update().values_list("pk").get(pk=ticket.pk)
    now = timezone.now()
    day = checkin_list.day(checkin_list.conference, now)
    standing = CheckIn.objects.live().filter(ticket=ticket, checkin_list=checkin_list, day=day)
    if earlier := standing.select_related("station").first():
        raise AlreadyIn(f"Already in, {earlier.place}.")
    checkin = CheckIn.objects.create(ticket=ticket, checkin_list=checkin_list, day=day, at=now)
    return Scan.objects.create(
        ticket=ticket,
        checkin_list=checkin_list,
        checkin=checkin,
        verdict=Scan.Verdict.ADMITTED,
        by=by,
        why=why,
        scanned_at=now,
    )


@retry
def take_out(checkin: CheckIn, *, by: User, why: str) -> CheckIn:
    """Undo an admission of any station, at any time; again is harmless."""
    require_open(checkin.checkin_list.conference)
    Ticket.objects.select_for_update().values_list("pk").get(pk=checkin.ticket_id)
    checkin = CheckIn.objects.select_related("ticket").get(pk=checkin.pk)
    if checkin.undone_at is None:
        checkin.undone_at, checkin.undone_by, checkin.undone_why = timezone.now(), by, why
        checkin.save(update_fields=["undone_at", "undone_by", "undone_why"])
    return checkin


@transaction.atomic
def open_leftovers(checkin_list: CheckInList) -> None:
    """From now on whoever asks first gets what is left; again keeps the first moment.

    The list's lock waits for whoever is being given one.
    """
    require_open(checkin_list.conference)
    row = CheckInList.objects.select_for_update().get(pk=checkin_list.pk)
    if row.leftovers_open_at is None:
        row.leftovers_open_at = timezone.now()
        row.save(update_fields=["leftovers_open_at"])


@transaction.atomic
def close_leftovers(checkin_list: CheckInList) -> None:
    """Only who ordered gets one again; again is harmless."""
    require_open(checkin_list.conference)
    row = CheckInList.objects.select_for_update().get(pk=checkin_list.pk)
    row.leftovers_open_at = None
    row.save(update_fields=["leftovers_open_at"])


def settle(scan: Scan, *, by: User) -> bool:
    """Whether it was we who put the conflict aside: the first who says so is remembered."""
    require_open(scan.checkin_list.conference)
    rows = Scan.objects.filter(pk=scan.pk, settled_at=None)
    return bool(rows.update(settled_at=timezone.now(), settled_by=by))
