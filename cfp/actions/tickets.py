"""Who speaks gets in: one free ticket for each speaker of a confirmed talk.

What stands against a ticket never stands against the talk. Locks: the talk, then those
of `registration.actions.give_ticket`, which end with the Conference.
"""

from registration.actions import AllowanceUsedUp, SoldOut, give_ticket
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from ..models import Calls, Speaker, SpeakerTicket, Talk

ROLE, SOURCE = SpeakerTicket.ROLE, SpeakerTicket.SOURCE
AT_ONCE = 50  # talks that one press of the button serves


def give_tickets(
    talk: Talk, *, by: User | None = None, again: bool = False
) -> tuple[int, list[str]]:
    """How many of its speakers got a ticket now, and why others got none.

    Whoever has an address and never had one for this edition gets it; with `again` (the
    talk was confirmed this moment) also who had one that ended. It runs in the
    transaction of the caller, who holds the talk.
    """
    conference = talk.conference
    call = Calls(conference).counting(conference, talk.track_id)
    if call is None or call.speaker_ticket is None:
        return 0, []
    rows = SpeakerTicket.objects.filter(conference=conference)
    served = (rows.held() if again else rows).values_list("speaker", flat=True)
    speakers = Speaker.objects.filter(talk_speakers__talk=talk).exclude(pk__in=list(served))
    given, refused = 0, []
    for speaker in speakers.select_related("user").order_by("talk_speakers__position", "pk"):
        if not speaker.address:
            continue
        try:
            ticket = give_ticket(
                conference,
                call.speaker_ticket,
                name=speaker.name[:120],
                email=speaker.address,
                role=ROLE,
                why=f"Speaker: {talk.title}"[:120],
                source=f"{SOURCE}{talk.pk}",
                limit=call.tickets_a_talk,
                by=by,
            )
        except SoldOut:
            refused.append(f"{speaker}: “{call.speaker_ticket}” is sold out.")
        except AllowanceUsedUp as error:
            refused.append(f"{speaker}, “{talk}”: {error}")
        else:
            rows.update_or_create(
                conference=conference, speaker=speaker, defaults={"ticket": ticket}
            )
            given += 1
    return given, refused


def give_missing(conference: Conference, *, by: User) -> tuple[int, list[str]]:
    """Try again for who is without a ticket, talk by talk; what `give_tickets` says in sum."""
    require_open(conference)
    waiting = SpeakerTicket.objects.missing(conference).order_by("talk")
    given, refused = 0, []
    for talk in waiting.values_list("talk", flat=True).distinct()[:AT_ONCE]:
        number, why = _give_again(talk, by)
        given += number
        refused += why
    return given, refused


@retry
def _give_again(pk: int, by: User) -> tuple[int, list[str]]:
    talk = Talk.objects.select_for_update().get(pk=pk)
    if talk.status != Talk.Status.CONFIRMED:
        return 0, []
    return give_tickets(talk, by=by)
