"""What the door knows about a person: when their ticket was let in, and which exhibitors have what.

Names stand on the ticket; what was handed over to an exhibitor stands on its lead.
"""

from django.utils.formats import date_format

from registration.privacy import forget_trail, tickets_of
from scale.time import local

from .models import Badge, CheckIn, Lead, PrintJob, Scan


def when(at, conference):
    return date_format(local(at, conference).replace(tzinfo=None), "D j F Y, H:i")


def leads_of(email):
    return Lead.objects.of_person(email, list(tickets_of(email).values_list("pk", flat=True)))


def show(email):
    rows = CheckIn.objects.live().filter(ticket__attendee_email=email)
    lines = [
        f"Admitted to {row.checkin_list} of {row.checkin_list.conference}, "
        + when(row.at, row.checkin_list.conference)
        for row in rows.select_related("checkin_list__conference").order_by("at")
    ]
    leads = leads_of(email).select_related("exhibitor", "ticket__conference")
    return lines + [show_lead(one) for one in leads.order_by("scanned_at")]


def show_lead(lead):
    about = f"Badge scanned by {lead.exhibitor}, {when(lead.scanned_at, lead.ticket.conference)}"
    if lead.taken_back_at:
        return f"{about}: taken back since"
    noted = f"; their note: “{lead.note}”" if lead.note else ""
    return f"{about}: {', '.join(lead.given().values())}{noted}"


def erase(email):
    """Who came through the door stays counted; what exhibitors have and staff wrote goes."""
    tickets = list(tickets_of(email).values_list("pk", flat=True))
    badges = Badge.objects.filter(ticket__in=tickets)
    checkins = CheckIn.objects.filter(ticket__in=tickets)
    forget_trail(badges)
    forget_trail(checkins)
    return (
        leads_of(email).delete()[0]
        + PrintJob.objects.filter(badge__in=badges.values("pk")).exclude(why="").update(why="")
        + badges.exclude(why_void="").update(why_void="")
        + checkins.exclude(undone_why="").update(undone_why="")
        + Scan.objects.filter(ticket__in=tickets).exclude(why="").update(why="")
    )
