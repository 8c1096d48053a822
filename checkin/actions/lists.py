"""Make, change and remove what people are checked in to."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from registration.models import AddOn, TicketType
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference

from ..models import CheckIn, CheckInList, Scan
from .stations import NameTaken

FIELDS = ["name", "kind", "opens_at", "closes_at", "once_a_day"]


class InUse(Exception):
    """Why the list stays; its text is for staff."""


@retry
def save_list(
    checkin_list: CheckInList, *, ticket_types: Iterable[TicketType], add_ons: Iterable[AddOn]
) -> CheckInList:
    """Two of one name would be taken for each other; the edition's lock lets clicks see each other.

    Raises NameTaken.
    """
    conference = Conference.objects.select_for_update().get(pk=checkin_list.conference_id)
    require_open(conference)
    others = conference.checkin_lists.exclude(pk=checkin_list.pk).values_list("name", flat=True)
    if any(checkin_list.name.casefold() == other.casefold() for other in others):
        raise NameTaken("There is a list of this name already.")
    # Whether leftovers are open is not the form's: somebody may have pressed it meanwhile.
    checkin_list.save(update_fields=FIELDS if checkin_list.pk else None)
    checkin_list.ticket_types.set(ticket_types)
    checkin_list.add_ons.set(add_ons)
    return checkin_list


def remove_list(checkin_list: CheckInList) -> None:
    """Only as long as nothing happened at it and no station names it. Raises InUse."""
    require_open(checkin_list.conference)
    if words := why_in_use(checkin_list):
        raise InUse(words)
    try:
        with transaction.atomic():
            checkin_list.delete()
    except (ProtectedError, IntegrityError) as error:  # a scan came a moment ago
        raise InUse("Somebody was scanned at it a moment ago, so it stays.") from error


def why_in_use(checkin_list: CheckInList) -> str:
    """A sentence for staff; empty when it can go."""
    if n := CheckIn.objects.filter(checkin_list=checkin_list).count():
        people = "One person was" if n == 1 else f"{n:,} people were"
        return f"{people} checked in with it, so it stays."
    if Scan.objects.filter(checkin_list=checkin_list).exists():
        return "Tickets were scanned at it, so it stays."
    if stations := list(checkin_list.stations.values_list("name", flat=True)[:4]):
        more = " and others" if len(stations) > 3 else ""
        return (
            f"{', '.join(stations[:3])}{more} check people in to it. Give them another list first."
        )
    return ""
