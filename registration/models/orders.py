"""What was bought, who holds it, and the money."""

import json
import secrets
from collections import Counter
from typing import ClassVar

from django.db import models
from django.db.models import Case, Count, F, Q, Sum, When
from django.urls import reverse
from django.utils import timezone

from scale import codes, money
from scale.models import Conference, User

from .addons import AddOn
from .followed import Followed, FollowedQuerySet
from .offer import TicketType
from .promos import PromoCode
from .rules import Terms
from .tickets import Ticket, verified_addresses


def new_order_code():
    return codes.new_code(8)


def new_nonce():
    return secrets.token_hex(16)


class OrderQuerySet(FollowedQuerySet):
    def expired(self, now):
        """Reservations whose time is over but whose places are not given back yet."""
        return self.filter(status=Order.Status.PENDING, expires_at__lt=now)

    def invoiced(self, conference):
        """Places are kept until the day an invoice is due; the next due first."""
        waiting = self.filter(conference=conference, status=Order.Status.PENDING)
        return waiting.exclude(due_on=None).order_by("due_on", "pk")

    def made_by(self, form_token):
        """The order that a sent form has made already, if any."""
        if not form_token:
            return None
        return self.select_related("conference").filter(form_token=form_token).first()

    def lock(self, code):
        return self.select_for_update().filter(code=code).first()

    def lapsed_places(self, now):
        """Quota pk → how many places wait to be given back to the public, not to who waits."""
        run_out = self.expired(now).order_by()
        if not run_out.exists():  # nearly always; counting takes ten times as long
            return Counter[int]()
        lines = OrderLine.objects.filter(order__in=run_out)
        lines = lines.exclude(ticket_type__waitlist__status="waiting")
        return lines.exclude(add_on__waitlist__status="waiting").places_alone()

    def lapsed_uses(self, now):
        """Promo code pk → how many uses wait to be given back."""
        return OrderLine.objects.filter(order__in=self.expired(now).order_by()).uses()

    def search(self, words):
        """By order or ticket code, or by a piece of a name or an address."""
        if not words:
            return self
        code = codes.clean_code(words)
        tickets = Ticket.objects.filter(
            Q(code=code) | Q(attendee_name__icontains=words) | Q(attendee_email__icontains=words)
        )
        return self.filter(
            Q(code=code)
            | Q(buyer_name__icontains=words)
            | Q(buyer_email__icontains=words)
            | Q(pk__in=tickets.values("order"))
        )

    def collected_by(self, user):
        """What a signed-in person bought: by account, or by an address that is proven theirs."""
        return self.filter(Q(user=user) | Q(buyer_email__in=verified_addresses(user)))


class Order(Followed):
    """One purchase. Its totals are summed from its lines, its balance from its payments."""

    class Status(models.TextChoices):
        PENDING = "pending", "waiting for payment"
        PAID = "paid", "paid"
        EXPIRED = "expired", "expired"
        CANCELLED = "cancelled", "cancelled"

    MOVES: ClassVar[dict[str, set]] = {
        Status.PENDING: {Status.PAID, Status.EXPIRED, Status.CANCELLED},
        Status.EXPIRED: {Status.PAID, Status.PENDING},
        Status.PAID: {Status.CANCELLED},
        Status.CANCELLED: set(),
    }

    conference = models.ForeignKey(Conference, models.PROTECT, related_name="orders")
    code = models.CharField(max_length=12, unique=True, default=new_order_code, editable=False)
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    form_token = models.CharField(max_length=64, unique=True, null=True, editable=False)
    status = models.CharField(max_length=9, choices=Status, default=Status.PENDING)
    buyer_name = models.CharField(max_length=120, blank=True)
    buyer_email = models.EmailField(max_length=190, blank=True, db_index=True)
    buyer_organization = models.CharField(max_length=120, blank=True)
    buyer_address = models.TextField(max_length=500, blank=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="orders")
    currency = models.CharField(max_length=3)
    promo_code = models.ForeignKey(
        PromoCode, models.PROTECT, null=True, blank=True, related_name="orders"
    )
    upgrades = models.ForeignKey(
        "Ticket", models.PROTECT, null=True, blank=True, related_name="upgrade_orders"
    )
    conduct = models.ForeignKey(Terms, models.PROTECT, null=True, blank=True, related_name="+")
    refund_terms = models.ForeignKey(Terms, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    filled_in_at = models.DateTimeField("names given", null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    extended_at = models.DateTimeField("reservation extended", null=True, blank=True)
    due_on = models.DateField("invoice due on", null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["status", "expires_at"], name="order_expiry"),
            models.Index(fields=["conference", "status"], name="order_by_edition"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["pending", "paid", "expired", "cancelled"]),
                name="order_status_known",
            ),
        ]

    def __str__(self):
        return self.code

    def get_absolute_url(self):
        return reverse("registration:order", args=[self.conference.slug, self.code, self.secret])

    @property
    def billed_as(self):
        """What a payment provider calls it to the buyer."""
        return f"order {self.code}"

    @property
    def is_cart(self):
        """Places are kept, but nobody has said for whom."""
        return self.status == Order.Status.PENDING and self.filled_in_at is None

    @property
    def waits_for_names(self):
        """A cart, or one that ran out: its form can still be sent."""
        is_open = self.status in (Order.Status.PENDING, Order.Status.EXPIRED)
        return is_open and self.filled_in_at is None and self.upgrades_id is None

    @property
    def secret(self):
        return codes.secret("order", self.nonce)

    def has_run_out(self, now=None):
        """Expired, whether or not someone has come by and given its places back."""
        if self.status == Order.Status.PENDING and self.expires_at:
            return self.expires_at < (now or timezone.now())
        return self.status == Order.Status.EXPIRED

    def move_to(self, status):
        """The one way a status changes; the caller holds the row's lock and saves."""
        if status not in self.MOVES[self.status]:
            raise ValueError(f"An order that is {self.status} cannot become {status}.")
        self.status = status

    def total(self):
        """What the order costs; credits of an upgrade or a cancellation taken off."""
        return sum((line.price for line in self.lines.all()), money.ZERO)

    def charged(self):
        """What is owed to us for it: nothing before it is paid or when it ran out."""
        if self.status not in (Order.Status.PAID, Order.Status.CANCELLED):
            return money.ZERO
        kept = (line.price for line in self.lines.all() if line.status != OrderLine.Status.LAPSED)
        return sum(kept, money.ZERO)

    def state_key(self):
        """A short text that is another one after anything was done to the order."""
        facts = [
            [self.status, self.buyer_name, self.buyer_email],
            sorted((line.pk, line.status) for line in self.lines.all()),
            sorted((one.pk, one.status, one.ticket_type_id) for one in self.tickets.all()),
            sorted((one.pk, one.why_free, not one.attendee_name) for one in self.tickets.all()),
            sorted(payment.pk for payment in self.payments.all()),
            sorted((refund.pk, refund.status) for refund in self.refunds.all()),
        ]
        return codes.digest(json.dumps(facts))[:20]

    def received(self):
        """Money that came in less money that went back or is about to."""
        paid = sum((payment.amount for payment in self.payments.all()), money.ZERO)
        back = (one.amount for one in self.refunds.all() if one.status != "failed")
        return paid - sum(back, money.ZERO)


class OrderLineQuerySet(FollowedQuerySet):
    def holding(self):
        """Lines whose places are taken: of paid orders and of reservations."""
        return self.filter(
            status=OrderLine.Status.LIVE,
            credits=None,
            order__status__in=[Order.Status.PENDING, Order.Status.PAID],
        )

    def kept(self, conference):
        """Lines of what an edition's orders brought and keep: fees of cancelled ones too."""
        ended = [Order.Status.PAID, Order.Status.CANCELLED]
        rows = self.filter(order__conference=conference, order__status__in=ended)
        return rows.exclude(status=OrderLine.Status.LAPSED)

    def earned(self, conference):
        return self.kept(conference).aggregate(n=Sum("price", default=money.ZERO))["n"]

    def in_force(self):
        """What holders of tickets have now."""
        return self.filter(
            status=OrderLine.Status.LIVE, credits=None, order__status=Order.Status.PAID
        )

    def of_admission(self):
        """What being let in costs, and what was taken off it; extras aside."""
        return self.filter(add_on=None).exclude(credits__add_on__isnull=False)

    def places(self):
        """Quota pk → how many places these lines hold in it."""
        held = self.places_alone()
        shared = self.sharing().values_list("ticket_type__quotas").annotate(n=Count("pk"))
        held.subtract(dict(shared.order_by()))
        return +held

    def sharing(self):
        """New types of upgrades that are not finished, by the quotas that they take from like
        the old type: there the place is held once. `ticket_type__quotas` are those quotas.
        """
        return self.filter(
            status=OrderLine.Status.LIVE,
            credits=None,
            order__lines__status=OrderLine.Status.LIVE,
            order__lines__credits__status=OrderLine.Status.LIVE,
            ticket_type__quotas=F("order__lines__ticket_type__quotas"),
        )

    def places_alone(self):
        """The same, as if no upgrade shared a place with what it takes the place of."""
        rows = self.filter(status=OrderLine.Status.LIVE, credits=None)
        by_type, by_add_on = (
            rows.values_list(f"{thing}__quotas").annotate(n=Count("pk")).order_by()
            for thing in ("ticket_type", "add_on")
        )
        held: Counter[int] = Counter()
        for quota, n in by_type.union(by_add_on, all=True):
            if quota:
                held[quota] += n
        return held

    def uses(self):
        """Promo code pk → how many uses these lines hold."""
        rows = self.exclude(promo_code=None).exclude(status=OrderLine.Status.LAPSED)
        counted = rows.values_list("promo_code").annotate(n=Count("pk")).order_by()
        return Counter(dict(counted))


class OrderLine(Followed):
    """One priced row: what was charged, whatever the thing costs today.

    Once its order is paid a line is never changed but in `status`, and never
    deleted. What is taken back (an upgrade, a cancellation) gets a line of its
    own with a negative price, which `credits` the old one; a fee that is kept
    or a sum given back in kindness is a line with `words`.
    """

    class Status(models.TextChoices):
        LIVE = "live", "in force"
        ENDED = "ended", "taken back"
        LAPSED = "lapsed", "ran out"

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    ticket = models.ForeignKey(
        "Ticket", models.PROTECT, null=True, blank=True, related_name="lines"
    )
    ticket_type = models.ForeignKey(
        TicketType, models.PROTECT, null=True, blank=True, related_name="lines"
    )
    add_on = models.ForeignKey(AddOn, models.PROTECT, null=True, blank=True, related_name="lines")
    words = models.CharField(max_length=120, blank=True)
    list_price = models.DecimalField(max_digits=10, decimal_places=2, default=money.ZERO)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    status = models.CharField(max_length=6, choices=Status, default=Status.LIVE)
    # It took one use of the code; a use comes back only when the reservation runs out.
    promo_code = models.ForeignKey(
        PromoCode, models.PROTECT, null=True, blank=True, related_name="lines"
    )
    credits = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="credited_by"
    )
    # A line is taken back once; an upgrade that ran out unpaid takes nothing back.
    live_credit = models.GeneratedField(
        expression=Case(When(~Q(status="lapsed"), then=F("credits_id"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    objects = OrderLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["live_credit"], name="line_credited_once"),
            models.CheckConstraint(
                condition=Q(price__gte=0) | Q(credits__isnull=False) | ~Q(words=""),
                name="line_price_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(credits=None) | Q(price__lte=0), name="line_credit_not_positive"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["live", "ended", "lapsed"]), name="line_status_known"
            ),
        ]

    def __str__(self):
        return f"{self.order}: {self.thing()} {self.price}"

    def thing(self):
        """What it is for, in words."""
        return self.words or str(self.ticket_type or self.add_on)
