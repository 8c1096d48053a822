"""What the door knows about a person: when their ticket was let in. Names stand on the ticket."""

from django.utils.formats import date_format

from scale.time import local

from .models import CheckIn


def show(email):
    rows = CheckIn.objects.live().filter(ticket__attendee_email=email)
    return [
        f"Admitted to {row.checkin_list} of {row.checkin_list.conference}, "
        + date_format(
            local(row.at, row.checkin_list.conference).replace(tzinfo=None), "D j F Y, H:i"
        )
        for row in rows.select_related("checkin_list__conference").order_by("at")
    ]


def erase(email):
    """Nothing here names the person: who came through the door stays counted."""
    return 0
