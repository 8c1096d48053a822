"""Everything about one organization in a dozen statements, however much there is of it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import CharField, DateTimeField, F, Q, Value
from django.db.models.functions import Cast

from cfp.models import Talk, TalkSpeaker

from .models import (
    Contact,
    Conversation,
    FollowUp,
    Organization,
    OrganizationFile,
    PressRequest,
    Tag,
    with_use,
)
from .timeline import with_entries

CONVERSATIONS = 8  # a page
CHOICES = 30  # conversations that the form for a note offers
STEPS = 200
LATEST_PAGE = 1_000


@dataclass
class Part:
    """A page of conversations without counting them all."""

    rows: list[Conversation] = field(default_factory=list)
    number: int = 1
    has_next: bool = False
    newest: list[Conversation] = field(default_factory=list)
    next_step: FollowUp | None = None

    @property
    def earlier(self):
        return self.number + 1 if self.has_next else None

    @property
    def later(self):
        return self.number - 1 if self.number > 1 else None


def conversations(organization: Organization, typed: str | None) -> Part:
    """With what was said last and what is to be done; five statements, six beyond the first."""
    number = min(int(typed), LATEST_PAGE) if (typed or "").isdecimal() and len(typed) < 9 else 1
    number = max(number, 1)
    start, end = (number - 1) * CONVERSATIONS, number * CONVERSATIONS
    asked = organization.conversations.latest_first().select_related("owner", "conference")
    newest = list(asked[:CHOICES])
    whole = len(newest) < CHOICES or end < CHOICES
    rows = newest[start : end + 1] if whole else list(asked[start : end + 1])
    part = Part(rows[:CONVERSATIONS], number, len(rows) > CONVERSATIONS, newest)
    with_entries(part.rows)
    part.next_step = with_steps(organization, part.rows)
    return part


def with_steps(organization, rows):
    """What is to be done in each of these; the first of all that is to be done anywhere."""
    steps = FollowUp.objects.filter(conversation__organization=organization, done_at=None)
    found = list(steps.select_related("owner", "conversation").order_by("due_on", "pk")[:STEPS])
    for row in rows:
        row.open_steps = [step for step in found if step.conversation_id == row.pk]
    return found[0] if found else None


def contacts(organization: Organization) -> tuple[list[Contact], list[Contact]]:
    """(who is there, who has left), with where they came from and went."""
    there = organization.contacts.first_to_call().select_related(
        "moved_to__organization", "moved_from__organization"
    )
    found = list(there)
    return [one for one in found if not one.left_on], [one for one in found if one.left_on]


class Line(NamedTuple):
    what: str
    key: str
    words: str
    more: str
    at: object


def lines(organization: Organization, people: list[Contact]) -> dict[str, list[Line]]:
    """What is but a line of the page: tags, other names, files, talks; in one statement."""
    found: dict[str, list[Line]] = {"tag": [], "name": [], "file": [], "talk": []}
    asked = [
        as_lines(Tag.objects.filter(organizations=organization), "tag", "slug", "name"),
        as_lines(organization.other_names.all(), "name", "pk", "name"),
        as_lines(
            OrganizationFile.objects.filter(organization=organization),
            *("file", "pk", "name", "by__name", "added_at"),
        ),
    ]
    if people:
        on_stage = Q(talk__status__in=Talk.ON_STAGE | Talk.OFF_STAGE)
        talks = TalkSpeaker.objects.filter(on_stage, speaks(people))
        asked.append(as_lines(talks, "talk", "talk__code", "talk__title", "talk__conference__slug"))
    for row in sorted(asked[0].union(*asked[1:]), key=lambda row: row[2].casefold()):
        line = Line(*row)
        found[line.what].append(line)
    found["file"].sort(key=lambda line: line.at, reverse=True)
    found["talk"].sort(key=lambda line: line.more)
    return found


def as_lines(rows, what, key, words, more=None, at=None):
    """The rows in columns that all of them have."""
    text = CharField()
    return (
        rows.order_by()
        .annotate(
            line_what=Value(what),
            line_key=Cast(key, text),
            line_words=Cast(words, text),
            line_more=Cast(more, text) if more else Value(""),
            line_at=F(at) if at else Value(None, output_field=DateTimeField()),
        )
        .values_list("line_what", "line_key", "line_words", "line_more", "line_at")
    )


def speaks(people):
    """The profiles of these people: by their address, that of the account, or the account."""
    addresses = [one.email for one in people if one.email]
    users = [one.user_id for one in people if one.user_id]
    return (
        Q(speaker__email__in=addresses)
        | Q(speaker__user__email__in=addresses)
        | Q(speaker__user__in=users)
    )


def press(
    organization: Organization | None, own: PressRequest | None = None, *, decisions: bool = True
) -> dict[str, list]:
    """Requests of all editions, whether they came, and what was published; three statements.

    Beside `own`, a request, those of the same outlet or person. Without `decisions`, which are
    the press team's, only what was published.
    """
    asked = PressRequest.objects.none()
    if own:
        asked = PressRequest.objects.of_outlet(own)
    elif organization and decisions:
        asked = organization.press_requests.order_by("-conference__starts_on", "-pk")
    found = with_use(asked.select_related("conference", "ticket"))
    coverage = organization.coverage.select_related("conference") if organization else []
    return {"earlier": [one for one in found if one != own], "coverage": list(coverage)}
