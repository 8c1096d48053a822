"""What the next edition takes over from this one, and what is erased when one is done."""

from .badges.models import Badge, BadgeLayout, PrintJob
from .models import CheckInList, Scan, Station


def copy(old, new, shift):
    """The lists with their types (by code), extras (by name) and times, the look of the badges.

    Devices are paired anew.
    """
    types = {kind.code: kind for kind in new.ticket_types.all()}
    extras = {(one.kind, one.choice, one.name): one for one in new.add_ons.all()}
    lists = CheckInList.objects.filter(conference=old).prefetch_related("ticket_types", "add_ons")
    for row in lists:
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
        made.add_ons.set([extras[one.kind, one.choice, one.name] for one in row.add_ons.all()])
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
