"""Who comes: every live ticket with its badge facts, extras, ribbons and answers."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import Q, QuerySet

from scale.models import Conference, Role

from ..models import Answer, Consent, OrderLine, Question, Ribbon, Ticket
from .tables import Table, Wanted, between, local, of_keys, pieces

FACTS = (
    *("code", "ticket_type", "order__code", "order__status"),
    *("attendee_name", "surname", "title", "organization", "pronouns", "attendee_email"),
    *("postcode", "phone", "no_photos", "consent", "is_minor", "guardian_name", "guardian_phone"),
    *("why_free", "created_at"),
)
COLUMNS = (
    *("Ticket", "Type", "Order", "State", "Name", "Surname", "Job title", "Organization"),
    *("Pronouns", "E-mail", "Postcode", "Phone", "No photos", "May be written to about"),
    *("Under 18", "Guardian", "Guardian’s phone", "Given because", "Ordered", "Extras", "Ribbons"),
)
STATE = {None: "given", "paid": "paid", "pending": "waiting for payment"}
LEVELS = [level.value for level in Consent]


def select(conference: Conference, wanted: Wanted) -> QuerySet:
    rows = Ticket.objects.holding().filter(conference=conference).exclude(attendee_name="")
    if wanted.ticket_type:
        rows = rows.filter(ticket_type=wanted.ticket_type)
    if wanted.add_on:
        held = OrderLine.objects.in_force().filter(add_on=wanted.add_on)
        rows = rows.filter(pk__in=held.values("ticket"))
    if wanted.state:
        rows = rows.filter(
            {"given": Q(order=None), "paid": Q(order__status="paid")}.get(
                wanted.state, Q(order__status="pending")
            )
        )
    if wanted.consent:
        rows = rows.filter(consent__in=LEVELS[LEVELS.index(wanted.consent) :])
    return between(rows, "created_at", wanted)


def columns(conference: Conference) -> Sequence[str]:
    return [*COLUMNS, *(question.text for question in asked(conference))]


def asked(conference: Conference) -> list[Question]:
    return list(Question.objects.filter(conference=conference))


def rows(conference: Conference, tickets: QuerySet) -> Iterator[Sequence]:
    questions = [question.pk for question in asked(conference)]
    types = dict(conference.ticket_types.values_list("pk", "name"))
    for piece in pieces(tickets, *FACTS):
        pks = [row[0] for row in piece]
        extras, ribbons, answers = beside(pks)
        for pk, *facts in piece:
            facts[1] = types[facts[1]]
            facts[3] = STATE.get(facts[3], facts[3])
            facts[12], facts[14] = yes(facts[12]), yes(facts[14])
            facts[-1] = local(facts[-1], conference)
            said = answers.get(pk, {})
            yield [
                *facts,
                ", ".join(extras.get(pk, ())),
                ", ".join(ribbons.get(pk, ())),
                *(said.get(question, "") for question in questions),
            ]


def beside(pks: list[int]) -> tuple[dict, dict, dict]:
    """What hangs on these tickets, ascending: pk → extras, pk → ribbons, pk → question → answer."""
    extras, ribbons = defaultdict(list), defaultdict(list)
    answers: dict[int, dict] = defaultdict(dict)
    of_these = of_keys("ticket", pks)
    held = OrderLine.objects.in_force().filter(of_these).exclude(add_on=None).order_by("pk")
    for pk, choice, name in held.values_list("ticket", "add_on__choice", "add_on__name"):
        extras[pk].append(f"{choice} {name}".strip())
    for pk, role in Ribbon.objects.filter(of_these).order_by("pk").values_list("ticket", "role"):
        ribbons[pk].append(role)
    said = Answer.objects.filter(of_these).values_list("ticket", "question", "value")
    for pk, question, value in said:
        answers[pk][question] = value.replace("\n", "; ")
    return extras, ribbons, answers


def yes(flag: bool) -> str:
    return "yes" if flag else ""


ATTENDEES = Table(
    name="attendees",
    label="Attendees",
    says="One row for each ticket that admits or is about to, with badge facts and answers.",
    filters=("ticket_type", "add_on", "state", "consent", "since", "until"),
    select=select,
    columns=columns,
    rows=rows,
)


def addresses(conference: Conference, tickets: QuerySet) -> Iterator[Sequence]:
    """Each address once, at the highest level that one of its tickets agreed to."""
    best: dict[str, tuple[str, str]] = {}
    for piece in pieces(
        tickets.exclude(attendee_email=""), "attendee_email", "attendee_name", "consent"
    ):
        for _, email, name, consent in piece:
            known = best.get(email)
            if known is None or LEVELS.index(consent) > LEVELS.index(known[1]):
                best[email] = (name, consent)
    for email, (name, consent) in best.items():
        yield [email, name, consent]


MAILING_LIST = Table(
    name="mailing-list",
    label="E-mail list",
    says="Addresses of attendees who agreed to be written to about this, or more.",
    filters=("consent", "ticket_type"),
    select=select,
    columns=lambda conference: ("E-mail", "Name", "May be written to about"),
    rows=addresses,
    roles=(Role.REGISTRATION, Role.COMMUNICATIONS),
)
