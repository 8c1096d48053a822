"""What the next edition takes over from this one, and what is erased when one is done."""

from .badges.models import Badge, BadgeLayout, PrintJob
from .models import CheckInList, Scan, Station


def copy(old, new, shift):
    """The lists with their ticket types (by code) and times, the look of the badges.

    Devices are paired anew.
    """
    types = {kind.code: kind for kind in new.ticket_types.all()}
    for row in CheckInList.objects.filter(conference=old).prefetch_related("ticket_types"):
        wanted = [kind.code for kind in row.ticket_types.all()]
        made = CheckInList.objects.create(
            conference=new,
            name=row.name,
            kind=row.kind,
            opens_at=shift(row.opens_at),
            closes_at=shift(row.closes_at),
            once_a_day=row.once_a_day,
        )
        made.ticket_types.set([types[code] for code in wanted])
    for look in BadgeLayout.objects.filter(conference=old):
        look.pk, look.conference = None, new
        look.save()


def erase(conference):
    """The volunteers' initials; the credentials, which open nothing in a closed edition.

    And why a badge was printed again: staff may have written about the person.
    """
    Badge.objects.filter(ticket__conference=conference).update(why_void="")
    PrintJob.objects.filter(conference=conference).update(why="")
    Scan.objects.filter(station__conference=conference).update(volunteer="")
    Station.objects.filter(conference=conference).update(
        credential_hash=None, pairing_hash=None, pairing_ends_at=None
    )
