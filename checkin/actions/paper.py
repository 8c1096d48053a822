"""Enter who was ticked on paper: for each what `let_in` does, many at once."""

import datetime as dt

from registration.models import Ticket
from scale.db import retry
from scale.editions import require_open
from scale.models import User

from ..models import CheckIn, CheckInList, Scan
from ..paper import Row, ticked

FROM_PAPER = "from paper"
AT_ONCE = 200  # tickets whose locks are held together: the door goes on meanwhile


def enter_from_paper(
    checkin_list: CheckInList, pks: list[int], *, at: dt.datetime, by: User, ticked_by: str
) -> tuple[int, list[Row]]:
    """How many are in now by this, and who is not and why. Sent twice, it enters them once."""
    entered, refused, pks = 0, [], sorted(set(pks))
    for n in range(0, len(pks), AT_ONCE):
        done, left = _enter_some(checkin_list, pks[n : n + AT_ONCE], at, by, ticked_by)
        entered, refused = entered + done, refused + left
    return entered, refused


@retry
def _enter_some(checkin_list, pks, at, by, ticked_by):
    require_open(checkin_list.conference)
    locked = Ticket.objects.select_for_update().filter(
        pk__in=pks, conference=checkin_list.conference_id
    )
    rows = ticked(checkin_list, list(locked.order_by("pk").values_list("pk", flat=True)), at)
    good = [row.ticket for row in rows if not row.why]
    day = checkin_list.day(checkin_list.conference, at)
    CheckIn.objects.bulk_create(
        CheckIn(checkin_list=checkin_list, ticket=ticket, day=day, at=at) for ticket in good
    )
    made = CheckIn.objects.live().filter(checkin_list=checkin_list, day=day, ticket__in=good)
    Scan.objects.bulk_create(
        Scan(
            ticket_id=ticket,
            checkin_list=checkin_list,
            checkin_id=checkin,
            verdict=Scan.Verdict.ADMITTED,
            by=by,
            why=FROM_PAPER,
            volunteer=ticked_by,
            scanned_at=at,
        )
        for checkin, ticket in made.values_list("pk", "ticket")
    )
    return len(good), [row for row in rows if row.why]
