"""Views by noun; here is what they share."""

from django.contrib import messages

from scale.editions import EditionClosed
from scale.models import Role

from ..actions import Refused
from ..models import COMMITTEE as WRITERS
from ..models import colleagues, nobody_in

READERS = (Role.SPONSORSHIP, Role.COMMUNITY, Role.PRESS)


def rights_of(user, conference):
    """What the templates ask: press reads, community writes, sponsorship deals."""
    is_open = not conference.is_closed
    return {
        "insider": user.has_role(conference, *WRITERS),
        "may_write": is_open and user.has_role(conference, *WRITERS),
        "may_deal": is_open and user.has_role(conference, Role.SPONSORSHIP),
        "sees_tickets": user.has_role(conference, Role.REGISTRATION, Role.FINANCE),
        "sees_amounts": user.has_role(conference, Role.SPONSORSHIP, Role.FINANCE),
    }


def acted(form, action, *args, **kwargs):
    """The action's row; None when a rule refused it, which then stands on the form."""
    try:
        return action(*args, **kwargs)
    except EditionClosed as error:
        form.add_error(None, str(error))
    except Refused as error:
        known = error.field if error.field in form.fields else None
        form.add_error(known, str(error))
    return None


def pressed(request, action, *args, **kwargs):
    """For a button, which has no form for an error to stand on: a message says it."""
    try:
        return action(*args, **kwargs)
    except (EditionClosed, Refused) as error:
        messages.error(request, str(error))
    return None


def say_unnamed(request, conference, note):
    """Whoever wrote @ and a name that is no colleague's would wait for an answer in vain."""
    if "@" in note.text and (words := nobody_in(note.text, colleagues(conference))):
        said = ", ".join(f"“@{word}”" for word in words)
        messages.warning(
            request,
            f"Saved, but nobody hears of it by {said}: no colleague is known by that alone.",
        )
