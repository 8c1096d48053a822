"""Everything about one organization in eight statements, however much there is of it."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import CharField, DateTimeField, F, IntegerField, Q, Value
from django.db.models.functions import Cast

from cfp.models import Talk, TalkSpeaker
from scale.prepared import Prepared

from .models import (
    Contact,
    Conversation,
    FollowUp,
    Mail,
    MailAttachment,
    NoteFile,
    Organization,
    OrganizationFile,
    PressRequest,
    Sponsorship,
    Tag,
    with_invoices,
    with_use,
)
from .passes import hand_out, promised_by, tickets_of
from .timeline import CONVERSATIONS, with_entries

CHOICES = 30  # conversations that the form for a note offers
STEPS = 200
LATEST_PAGE = 1_000
OWN = (Organization._meta.pk, 2**62)  # stands for the organization where a query is prepared


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

    @property
    def entries(self):
        """The notes and mails that the page shows."""
        return [entry for row in self.rows for entry in row.latest]


def threads(organization):
    rows = Conversation.objects.filter(organization=organization).latest_first()
    return rows.select_related("owner", "conference")


NEWEST = Prepared(lambda organization: threads(organization)[:CHOICES], organization=OWN)


def conversations(organization: Organization, typed: str | None) -> Part:
    """With what was said last and what is to be done; four statements, five far back."""
    number = min(int(typed), LATEST_PAGE) if (typed or "").isdecimal() and len(typed) < 9 else 1
    number = max(number, 1)
    start, end = (number - 1) * CONVERSATIONS, number * CONVERSATIONS
    newest = NEWEST.instances(organization=organization.pk)
    whole = len(newest) < CHOICES or end < CHOICES
    rows = newest[start : end + 1] if whole else list(threads(organization)[start : end + 1])
    part = Part(rows[:CONVERSATIONS], number, len(rows) > CONVERSATIONS, newest)
    with_entries(part.rows)
    part.next_step = with_steps(organization, part.rows)
    return part


TO_DO = Prepared(
    lambda organization: (
        FollowUp.objects.filter(conversation__organization=organization, done_at=None)
        .select_related("owner", "conversation")
        .order_by("due_on", "pk")[:STEPS]
    ),
    organization=OWN,
)


def with_steps(organization, rows):
    """What is to be done in each of these; the first of all that is to be done anywhere."""
    found = TO_DO.instances(organization=organization.pk)
    for row in rows:
        row.open_steps = [step for step in found if step.conversation_id == row.pk]
    return found[0] if found else None


PEOPLE = Prepared(
    lambda organization: (
        Contact.objects.filter(organization=organization)
        .first_to_call()
        .select_related("moved_to__organization", "moved_from__organization")
    ),
    organization=OWN,
)


def contacts(organization: Organization) -> tuple[list[Contact], list[Contact]]:
    """(who is there, who has left), with where they came from and went."""
    found = PEOPLE.instances(organization=organization.pk)
    return [one for one in found if not one.left_on], [one for one in found if one.left_on]


def deals_of(organization):
    rows = Sponsorship.objects.filter(organization=organization).live_first().with_contract()
    return rows.select_related("conference", "portal")


DEALS = Prepared(deals_of, organization=OWN)
DEALS_IN_MONEY = Prepared(
    lambda organization: with_invoices(deals_of(organization)), organization=OWN
)


def deals(organization: Organization, *, in_money: bool) -> list[Sponsorship]:
    """With the contract that binds each and, for who may see it, what is invoiced."""
    found = (DEALS_IN_MONEY if in_money else DEALS).instances(organization=organization.pk)
    for deal in found:
        deal.organization = organization
    return found


class Line(NamedTuple):
    what: str
    of: str
    key: str
    words: str
    more: str
    number: int
    at: object


class Paper(NamedTuple):
    """A file of a note or a mail."""

    pk: int
    name: str
    size: int
    by_id: int | None
    refused: str


class Kind(NamedTuple):
    """Of passes."""

    pk: int
    name: str


class Holder(NamedTuple):
    """Who has a pass."""

    code: str
    attendee_name: str
    attendee_email: str


def lines(
    organization: Organization,
    people: list[Contact],
    entries: list,
    deals: list[Sponsorship],
) -> dict[str, list[Line]]:
    """What is but a line of the page: tags, other names, files, talks; in one statement.

    The entries get their `papers`, the deals their `passes` and whom they are `given` to.
    """
    asked = [
        as_lines(Tag.objects.filter(organizations=organization), "tag", "slug", "name"),
        as_lines(organization.other_names.all(), "name", "pk", "name"),
        as_lines(
            OrganizationFile.objects.filter(organization=organization),
            *("file", "pk", "name"),
            more="by__name",
            at="added_at",
        ),
    ]
    if people:
        on_stage = Q(talk__status__in=Talk.ON_STAGE | Talk.OFF_STAGE)
        talks = TalkSpeaker.objects.filter(on_stage, speaks(people))
        asked.append(
            as_lines(talks, "talk", "talk__code", "talk__title", more="talk__conference__slug")
        )
    found = defaultdict(list)
    asked += [*papers_of(entries), *passes_of(deals)]
    for row in sorted(asked[0].union(*asked[1:], all=True), key=lambda row: row[3].casefold()):
        line = Line(*row)
        found[line.what].append(line)
    found["file"].sort(key=lambda line: line.at, reverse=True)
    found["talk"] = sorted(dict.fromkeys(found["talk"]), key=lambda line: line.more)
    give_papers(entries, found)
    give_passes(deals, found)
    return found


def papers_of(entries):
    """The lines of files that these notes and mails have."""
    mails = [entry.pk for entry in entries if isinstance(entry, Mail)]
    notes = [entry.pk for entry in entries if not isinstance(entry, Mail)]
    size = {"of": "note_id", "number": "size", "more": "by_id"}
    if notes:
        yield as_lines(NoteFile.objects.filter(note__in=notes), "note", "pk", "name", **size)
    size |= {"of": "mail_id", "more": "refused"}
    if mails:
        yield as_lines(MailAttachment.objects.filter(mail__in=mails), "mail", "pk", "name", **size)


def give_papers(entries, found):
    by_entry = defaultdict(list)
    for line in sorted([*found["note"], *found["mail"]], key=lambda line: int(line.key)):
        is_mail = line.what == "mail"
        by = None if is_mail or not line.more else int(line.more)
        paper = Paper(int(line.key), line.words, line.number, by, line.more if is_mail else "")
        by_entry[is_mail, int(line.of)].append(paper)
    for entry in entries:
        entry.papers = by_entry[isinstance(entry, Mail), entry.pk]


def passes_of(deals):
    """The lines of passes that these deals promise, and of the tickets they gave."""
    if not deals:
        return
    columns = {"of": "deal_id", "number": "quantity", "more": "position"}
    yield as_lines(promised_by(deals), "promise", "pass_type_id", "pass_type__name", **columns)
    columns = {"of": "allowance__source", "more": "attendee_email"}
    yield as_lines(tickets_of(deals), "ticket", "code", "attendee_name", **columns)


def give_passes(deals, found):
    promised = sorted(found["promise"], key=lambda line: int(line.more))
    hand_out(
        deals,
        [(line.of, Kind(int(line.key), line.words), line.number) for line in promised],
        [(line.of, Holder(line.key, line.words, line.more)) for line in found["ticket"]],
    )


def as_lines(rows, what, key, words, *, of=None, more=None, number=None, at=None):
    """The rows in columns that all of them have."""
    text = CharField()
    columns = {
        "line_what": Value(what),
        "line_of": Cast(of, text) if of else Value(""),
        "line_key": Cast(key, text),
        "line_words": Cast(words, text),
        "line_more": Cast(more, text) if more else Value(""),
        "line_number": F(number) if number else Value(0, output_field=IntegerField()),
        "line_at": F(at) if at else Value(None, output_field=DateTimeField()),
    }
    return rows.order_by().annotate(**columns).values_list(*columns)


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
