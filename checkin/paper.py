"""A list on paper: who stands on it, and which of those that were ticked can be entered."""

import datetime as dt
import unicodedata
from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import Left

from registration.models import Ticket
from scale import codes

from .models import CheckIn

TAIL = 4  # letters of the code that stand on the paper


@dataclass
class Row:
    """One ticked name; `why` says what stands against entering it, empty if nothing does."""

    ticket: Ticket
    why: str = ""


def people(checkin_list, day=None):
    """Tickets by surname; of a list once a day those whose type admits that day."""
    rows = checkin_list.tickets().select_related("ticket_type").order_by("surname", "pk")
    if day:
        begun = Q(ticket_type__admits_from=None) | Q(ticket_type__admits_from__lte=day)
        goes_on = Q(ticket_type__admits_until=None) | Q(ticket_type__admits_until__gte=day)
        rows = rows.filter(begun & goes_on)
    return rows


def named(rows, words):
    """Narrowed to a part of the name, or the end of the code as it stands on the paper."""
    code = codes.clean_code(words)
    found = Q(attendee_name__icontains=words)
    return rows.filter(found | Q(code__endswith=code) if len(code) >= TAIL else found)


def letter(surname):
    """The block that a name stands in: its first letter, “#” for all others.

    Without accents, as the database sorts: Åkesson stands among the A.
    """
    first = unicodedata.normalize("NFKD", surname[:1])[:1].upper()[:1]
    return first if first.isalpha() else "#"


def begun(rows):
    """{letter: {as which it begins: how many}} of all the rows, in one statement."""
    found: dict[str, dict] = {}
    counted = rows.order_by().values_list(Left("surname", 1)).annotate(n=Count("pk"))
    for first, n in sorted(counted):
        found.setdefault(letter(first), {})[first] = n
    return dict(sorted(found.items()))


def beginning(rows, firsts):
    """Narrowed to the names of one letter, given what `begun` has under it."""
    return rows.alias(first=Left("surname", 1)).filter(first__in=list(firsts))


def blocks(tickets):
    """[(letter, tickets)] in the order in which they come."""
    found: list[tuple[str, list]] = []
    for ticket in tickets:
        if not found or found[-1][0] != letter(ticket.surname):
            found.append((letter(ticket.surname), []))
        found[-1][1].append(ticket)
    return found


def ticked(checkin_list, pks, at: dt.datetime):
    """A row for each ticked ticket of the edition, by surname, in three statements."""
    conference = checkin_list.conference
    tickets = Ticket.objects.filter(pk__in=pks, conference=conference)
    tickets = tickets.select_related("ticket_type").order_by("surname", "pk")
    on_list = set(checkin_list.tickets().filter(pk__in=pks).values_list("pk", flat=True))
    inside = standing(checkin_list, pks, at)
    return [Row(one, why_not(one, on_list, inside, conference)) for one in tickets]


def standing(checkin_list, pks, at):
    """{ticket: the check-in that counts for the day of that moment}"""
    day = checkin_list.day(checkin_list.conference, at)
    rows = CheckIn.objects.live().filter(checkin_list=checkin_list, day=day, ticket__in=pks)
    return {row.ticket_id: row for row in rows.select_related("station")}


def why_not(ticket, on_list, inside, conference):
    if earlier := inside.get(ticket.pk):
        clock = f"{earlier.at.astimezone(conference.zone):%H:%M}"
        return f"Already in since {clock}, {earlier.place}."
    return "" if ticket.pk in on_list else "The ticket is not on this list any more."
