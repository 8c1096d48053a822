"""Who stands at a self-service kiosk now."""

import datetime as dt
import secrets

from django.db import models

from registration.models import Order, Ticket

# The page goes back by itself much earlier; this ends a visit whose page broke down.
LASTS = dt.timedelta(minutes=10)


def new_nonce():
    return secrets.token_hex(16)


class KioskVisitQuerySet(models.QuerySet["KioskVisit"]):
    def at(self, station, now):
        """The visit that goes on at this kiosk, or None."""
        rows = self.select_related("ticket__ticket_type", "ticket__order__promo_code", "order")
        visit = rows.filter(station=station, seen_at__gt=now - LASTS).first()
        if visit is None or (visit.ticket and visit.ticket.nonce != visit.holder):
            return None
        visit.station = station
        for row in (visit.ticket, visit.ticket and visit.ticket.ticket_type, visit.order):
            if row:
                row.conference = station.conference
        return visit


class KioskVisit(models.Model):
    """What a kiosk's pages are about, while somebody stands there; at most one for a kiosk.

    It stands here and not in the browser: once the welcome page was shown it is gone, and no
    address, form or history of the browser opens it again.
    """

    station = models.OneToOneField(
        "checkin.Station", models.CASCADE, primary_key=True, related_name="visit"
    )
    # Every form names the visit it was shown in; it opens nothing without the credential.
    nonce = models.CharField(max_length=32, default=new_nonce)
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    # Tickets (pk) of which the visitor is to choose.
    found = models.JSONField(default=list)
    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, related_name="+")
    # The ticket's nonce: whoever it is passed on to has another.
    holder = models.CharField(max_length=32, blank=True)
    # What was bought in this visit and waits for its money.
    order = models.ForeignKey(Order, models.CASCADE, null=True, related_name="+")
    # Why it does not go on, for people: {"title", "says", "look", "sign"}.
    stop = models.JSONField(null=True)

    objects = KioskVisitQuerySet.as_manager()

    def __str__(self):
        return f"visit at {self.station}"
