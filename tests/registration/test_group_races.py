"""Many at once name the places of one order, while some of the places are taken back."""

import pytest
from django.db.models import F
from django.utils import timezone

from registration import actions
from registration.bulk import reading
from registration.bulk.attendees import ATTENDEES
from registration.models import GroupCode, Order, Quota, Refund, Ticket
from registration.proof import errors
from scale.models import OutgoingEmail
from tests.factories import registration as reg
from tests.factories import scale as make

from .crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PLACES, ROUNDS = 10, 3
KINDS = ["comer"] * 12 + ["line"] * 4 + ["canceller"] * 3 + ["desk"] * 2


@pytest.fixture
def quota():
    return reg.quota(make.conference(), size=PLACES * ROUNDS)


@pytest.fixture
def staff():
    return make.user()


class Crowd:
    """One order's places, and all who want something of them. Each says how it ended."""

    def __init__(self, group, staff):
        self.group, self.staff = group, staff
        self.order = group.order
        self.type = self.order.tickets.first().ticket_type
        self.domain = f"@{group.code.lower()}.example"

    def go(self, n):
        return getattr(self, KINDS[n])(n)

    def comer(self, n):
        """A colleague; every third sends the form twice."""
        group = GroupCode.objects.select_related("order", "conference").get(pk=self.group.pk)
        person = actions.Attendee(self.type, f"Person {n}", f"p{n}{self.domain}")
        try:
            ticket = actions.redeem(group, person)
            again = actions.redeem(group, person) if n % 3 == 0 else ticket
        except actions.CannotRedeem:
            return "refused"
        assert ticket == again
        return ticket.pk

    def line(self, n):
        """A file with one person; the second of two has the same person as the first."""
        n -= n % 2
        line = f"Line {n},l{n}{self.domain},{self.order.code},{self.type.code}"
        text = f"last,e-mail,order,type\n{line}\n"
        conference = self.group.conference
        done = reading.run(ATTENDEES, conference, text, {}, by=self.staff, dry=False)
        return "refused" if done.problems else "named"

    def canceller(self, n):
        """Takes back a place that nobody has yet, or looks again."""
        for _ in range(20):
            order = Order.objects.get(pk=self.order.pk)
            place = order.tickets.unnamed().order_by("-pk").first()
            if place is None:
                return "refused"
            seen = order.state_key()
            try:
                actions.cancel_tickets(order, [place], by=self.staff, why="Fewer", seen=seen)
            except (actions.ChangedMeanwhile, actions.CannotCancel):
                continue
            return "cancelled"
        return "gave up"

    def desk(self, n):
        """Writes a name on the first free place they see."""
        for _ in range(20):
            place = self.order.tickets.unnamed().order_by("pk").first()
            if place is None:
                return "refused"
            facts = {"attendee_name": f"Desk {n}", "attendee_email": f"d{n}{self.domain}"}
            how = {"why": "Came here", "by": self.staff, "seen": place.holder_key()}
            try:
                actions.correct_by_staff(place, facts, **how)
            except actions.ChangedMeanwhile:
                continue
            return place.pk
        return "gave up"


def company(quota):
    """A paid order of ten places without names, and its code."""
    kind = reg.ticket_type(quota.conference)
    bought = [kind] * PLACES
    group = reg.group_code(quota.conference, types=bought)
    Order.objects.filter(pk=group.order_id).update(paid_at=timezone.now())
    kind.quotas.add(quota)
    Quota.objects.filter(pk=quota.pk).update(taken=F("taken") + PLACES)
    return group


def test_same_line_four_times_at_once_names_one_place(quota, staff):
    group = company(quota)
    kind = group.order.tickets.first().ticket_type
    text = f"last,order,type\nKim,{group.order.code},{kind.code}\nLee,,{kind.code}\n"

    def send(_):
        done = reading.run(ATTENDEES, quota.conference, text, {}, by=staff, dry=False)
        return (done.added, done.known, done.problems)

    outcome = at_once(send, 4)
    assert sum(added for added, _, _ in outcome) == 2
    assert sum(known for _, known, _ in outcome) == 6
    assert sorted(Ticket.objects.exclude(attendee_name="").values_list("surname", flat=True)) == [
        "Kim",
        "Lee",
    ]
    assert list(errors()) == []


def test_each_place_gets_one_name_while_places_vanish(quota, staff):
    for _ in range(ROUNDS):
        crowd = Crowd(company(quota), staff)
        outcome = at_once(crowd.go, len(KINDS))
        ended = {kind: [] for kind in KINDS}
        for n, (kind, how) in enumerate(zip(KINDS, outcome, strict=True)):
            if how != "refused":
                ended[kind].append((n, how))
        comers = {f"Person {n}": pk for n, pk in ended["comer"]}
        at_desk = {f"Desk {n}": pk for n, pk in ended["desk"]}
        lines = {f"Line {n - n % 2}" for n, _ in ended["line"]}
        gone = len(ended["canceller"])

        # Who was given a place has just that one, and it is live.
        named = crowd.order.tickets.live().exclude(attendee_name="")
        has = dict(named.values_list("attendee_name", "pk"))
        assert has.items() >= (comers | at_desk).items()
        assert set(has) == {*comers, *at_desk, *lines}
        # No place is doubled or lost, and none stays empty while someone is refused.
        assert named.count() == len(has) == PLACES - gone
        assert crowd.order.tickets.count() == PLACES
        mails = OutgoingEmail.objects.filter(to_address__endswith=crowd.domain, kind="ticket given")
        assert sorted(mails.values_list("to_name", flat=True)) == sorted({*comers, *lines})
        assert Refund.objects.filter(order=crowd.order).count() == gone
        assert list(errors()) == []
