"""Stars and a comment for a talk, once a ticket."""

from cfp.models import Talk
from registration.models import Ticket
from scale.db import retry
from scale.editions import require_open
from scale.models import User

from ..errors import CannotRate, RatedAlready
from ..models import Rating
from ..ratings import gives, window

WHY_NOT = {
    "cancelled": "This talk was cancelled.",
    "unplaced": "This talk has no place yet.",
    "early": "This talk has not begun yet.",
    "over": "Ratings are over.",
}


@retry
def rate_talk(
    talk: Talk, ticket: Ticket, *, stars: int, comment: str = "", user: User | None = None
) -> Rating:
    """The ticket's lock makes two who send at once agree on who was first."""
    require_open(talk.conference)
    locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if earlier := Rating.objects.filter(talk=talk, ticket=locked).first():
        raise RatedAlready(earlier)
    held = Ticket.objects.admitting().filter(pk=locked.pk, conference=talk.conference_id)
    if locked.nonce != ticket.nonce or not held.exists():
        raise CannotRate("This ticket is not valid any more.")
    now = Talk.objects.select_related("conference").get(pk=talk.pk)
    if why := WHY_NOT.get(window(now).state()):
        raise CannotRate(why)
    if gives(now, locked, user):
        raise CannotRate("You give this talk; others rate it.")
    return Rating.objects.create(
        talk=now, ticket=locked, holder=locked.holder_key(), stars=stars, comment=comment
    )


@retry
def hide_rating(rating: Rating, *, by: User, is_hidden: bool) -> None:
    """Keep words from the speakers, or let them have them after all. The stars count either way."""
    require_open(rating.talk.conference)
    Rating.objects.filter(pk=rating.pk).update(
        is_hidden=is_hidden, hidden_by=by if is_hidden else None
    )
