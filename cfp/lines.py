"""Assignments from a file: one line a talk and a reviewer."""

from collections.abc import Mapping

from registration.bulk import Column, Sheet
from registration.bulk.reading import Refused
from scale.codes import clean_code
from scale.models import Conference, User
from scale.text import canonical_email

from .access import Reach
from .actions.assignments import why_not
from .models import Assignment, ReviewRules
from .panel import barred, panel

COLUMNS = (
    Column("talk", "the talk’s code, such as K7QX2M", ("code", "talk code"), is_required=True),
    Column(
        "reviewer",
        "e-mail address of who reviews it",
        ("email", "mail", "reviewer email", "address"),
        is_required=True,
    ),
)


class Desk:
    """What every line asks, read once: who there is, which talks, what stands in the way."""

    def __init__(self, reach: Reach) -> None:
        people = panel(reach.conference)
        self.people = {canonical_email(one.user.email): one for one in people}
        rows = reach.to_decide().select_related("track")
        rows = rows.defer("abstract", "description", "notes")
        self.talks = {talk.code: talk for talk in rows}
        self.never = barred(reach.conference, [one.user for one in people])


def add(conference: Conference, row: Mapping[str, str], options: Mapping, by: User) -> bool:
    """Make one assignment; False when it is there already."""
    desk: Desk = options["desk"]
    talk = desk.talks.get(clean_code(row.get("talk", "")))
    if talk is None:
        raise Refused(f"There is no talk {row.get('talk', '')}.".replace(" .", "."))
    panelist = desk.people.get(canonical_email(row.get("reviewer", "")))
    if panelist is None:
        raise Refused(f"{row.get('reviewer') or 'Nobody'} is no reviewer of {conference}.")
    if why := why_not(panelist, talk, desk.never[panelist.user.pk]):
        raise Refused(why[0].upper() + why[1:])
    ReviewRules.objects.lock(conference)
    _, is_new = Assignment.objects.get_or_create(
        talk=talk, reviewer=panelist.user, defaults={"by": by}
    )
    return is_new


ASSIGNMENTS = Sheet(
    name="assignments",
    label="Assignments",
    says="One line a talk and a reviewer. A talk with three reviewers has three lines.",
    columns=COLUMNS,
    add=add,
)
