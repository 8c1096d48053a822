"""What the next edition takes over from this one, and what is erased when one is done."""

from django.contrib.contenttypes.models import ContentType

from registration.privacy import forget_trail
from scale.models import AuditEntry

from .badges.models import Badge, BadgeLayout, PrintJob
from .models import CheckIn, CheckInList, KioskVisit, Lead, Scan, Station


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

    And why a badge was printed again or somebody was let in: it may be about the person. And
    whom a kiosk was left with, and what exhibitors have of people: until now they could fetch it.
    """
    Lead.objects.of_edition(conference).delete()
    badges = Badge.objects.filter(ticket__conference=conference)
    checkins = CheckIn.objects.filter(checkin_list__conference=conference)
    forget_trail(badges)
    forget_trail(checkins)
    forget_drawers(conference)
    badges.update(why_void="", asked="")
    checkins.update(undone_why="")
    Scan.objects.of_edition(conference).update(why="", volunteer="")
    PrintJob.objects.filter(conference=conference).update(why="")
    KioskVisit.objects.filter(station__conference=conference).delete()
    Station.objects.filter(conference=conference).update(
        credential_hash=None, pairing_hash=None, pairing_ends_at=None
    )


def forget_drawers(conference):
    """Which drawer a desk had is told with the name of who sat there."""
    stations = ContentType.objects.get_for_model(Station)
    told = AuditEntry.objects.filter(content_type=stations, conference_id=conference.pk)
    told.filter(changes__has_key="cash drawer").update(changes={})
