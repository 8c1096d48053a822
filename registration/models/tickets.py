"""Who is admitted, and what stands on the badge."""

import datetime as dt
import secrets
from collections import Counter

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import Count, Func, Q, Sum
from django.db.models.functions import SHA256, Left
from django.urls import reverse

from scale import codes, money
from scale.models import Conference, User
from scale.text import canonical_email

from .followed import Followed, FollowedQuerySet
from .offer import TicketType
from .promos import CompAllowance


def new_ticket_code():
    return codes.new_code(12)


def new_nonce():
    return secrets.token_hex(16)


def code_key(code):
    """The `code_key` of the ticket with this clean code."""
    return codes.digest(code)[:CODE_KEY_LETTERS]


class LastWord(Func):
    """The last word of a text, in the words of each database."""

    function = "SUBSTRING_INDEX"
    template = "%(function)s(%(expressions)s, ' ', -1)"
    arity = 1

    def as_sqlite(self, compiler, connection, **context):
        return super().as_sql(
            compiler,
            connection,
            template="replace(%(expressions)s, "
            "rtrim(%(expressions)s, replace(%(expressions)s, ' ', '')), '')",
            **context,
        )


# What an exhibitor who scans the badge may get, where its owner ticked it: the column of each.
SHARED = {
    "name": "attendee_name",
    "organization": "organization",
    "email": "attendee_email",
    "phone": "phone",
}


class Consent(models.TextChoices):
    """Each level includes those before it."""

    LOGISTICS = "logistics", "what I need to know to attend"
    ANNOUNCEMENTS = "announcements", "… and news of this and later conferences"
    OFFERS = "offers", "… and offers of sponsors, sent by the conference"


def verified_addresses(user):
    """Read first, so that the database can use the index of addresses."""
    owned = EmailAddress.objects.filter(user=user, verified=True)
    return list(owned.values_list("email", flat=True))


FOUND_AT_MOST = 20
CODE_KEY_LETTERS = 32
SHORTEST_CODE = 8  # of orders; those of tickets are longer


class TicketQuerySet(FollowedQuerySet):
    def find(self, conference, words, limit=FOUND_AT_MOST):
        """What the desk means by a few typed words, best first; for each keystroke.

        Each way of asking is one short query on an index of its own. Only if none of
        them knows anything are pieces of names looked for.
        """
        words = " ".join(words.split())[:100]
        if len(words) < 2:
            return []
        own = self.filter(conference=conference)
        found: dict[int, None] = {}
        for asked in own.ways_to_ask(words):
            found.update(dict.fromkeys(asked.values_list("pk", flat=True)[:limit]))
            if len(found) >= limit:
                break
        if not found:
            found = dict.fromkeys(own.containing(words).values_list("pk", flat=True)[:limit])
        shown = self.select_related("ticket_type", "order").in_bulk(list(found)[:limit])
        return [shown[pk] for pk in found if pk in shown]

    def ways_to_ask(self, words):
        """Queries that each use one index: code, address, surname, name, postcode."""
        if "@" in words:
            return self.by_address(words)
        code = codes.clean_code(words)
        ways = []
        if len(code) >= SHORTEST_CODE:
            ways += [self.filter(code=code), self.filter(order__code=code)]
            ways += [self.filter(retired_codes__code=code), self.filter(upgrade_orders__code=code)]
        surname, comma, first = (part.strip() for part in words.partition(","))
        if comma:
            ways.append(self.filter(surname__istartswith=surname, attendee_name__istartswith=first))
        elif " " not in words:
            ways.append(self.filter(surname__istartswith=words).order_by("surname", "pk"))
        ways.append(self.filter(attendee_name__istartswith=words).order_by("attendee_name", "pk"))
        if any(c.isdigit() for c in words):
            ways.append(self.filter(postcode__istartswith=words).order_by("postcode", "pk"))
        return ways

    def by_address(self, words):
        """By the holder's or the buyer's address; words beside it are a postcode."""
        typed = next(word for word in words.split() if "@" in word)
        postcode = " ".join(word for word in words.split() if "@" not in word)
        rows = self.filter(postcode__iexact=postcode) if postcode else self
        address = canonical_email(typed)
        return [
            rows.filter(attendee_email=address),
            rows.filter(order__buyer_email=address),
            rows.filter(attendee_email__istartswith=address).order_by("attendee_email", "pk"),
        ]

    def likely_twins(self, tickets):
        """(other ticket, why) for what may be the same person's a second time."""
        mine = [one for one in tickets if one.attendee_name or one.attendee_email]
        if not mine:
            return []
        others = self.holding().filter(conference=mine[0].conference_id)
        others = others.exclude(pk__in=[one.pk for one in tickets]).select_related("order")
        if mine[0].order_id:
            others = others.exclude(order=mine[0].order_id)
        addresses = [one.attendee_email for one in mine if one.attendee_email]
        names = [one.attendee_name for one in mine if one.attendee_name]
        found = {
            other.pk: other
            for rows in (
                others.filter(attendee_email__in=addresses),
                others.filter(attendee_name__in=names),
            )
            for other in rows.order_by("pk")[:FOUND_AT_MOST]
        }
        whys = {pk: why_twins(other, mine) for pk, other in found.items()}
        return [(found[pk], why) for pk, why in whys.items() if why]

    def containing(self, words):
        """Slow: a piece of the name, of the organization or of the buyer's name."""
        return self.filter(
            Q(attendee_name__icontains=words)
            | Q(organization__icontains=words)
            | Q(order__buyer_name__icontains=words)
        ).order_by("-pk")

    def admitting(self):
        """Tickets that let someone in: live, and paid or given."""
        return self.live().filter(Q(order=None) | Q(order__status="paid"))

    def holding(self):
        """Tickets that hold a place: live, and paid, reserved or given."""
        return self.live().filter(Q(order=None) | Q(order__status__in=["pending", "paid"]))

    def given(self):
        """Tickets without an order: they hold their places by themselves."""
        return self.live().filter(order=None)

    def unnamed(self):
        """Places of a group code that nobody has taken yet."""
        return self.live().filter(attendee_name="")

    def live(self):
        return self.filter(status=Ticket.Status.LIVE)

    def places(self):
        """Quota pk → how many places these tickets hold in it."""
        counted = self.live().values_list("ticket_type__quotas").annotate(n=Count("pk"))
        return Counter({quota: n for quota, n in counted.order_by() if quota})

    def held_by(self, user):
        """Tickets in the name of a signed-in person, by a proven address."""
        return self.filter(Q(user=user) | Q(attendee_email__in=verified_addresses(user)))


NEAR = dt.timedelta(days=2)


def why_twins(other, tickets):
    """Why another ticket looks like one of these again; empty when it does not."""
    for one in tickets:
        if one.attendee_email and one.attendee_email == other.attendee_email:
            return "same e-mail address"
        if one.attendee_name.casefold() != other.attendee_name.casefold():
            continue
        if one.postcode and one.postcode == other.postcode:
            return "same name and postcode"
        if abs(one.created_at - other.created_at) < NEAR:
            return "same name, about the same time"
    return ""


class Ticket(Followed):
    """One admission, held by the attendee it names."""

    class Status(models.TextChoices):
        LIVE = "live", "live"
        CANCELLED = "cancelled", "cancelled"

    conference = models.ForeignKey(Conference, models.PROTECT, related_name="tickets")
    ticket_type = models.ForeignKey(TicketType, models.PROTECT, related_name="tickets")
    # None: given, without an order.
    order = models.ForeignKey(
        "Order", models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    code = models.CharField(max_length=16, unique=True, default=new_ticket_code, editable=False)
    # What devices at the door know in place of the code.
    code_key = models.GeneratedField(
        expression=Left(SHA256("code"), CODE_KEY_LETTERS),
        output_field=models.CharField(max_length=CODE_KEY_LETTERS),
        db_persist=True,
    )
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    status = models.CharField(max_length=9, choices=Status, default=Status.LIVE)
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="tickets")
    attendee_name = models.CharField(max_length=120, blank=True)
    # The last word of the name, for the desk's search.
    surname = models.GeneratedField(
        expression=LastWord("attendee_name"),
        output_field=models.CharField(max_length=120),
        db_persist=True,
    )
    attendee_email = models.EmailField(max_length=190, blank=True, db_index=True)
    organization = models.CharField(max_length=120, blank=True)
    pronouns = models.CharField(max_length=40, blank=True)
    title = models.CharField("job title", max_length=120, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    no_photos = models.BooleanField("no photos", default=False)
    consent = models.CharField(
        "may be written to about", max_length=13, choices=Consent, default=Consent.LOGISTICS
    )
    # What exhibitors who scan the badge may have.
    shares_name = models.BooleanField("exhibitors may have the name", default=False)
    shares_organization = models.BooleanField("exhibitors may have the organization", default=False)
    shares_email = models.BooleanField("exhibitors may have the e-mail address", default=False)
    shares_phone = models.BooleanField("exhibitors may have the phone", default=False)
    is_minor = models.BooleanField("under 18", default=False)
    guardian_name = models.CharField(max_length=120, blank=True)
    guardian_phone = models.CharField(max_length=40, blank=True)
    guardian_agreed_at = models.DateTimeField(null=True, blank=True)
    accessibility_needs = models.TextField(max_length=1000, blank=True)
    why_free = models.CharField("given because", max_length=120, blank=True)
    # Names the line of a file that made it: the same file again makes nothing.
    import_key = models.CharField(max_length=64, unique=True, null=True, editable=False)
    allowance = models.ForeignKey(
        CompAllowance, models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["conference", "attendee_name"], name="ticket_by_name"),
            models.Index(fields=["conference", "surname"], name="ticket_by_surname"),
            models.Index(fields=["conference", "postcode"], name="ticket_by_postcode"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["live", "cancelled"]), name="ticket_status_known"
            ),
            models.CheckConstraint(
                condition=Q(is_minor=False) | ~Q(consent="offers"), name="no_offers_to_minors"
            ),
            # Every scan finds its ticket by it.
            models.UniqueConstraint(fields=["code_key"], name="one_ticket_of_code_key"),
            models.CheckConstraint(
                condition=Q(is_minor=False) | Q(**{f"shares_{name}": False for name in SHARED}),
                name="minors_share_nothing",
            ),
        ]

    def __str__(self):
        return f"{self.attendee_name} ({self.code})"

    def get_absolute_url(self):
        """The holder's own page, which shows this ticket and nothing else of the order."""
        return reverse("registration:ticket", args=[self.conference.slug, self.code, self.secret])

    def admission_cost(self):
        """What is paid for it as it stands, extras aside: nothing for one that was given."""
        lines = self.lines.of_admission().filter(order__status="paid").exclude(status="lapsed")
        return lines.aggregate(n=Sum("price", default=money.ZERO))["n"]

    @property
    def secret(self):
        return codes.secret("ticket", self.nonce)

    def holder_key(self):
        """A short text that is another one once another person is named."""
        return codes.digest(f"{self.nonce}:{self.attendee_name}:{self.attendee_email}")[:20]

    def standing(self):
        """valid, given, waiting, expired or cancelled: what the desk says of it."""
        if self.status == Ticket.Status.CANCELLED:
            return "cancelled"
        if self.order is None:
            return "given"
        if self.order.status == "paid":
            return "given" if self.why_free else "valid"
        return "expired" if self.order.has_run_out() else "waiting"

    @property
    def pass_code(self):
        """The code of somebody's free tickets that it was taken with: ordered, but not bought."""
        code = self.order.promo_code if self.order and self.allowance_id else None
        if code is None or code.allowance_id != self.allowance_id or hasattr(self, "comp_choice"):
            return None  # or it was bought, and a free one was offered for it
        return code

    def shares(self):
        """The names of what exhibitors who scan the badge may have."""
        return [name for name in SHARED if getattr(self, f"shares_{name}")]

    def shared(self):
        """{name: value} of what is ticked and known."""
        values = {name: getattr(self, SHARED[name]) for name in self.shares()}
        return {name: value for name, value in values.items() if value}

    @property
    def is_for_minor(self):
        """Whether somebody under 18 has it, whichever way that was told to us."""
        return bool(self.is_minor or self.guardian_name or self.ticket_type.for_minors)

    @property
    def spoken_code(self):
        """The code in groups of four, as people read it aloud."""
        return " ".join(self.code[n : n + 4] for n in range(0, len(self.code), 4))


class RetiredCode(models.Model):
    """A code that was a ticket's before it was passed on; the door tells so."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="retired_codes")
    code = models.CharField(max_length=16, unique=True)
    why = models.CharField(max_length=120)
    retired_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self):
        return self.code


class Ribbon(models.Model):
    """A further role of the person on the same badge: speaker, exhibitor, staff."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="ribbons")
    role = models.SlugField(max_length=20)
    why = models.CharField(max_length=120)
    given_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "role"], name="ribbon_once")]

    def __str__(self):
        return self.role

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        Ticket.objects.filter(pk=self.ticket_id).update(change_no=None)

    def delete(self, *args, **kwargs):
        Ticket.objects.filter(pk=self.ticket_id).update(change_no=None)
        return super().delete(*args, **kwargs)
