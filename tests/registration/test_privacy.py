import pytest

from registration import actions
from registration.models import (
    Answer,
    CancellationRequest,
    Order,
    OrderNote,
    Payment,
    Ticket,
    VisaRequest,
    WaitlistEntry,
)
from scale import privacy
from scale.editions import erase_personal_data
from scale.models import AuditEntry
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
NAME = "Marisol Quintero"
ADDRESS = "marisol@example.org"


@pytest.fixture
def order(conference, full):
    """Bought by the person: one ticket for herself without an address, one for someone else."""
    user = make.user(email=ADDRESS, name=NAME)
    order = reg.order(
        conference, types=[full, full], buyer_name=NAME, buyer_email=ADDRESS, user=user
    )
    friend = order.tickets.order_by("pk").last()
    friend.attendee_name = "A Friend"
    actions.correct_attendee(friend)
    reg.payment(order)
    return order


def test_everything_held_about_an_address_is_shown(conference, full, order):
    reg.ticket(full, attendee_name=NAME, attendee_email=ADDRESS, organization="Harbor DB")
    lines = privacy.show("Marisol@Example.ORG ")["Orders and tickets"]
    assert len(lines) == 3
    assert order.code in lines[0]
    assert any("Harbor DB" in line for line in lines)


def test_erasing_takes_names_and_addresses_and_leaves_money_and_codes(conference, full, order):
    given = reg.ticket(
        full,
        attendee_name=NAME,
        attendee_email=ADDRESS,
        organization="Harbor DB",
        guardian_name=NAME,
        guardian_phone="+1 555 0100",
    )
    codes = set(Ticket.objects.values_list("code", flat=True))
    privacy.erase(ADDRESS)
    assert "Orders and tickets" not in privacy.show(ADDRESS)
    order.refresh_from_db()
    assert (order.buyer_name, order.user) == ("", None)
    assert order.buyer_email.endswith("@invalid.invalid")
    given.refresh_from_db()
    assert {given.organization, given.guardian_name, given.guardian_phone} == {""}
    assert set(Ticket.objects.values_list("attendee_name", flat=True)) == {"(erased)", "A Friend"}
    assert set(Ticket.objects.values_list("code", flat=True)) == codes
    assert (Payment.objects.get().amount, order.total()) == (180, 180)


def test_erasing_takes_what_the_audit_trail_quoted(conference, full):
    ticket = actions.give_ticket(
        conference, full, name=NAME, email=ADDRESS, role="speaker", why="a talk"
    )
    ticket.attendee_name = "Marisol Q."
    actions.correct_attendee(ticket)
    privacy.erase(ADDRESS)
    entries = AuditEntry.objects.get_for_object(ticket)
    assert entries.count() == 2
    assert "Marisol" not in str(list(entries.values()))


def test_audit_trail_never_quotes_buyers_or_secrets(conference, full):
    order = reg.order(conference, types=[full], buyer_name=NAME, buyer_email=ADDRESS)
    actions.cancel_order(order, by=None)
    quoted = str(list(AuditEntry.objects.get_for_object(order).values()))
    assert "cancelled" in quoted
    for secret in (NAME, ADDRESS, order.nonce):
        assert secret not in quoted


def test_other_peoples_rows_stay(conference, full, order):
    other = reg.order(conference, types=[full])
    privacy.erase(ADDRESS)
    other.refresh_from_db()
    assert other.buyer_name != ""


def test_erasing_opens_no_place_of_a_group_code(conference, full):
    group = reg.group_code(conference, types=[full, full])
    who = actions.Attendee(ticket_type=full, name=NAME, email=ADDRESS)
    held = actions.redeem(group, who)
    privacy.erase(ADDRESS)
    others = [actions.Attendee(ticket_type=full, name=name, email="") for name in ("Bo", "Cy")]
    assert actions.redeem(group, others[0]).pk != held.pk
    with pytest.raises(actions.CannotRedeem):
        actions.redeem(group, others[1])


def test_the_end_of_an_edition_erases_all_its_people(conference, full, order):
    elsewhere = reg.order(make.conference())
    erase_personal_data(conference)
    assert set(Ticket.objects.values_list("attendee_name", flat=True)) == {""}
    order.refresh_from_db()
    assert order.buyer_name == ""
    assert Order.objects.get(pk=elsewhere.pk).buyer_name != ""
    assert Payment.objects.count() == 1


@pytest.fixture
def everything(conference, full, order):
    """All that this app can hold about a person."""
    ticket = order.tickets.order_by("pk").first()
    Ticket.objects.filter(pk=ticket.pk).update(
        attendee_email=ADDRESS,
        title="Captain",
        postcode="91101",
        guardian_name="Guard Ian",
        guardian_phone="+1 555 0100",
        accessibility_needs="A seat near the door",
    )
    reg.answer(ticket, reg.question(conference, text="Food?"), "Only figs")
    VisaRequest.objects.create(ticket=ticket, full_name=NAME, passport_number="X123456")
    CancellationRequest.objects.create(ticket=ticket, why="Grandmother is ill")
    other = reg.order(conference, types=[full])
    for one, text in ((order, "Rang twice"), (other, f"Friend of {ADDRESS}"), (other, "Nothing")):
        OrderNote.objects.create(order=one, text=text, by=make.user())
    WaitlistEntry.objects.create(
        conference=conference, ticket_type=full, name="Marisol Q", email=ADDRESS
    )
    return ticket


def test_everything_is_shown_but_needs_and_passports_are_only_named(everything):
    told = "\n".join(privacy.show(ADDRESS)["Orders and tickets"])
    for words in (
        *("Captain", "91101", "Guard Ian", "Only figs", "Grandmother is ill", "Rang twice"),
        *(f"Friend of {ADDRESS}", "Waiting list", "accessibility needs", "a visa letter"),
    ):
        assert words in told
    for secret in ("near the door", "X123456", "Nothing"):
        assert secret not in told


def test_everything_is_erased_and_the_sums_stay(conference, full, quota, everything):
    def sums():
        orders = Order.objects.prefetch_related("lines", "payments", "refunds")
        money = sorted((one.code, one.charged(), one.received()) for one in orders)
        quota.refresh_from_db()
        return money, quota.taken, Ticket.objects.live().count(), OrderNote.objects.count()

    before = sums()
    privacy.erase(ADDRESS)
    assert sums() == before
    assert "Orders and tickets" not in privacy.show(ADDRESS)
    visa, wish = VisaRequest.objects.get(), CancellationRequest.objects.get()
    assert (visa.full_name, visa.passport_number, visa.erased_at is None) == ("", "", False)
    assert (wish.why, wish.status, Answer.objects.count()) == ("", "open", 0)
    everything.refresh_from_db()
    facts = ("title", "postcode", "guardian_name", "guardian_phone", "accessibility_needs")
    assert {getattr(everything, name) for name in facts} == {""}
    assert set(OrderNote.objects.values_list("text", flat=True)) == {"(erased)", "Nothing"}
    entry = WaitlistEntry.objects.get()
    assert (entry.name, entry.status, "marisol" in entry.email) == ("", "left", False)
