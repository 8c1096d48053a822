"""The form at an order's link: who comes, with which extras, answers and terms; and its time."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from registration import actions
from registration.models import (
    Answer,
    Consent,
    Order,
    OrderLine,
    PromoCode,
    Quota,
    SaleRules,
    Terms,
    Ticket,
    TicketType,
)
from scale.codes import digest
from scale.editions import close
from scale.models import OutgoingEmail
from tests.factories import registration as reg

from .conftest import buy, form_data, order_url, reserve, shop_url, text_of

pytestmark = pytest.mark.django_db


def field_of(extra):
    """The name of the form's field with this extra, behind the ticket's number."""
    return f"choice-{digest(extra.choice)[:8]}" if extra.choice else f"extra-{extra.pk}"


def send(client, order, data):
    response = client.post(order_url(order), data)
    order.refresh_from_db()
    return response


def run_out(order):
    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - dt.timedelta(minutes=1))


# --- names -----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_block_for_each_ticket_and_the_total(client, conference, full, free):
    order = reserve(client, conference, "free=1&full=2")
    response = client.get(order_url(order))
    text = text_of(response)
    assert "2 × Full access $180" in text
    assert "Ticket 3: Free day" in text
    assert "Continue to payment" in text
    assert 'name="ticket3-name"' in response.content.decode()


@pytest.mark.sqlite
def test_sending_leads_to_the_order_page(client, conference, full):
    order = buy(client, conference, "full=2")
    assert order.buyer_name == "Marisol Quintero"
    assert [t.attendee_name for t in order.tickets.order_by("pk")] == ["Attendee 1", "Attendee 2"]
    text = text_of(client.get(order.get_absolute_url()))
    assert "Waiting for your payment" in text
    assert f"{order.expires_at.astimezone(conference.zone):%H:%M}" in text


@pytest.mark.sqlite
def test_free_ticket_is_there_at_once_with_its_code(client, conference, free, mailoutbox):
    order = buy(client, conference, "free=1")
    assert order.status == Order.Status.PAID
    page = client.get(order.get_absolute_url())
    assert order.tickets.get().spoken_code in text_of(page)


def test_first_ticket_without_a_name_is_the_buyers(client, conference, full):
    buy(client, conference, "full=2", **{"ticket1-name": ""})
    first, second = Ticket.objects.order_by("pk")
    assert (first.attendee_name, first.attendee_email) == (
        "Marisol Quintero",
        "marisol@example.org",
    )
    assert (second.attendee_name, second.attendee_email) == ("Attendee 2", "")


def test_form_knows_who_is_signed_in(as_role, conference, full):
    client = as_role()
    order = reserve(client, conference)
    html = client.get(order_url(order)).content.decode()
    assert f'value="{client.user.email}"' in html
    assert f'value="{client.user.name}"' in html


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("buyer_name", "", "This field is required."),
        ("buyer_name", "x" * 1_000_000, "at most 120 characters"),
        ("buyer_name", "a\x00b", "Null characters are not allowed."),
        ("buyer_email", "no address", "Enter a valid e-mail address."),
        ("buyer_email", "x" * 200 + "@example.org", "at most 190 characters"),
        ("buyer_address", "x" * 501, "at most 500 characters"),
        ("ticket1-name", "x" * 121, "at most 120 characters"),
        ("ticket1-email", "@", "Enter a valid e-mail address."),
        ("ticket1-organization", "x" * 121, "at most 120 characters"),
        ("ticket1-pronouns", "x" * 41, "at most 40 characters"),
        ("ticket1-accessibility_needs", "x" * 1001, "at most 1000 characters"),
        ("ticket1-consent", "everything", "Select a valid choice"),
    ],
)
def test_bad_input_gets_its_error_and_loses_nothing(client, conference, full, field, value, says):
    order = reserve(client, conference)
    data = form_data(1) | {"ticket1-organization": "Kept Ltd", field: value}
    response = send(client, order, data)
    assert response.status_code == 200
    assert says in text_of(response)
    assert "is-invalid" in response.content.decode()
    if field != "ticket1-organization":
        assert 'value="Kept Ltd"' in response.content.decode()
    assert order.is_cart


@pytest.mark.parametrize(
    "name", ["محمد العربي", "🎉🐧", "日本語", "<script>alert(1)</script>", "O'Neil"]
)
def test_names_in_any_script_come_back_as_typed(client, conference, free, name):
    order = buy(client, conference, "free=1", **{"ticket1-name": name})
    assert Ticket.objects.get().attendee_name == name
    assert "<script>alert" not in client.get(order.get_absolute_url()).content.decode()


def test_names_are_one_line_everywhere(client, conference, free):
    buy(client, conference, "free=1", buyer_name="Ana\r\nBcc: all@example.org")
    assert Order.objects.get().buyer_name == "Ana Bcc: all@example.org"


def test_forged_post_from_another_site_is_refused(conference, full):
    order = reserve(Client(), conference)
    strict = Client(enforce_csrf_checks=True)
    for name in ("details", "extend", "drop", "sums"):
        assert strict.post(order_url(order, name), form_data(1)).status_code == 403
    order.refresh_from_db()
    assert order.is_cart


# --- badge facts -----------------------------------------------------------------------------


def test_edition_decides_which_facts_are_asked(client, conference, full):
    reg.sale_rules(conference, ask_title="required", ask_organization="no", ask_postcode="optional")
    order = reserve(client, conference)
    html = client.get(order_url(order)).content.decode()
    asked = set(re.findall(r'name="ticket1-(title|organization|pronouns|postcode)"', html))
    assert asked == {"title", "pronouns", "postcode"}
    response = send(client, order, form_data(1))
    assert text_of(response).count("This field is required.") == 1
    send(client, order, form_data(1) | {"ticket1-title": "SRE", "ticket1-postcode": "91101"})
    ticket = Ticket.objects.get()
    assert (ticket.title, ticket.postcode) == ("SRE", "91101")


@pytest.mark.sqlite
def test_wishes_are_kept(client, conference, full):
    wishes = {
        "ticket1-no_photos": "on",
        "ticket1-consent": "offers",
        "ticket1-accessibility_needs": "A seat near\nthe door",
    }
    buy(client, conference, **wishes)
    ticket = Ticket.objects.get()
    assert ticket.no_photos
    assert ticket.consent == Consent.OFFERS
    assert ticket.accessibility_needs.split() == ["A", "seat", "near", "the", "door"]


def test_nobody_is_written_to_without_having_said_so(client, conference, full):
    buy(client, conference)
    assert Ticket.objects.get().consent == Consent.LOGISTICS


def test_who_sees_accessibility_needs_is_said_where_they_are_asked(client, conference, full):
    order = reserve(client, conference)
    text = text_of(client.get(order_url(order)))
    assert "Only the few people of the team who arrange it see this." in text
    assert "erased after the conference" in text
    SaleRules.objects.create(conference=conference, ask_accessibility=False)
    assert "Accessibility" not in text_of(client.get(order_url(order)))


GUARDIAN = {
    "ticket1-guardian_name": "Ana Okafor",
    "ticket1-guardian_phone": "+1 555 0100",
    "ticket1-guardian_agrees": "on",
}


@pytest.mark.parametrize("by_type", [True, False])
def test_minors_need_a_guardian_who_agrees_and_get_no_offers(client, conference, by_type):
    reg.ticket_type(conference, code="kids", for_minors=by_type, price=0)
    order = reserve(client, conference, "kids=1")
    minor = {} if by_type else {"ticket1-is_minor": "on"}
    response = send(client, order, form_data(1) | minor)
    assert text_of(response).count("We need this for everyone under 18.") == 3
    short = minor | GUARDIAN | {"ticket1-guardian_phone": "call me"}
    assert "at least six digits" in text_of(send(client, order, form_data(1) | short))
    consent = "announcements" if by_type else "offers"
    data = form_data(1) | minor | GUARDIAN | {"ticket1-consent": consent}
    assert send(client, order, data).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.guardian_name, ticket.guardian_phone) == ("Ana Okafor", "+1 555 0100")
    assert ticket.guardian_agreed_at is not None
    assert ticket.is_minor
    assert ticket.consent == Consent.ANNOUNCEMENTS


def test_grown_ups_have_no_guardian(client, conference, full):
    buy(client, conference, **GUARDIAN)
    ticket = Ticket.objects.get()
    assert (ticket.guardian_name, ticket.guardian_phone, ticket.is_minor) == ("", "", False)
    assert ticket.guardian_agreed_at is None


def test_a_minors_ticket_is_never_the_buyers(client, conference):
    reg.ticket_type(conference, code="kids", for_minors=True, price=0)
    order = reserve(client, conference, "kids=1")
    response = send(client, order, form_data(1) | GUARDIAN | {"ticket1-name": ""})
    assert "This field is required." in text_of(response)


# --- extras ----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_sizes_exclude_each_other_and_singles_are_ticked(client, conference, full):
    places = reg.quota(conference, size=5)
    medium = reg.add_on(conference, choice="T-shirt", name="Size M", price=20, quotas=[places])
    large = reg.add_on(conference, choice="T-shirt", name="Size L", price=25)
    party = reg.add_on(conference, name="Party", price=10)
    order = reserve(client, conference)
    html = client.get(order_url(order)).content.decode()
    assert html.count("<select") == 2  # the shirt, and what one may be written to about
    assert "Size M, $20 (5 left)" in html
    shirt = f"ticket1-{field_of(medium)}"
    assert field_of(medium) == field_of(large)
    data = form_data(1) | {shirt: medium.pk, f"ticket1-{field_of(party)}": "on"}
    assert send(client, order, data).status_code == 302
    lines = order.lines.order_by("pk")
    assert [(one.thing(), one.price) for one in lines] == [
        ("Full access", Decimal(90)),
        ("T-shirt Size M", Decimal(20)),
        ("Party", Decimal(10)),
    ]
    assert Quota.objects.get(pk=places.pk).taken == 1


def test_sold_out_extra_cannot_be_chosen_but_seen(client, conference, full):
    none = reg.quota(conference, size=0)
    gone = reg.add_on(conference, choice="T-shirt", name="Size S", quotas=[none])
    reg.add_on(conference, choice="T-shirt", name="Size M")
    tutorial = reg.add_on(conference, name="Tutorial", quotas=[none])
    order = reserve(client, conference)
    html = client.get(order_url(order)).content.decode()
    assert re.search(rf'<option value="{gone.pk}" disabled>Size S, \$20 \(sold out\)', html)
    box = re.search(rf'<input[^>]*name="ticket1-extra-{tutorial.pk}"[^>]*>', html)[0]
    assert "disabled" in box
    data = form_data(1) | {f"ticket1-{field_of(gone)}": gone.pk, "ticket1-organization": "Kept"}
    response = send(client, order, data)
    assert "T-shirt Size S is sold out now." in text_of(response)
    assert 'value="Kept"' in response.content.decode()
    assert order.is_cart


def test_extras_are_offered_with_their_types_only(client, conference, full, free):
    extra = reg.add_on(conference, name="Workshop")
    extra.ticket_types.set([free])
    hidden = reg.add_on(conference, name="Staff dinner", is_hidden=True)
    early = reg.add_on(conference, on_sale_from=timezone.now() + dt.timedelta(days=1))
    order = reserve(client, conference, "full=1&free=1")
    html = client.get(order_url(order)).content.decode()
    assert f"ticket1-extra-{extra.pk}" not in html
    assert f"ticket2-extra-{extra.pk}" in html
    forged = {f"ticket1-extra-{one.pk}": "on" for one in (extra, hidden, early)}
    send(client, order, form_data(2) | forged)
    assert order.lines.exclude(add_on=None).count() == 0


@pytest.mark.parametrize("value", ["999999", "-1", "x", "9" * 5000, "🐧"])
def test_extra_that_is_not_offered_gets_a_clear_error(client, conference, full, value):
    extra = reg.add_on(conference, choice="T-shirt", name="Size M")
    order = reserve(client, conference)
    response = send(client, order, form_data(1) | {f"ticket1-{field_of(extra)}": value})
    assert "This is not offered any more. Please choose again." in text_of(response)


def test_filling_in_again_swaps_extras_and_their_places(client, conference, full):
    first, second = (reg.quota(conference, size=1) for _ in range(2))
    small = reg.add_on(conference, choice="T-shirt", name="S", price=20, quotas=[first])
    large = reg.add_on(conference, choice="T-shirt", name="L", price=25, quotas=[second])
    name = f"ticket1-{field_of(small)}"
    order = buy(client, conference, **{name: small.pk})
    html = client.get(order_url(order)).content.decode()
    assert re.search(rf'<option value="{small.pk}" selected>', html)
    assert 'value="Attendee 1"' in html
    send(client, order, form_data(1) | {name: large.pk})
    assert order.total() == 115
    assert [q.taken for q in Quota.objects.filter(pk__in=[first.pk, second.pk])] == [0, 1]


def test_last_extra_of_a_lapsed_reservation_is_free_again(client, conference, full):
    one = reg.quota(conference, size=1)
    extra = reg.add_on(conference, name="Party", quotas=[one])
    name = f"ticket1-{field_of(extra)}"
    earlier = buy(Client(), conference, token="b" * 32, **{name: "on"})
    order = reserve(client, conference)
    run_out(earlier)
    assert "Party, $20 (1 left)" in text_of(client.get(order_url(order)))
    assert send(client, order, form_data(1) | {name: "on"}).status_code == 302
    earlier.refresh_from_db()
    assert earlier.status == Order.Status.EXPIRED


def test_sum_is_told_before_sending(client, conference, full):
    extra = reg.add_on(conference, name="Party", price=10)
    order = reserve(client, conference)
    data = {f"ticket1-{field_of(extra)}": "on"}
    response = client.post(order_url(order, "sums"), data)
    assert "1 × Full access $90 1 × Party $10 Total $100" in text_of(response)
    assert 'data-total="100.00"' in response.content.decode()
    assert order.lines.count() == 1


# --- scenarios with their figures ------------------------------------------------------------


@pytest.fixture
def desk_scenario(conference):
    """Ticket $10; A $17, B $6, C $14 and D $19, which replace the ticket price; promo 40 % off."""
    reg.ticket_type(conference, code="basic", name="Basic", price=10)
    off = {"is_discountable": False}
    instead = {"replaces_ticket_price": True}
    reg.promo_code(conference, code="SAVE40", value=40)
    return {
        "A": reg.add_on(conference, name="A", price=17, **off),
        "B": reg.add_on(conference, name="B", price=6),
        "C": reg.add_on(conference, name="C", price=14, **off, **instead),
        "D": reg.add_on(conference, name="D", price=19, **instead),
    }


@pytest.mark.parametrize(
    ("taken", "full_price", "with_code"),
    [
        # scenario 1
        ("", "10", "6"),
        ("A", "27", "23"),
        ("AB", "33", "26.60"),
        # scenario 2
        ("C", "14", "14"),
        ("CD", "33", "25.40"),
        ("BC", "20", "17.60"),
    ],
)
def test_scenarios_1_and_2_prices_through_the_shop(
    client, conference, desk_scenario, taken, full_price, with_code
):
    extras = {f"ticket1-{field_of(desk_scenario[one])}": "on" for one in taken}
    for code, price, token in (("", full_price, "a" * 32), ("save40", with_code, "b" * 32)):
        order = reserve(client, conference, "basic=1", token=token, promo=code)
        shown = client.post(order_url(order, "sums"), extras).content.decode()
        assert f'data-total="{Decimal(price):.2f}"' in shown
        send(client, order, form_data(1) | extras)
        assert order.total() == Decimal(price)


@pytest.mark.parametrize(
    ("price", "percent", "pays"), [("5.25", 50, "2.62"), ("5.25", 30, "3.68"), ("5.47", 40, "3.28")]
)
def test_scenario_3_half_even_to_the_cent_up_to_the_provider(
    client, conference, with_demo, price, percent, pays
):
    reg.ticket_type(conference, code="odd", price=Decimal(price))
    reg.promo_code(conference, code="ODD", value=percent)
    order = reserve(client, conference, "odd=1", promo="ODD")
    send(client, order, form_data(1))
    assert order.total() == Decimal(pays)
    card = client.post(order_url(order, "pay"), {"provider": "demo"}).url
    assert f"${pays}" in text_of(client.get(card))
    client.post(card, {"answer": "pay"})
    assert order.payments.get().amount == Decimal(pays)


def test_scenario_6_the_same_form_twice_makes_one_line(client, conference, full, quota):
    extra = reg.add_on(conference, name="Party", quotas=[quota])
    order = reserve(client, conference)
    data = form_data(1) | {f"ticket1-{field_of(extra)}": "on"}
    for _ in range(3):
        assert send(client, order, data).url == order.get_absolute_url()
    assert order.lines.count() == 2
    assert Ticket.objects.count() == 1
    assert Quota.objects.get(pk=quota.pk).taken == 2


def test_scenario_6_a_free_form_twice_makes_one_ticket_and_one_mail(
    client, conference, free, django_capture_on_commit_callbacks
):
    order = reserve(client, conference, "free=1")
    for _ in range(2):
        assert send(client, order, form_data(1)).url == order.get_absolute_url()
    assert "complete already. Nothing was doubled." in text_of(client.get(order.get_absolute_url()))
    assert Ticket.objects.count() == 1
    assert OutgoingEmail.objects.filter(kind="tickets").count() == 1


def test_scenario_7_several_people_and_types_and_nothing_paid_twice(
    client, conference, full, free, with_demo
):
    order = buy(client, conference, "full=2&free=1")
    assert {(line.ticket_type.code, line.price) for line in order.lines.all()} == {
        ("full", Decimal(90)),
        ("free", Decimal(0)),
    }
    card = client.post(order_url(order, "pay"), {"provider": "demo"}).url
    for _ in range(2):
        client.post(card, {"answer": "pay"})
    assert order.payments.count() == 1
    again = client.post(order_url(order, "pay"), {"provider": "demo"})
    assert "card" not in again.url
    assert send(client, order, form_data(3, buyer_name="Other")).url == order.get_absolute_url()
    assert order.buyer_name == "Marisol Quintero"
    for query in ("", "full=0"):
        response = client.post(shop_url(conference, "reserve"), {"full": query[5:]})
        assert "No ticket is chosen yet." in text_of(response)


def test_cart_without_names_cannot_be_paid(client, conference, full, with_demo):
    order = reserve(client, conference)
    answer = client.post(order_url(order, "pay"), {"provider": "demo"}, follow=True)
    assert "Who comes?" in text_of(answer)


def test_total_does_not_change_under_an_open_payment(client, conference, full, with_demo):
    extra = reg.add_on(conference, name="Party", price=10)
    order = buy(client, conference)
    card = client.post(order_url(order, "pay"), {"provider": "demo"}).url
    more = form_data(1) | {f"ticket1-{field_of(extra)}": "on", "ticket1-name": "Zoë"}
    response = send(client, order, more)
    assert "A payment of $90 was begun for this order" in text_of(response)
    assert 'value="Zoë"' in response.content.decode()
    assert order.total() == 90
    assert send(client, order, form_data(1) | {"ticket1-name": "Zoë"}).status_code == 302
    assert Ticket.objects.get().attendee_name == "Zoë"
    client.post(card, {"answer": "pay"})
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


# --- questions -------------------------------------------------------------------------------


def test_questions_are_asked_answered_and_kept(client, conference, full):
    kinds = {"text": "", "yes_no": "", "choice": "tea\ncoffee", "several": "red\ngreen\nblue"}
    asked = {
        kind: reg.question(conference, kind=kind, choices=choices, is_required=True)
        for kind, choices in kinds.items()
    }
    order = reserve(client, conference)
    response = send(client, order, form_data(1))
    assert text_of(response).count("This field is required.") == 4
    said = {"text": "Hello 🐧", "yes_no": "no", "choice": "tea", "several": ["red", "blue"]}
    data = {f"ticket1-question-{asked[kind].pk}": value for kind, value in said.items()}
    assert send(client, order, form_data(1) | data).status_code == 302
    answers = {one.question.kind: one.value for one in Answer.objects.all()}
    assert answers == said | {"several": "red\nblue"}
    html = client.get(order_url(order)).content.decode()
    assert html.count("checked") == 2
    assert 'value="Hello 🐧"' in html


def test_question_of_an_extra_is_for_who_takes_it(client, conference, full):
    extra = reg.add_on(conference, name="Dinner")
    question = reg.question(conference, is_required=True, add_ons=[extra])
    other = reg.question(conference, ticket_types=[reg.ticket_type(conference)])
    order = reserve(client, conference)
    html = client.get(order_url(order)).content.decode()
    assert f'data-only-with="{extra.pk}"' in html
    assert f"question-{other.pk}" not in html
    taken = form_data(1) | {f"ticket1-extra-{extra.pk}": "on"}
    assert "Please answer this." in text_of(send(client, order, taken))
    name = f"ticket1-question-{question.pk}"
    send(client, order, form_data(1) | {name: "not asked"})
    assert Answer.objects.count() == 0
    send(client, order, taken | {name: "Vegan"})
    assert Answer.objects.get().value == "Vegan"
    send(client, order, form_data(1))
    assert Answer.objects.count() == 0


@pytest.mark.parametrize("kind", ["choice", "several", "yes_no"])
def test_answer_that_is_no_option_is_refused(client, conference, full, kind):
    question = reg.question(conference, kind=kind, choices="a\nb")
    order = reserve(client, conference)
    response = send(client, order, form_data(1) | {f"ticket1-question-{question.pk}": "z"})
    assert "This is not offered any more." in text_of(response)


# --- terms -----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_accepted_versions_are_stored(client, conference, full):
    conduct = reg.terms(conference)
    refund = reg.terms(conference, kind=Terms.Kind.REFUND, text="No refunds.")
    order = reserve(client, conference)
    html = client.get(order_url(order)).content.decode()
    assert shop_url(conference, "terms", "conduct", 1) in html
    seen = re.search(r'name="terms_seen" value="([^"]+)"', html)[1]
    response = send(client, order, form_data(1, terms_seen=seen))
    assert "We can only sell to who accepts these." in text_of(response)
    send(client, order, form_data(1, terms_seen=seen, terms="on"))
    assert (order.conduct, order.refund_terms) == (conduct, refund)


def test_terms_that_changed_meanwhile_are_shown_again(client, conference, full):
    old = reg.terms(conference)
    order = reserve(client, conference)
    reg.terms(conference, text="Be very kind.")
    response = send(client, order, form_data(1, terms_seen=str(old.pk), terms="on"))
    assert "The terms changed meanwhile." in text_of(response)
    html = response.content.decode()
    assert not re.search(r'name="terms"[^>]*checked', html)
    seen = re.search(r'name="terms_seen" value="([^"]+)"', html)[1]
    assert send(client, order, form_data(1, terms_seen=seen, terms="on")).status_code == 302
    assert order.conduct.number == 2


# --- time ------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_time_is_made_longer_once_and_nothing_typed_is_lost(client, conference, full):
    order = reserve(client, conference)
    Order.objects.update(expires_at=timezone.now() + dt.timedelta(minutes=2))
    typed = form_data(1, **{"ticket1-name": "Zoë", "buyer_email": ""})
    response = client.post(order_url(order, "extend"), typed)
    text = text_of(response)
    assert "Your places are kept until" in text
    assert 'value="Zoë"' in response.content.decode()
    assert "This field is required." not in text
    assert "30 minutes more" not in text
    order.refresh_from_db()
    assert (order.expires_at - timezone.now()).total_seconds() > 29 * 60
    assert "made longer once already" in text_of(client.post(order_url(order, "extend"), typed))


def test_script_gets_the_new_time(client, conference, full):
    order = reserve(client, conference)
    answer = client.post(order_url(order, "extend"), {}, headers={"Accept": "application/json"})
    assert answer.json()["seconds"] > 1700
    assert "Your places are kept until" in answer.json()["said"]


def test_too_late_to_extend_is_said(client, conference, full):
    order = reserve(client, conference)
    run_out(order)
    response = client.post(order_url(order, "extend"), form_data(1))
    assert "The time was over already." in text_of(response)
    assert 'value="Attendee 1"' in response.content.decode()


@pytest.mark.parametrize("freed", [False, True])
def test_expired_reservation_takes_its_places_again(client, conference, full, quota, freed):
    order = reserve(client, conference, promo="")
    run_out(order)
    if freed:
        actions.expire_orders()
    page = client.get(order_url(order))
    assert "The time was over at" in text_of(page)
    assert client.get(order.get_absolute_url()).url == order_url(order)
    assert send(client, order, form_data(1)).url == order.get_absolute_url()
    assert order.status == Order.Status.PENDING
    assert Quota.objects.get(pk=quota.pk).taken == 1
    assert "Waiting for your payment" in text_of(client.get(order.get_absolute_url()))


def test_expired_and_gone_is_said_and_nothing_typed_is_lost(client, conference, full, quota):
    order = reserve(client, conference)
    run_out(order)
    actions.expire_orders()
    Quota.objects.filter(pk=quota.pk).update(taken=100)
    response = send(client, order, form_data(1) | {"ticket1-organization": "Kept"})
    assert "Full access: sold out." in text_of(response)
    assert 'value="Kept"' in response.content.decode()
    assert order.status == Order.Status.EXPIRED
    Quota.objects.filter(pk=quota.pk).update(taken=99)
    assert send(client, order, form_data(1)).status_code == 302


def test_expired_with_an_extra_that_is_gone_can_choose_another(client, conference, full):
    one = reg.quota(conference, size=1)
    small = reg.add_on(conference, choice="T-shirt", name="S", quotas=[one])
    large = reg.add_on(conference, choice="T-shirt", name="L")
    name = f"ticket1-{field_of(small)}"
    order = buy(client, conference, **{name: small.pk})
    run_out(order)
    actions.expire_orders()
    Quota.objects.filter(pk=one.pk).update(taken=1)
    response = send(client, order, form_data(1) | {name: small.pk})
    assert "T-shirt S is sold out now." in text_of(response)
    assert send(client, order, form_data(1) | {name: large.pk}).status_code == 302
    assert [x.add_on for x in order.lines.exclude(add_on=None)] == [large]


def test_expired_code_that_was_used_up_meanwhile_is_said(client, conference, full):
    promo = reg.promo_code(conference, code="ONE", max_uses=1)
    order = reserve(client, conference, promo="ONE")
    run_out(order)
    actions.expire_orders()
    PromoCode.objects.filter(pk=promo.pk).update(uses=1)
    response = send(client, order, form_data(1))
    assert "The code ONE has been used up meanwhile." in text_of(response)
    assert order.status == Order.Status.EXPIRED


def test_places_given_back_are_free(client, conference, full, quota):
    promo = reg.promo_code(conference, code="ONE", max_uses=1)
    order = reserve(client, conference, promo="ONE")
    response = client.post(order_url(order, "drop"), form_data(1), follow=True)
    assert "The places are free again." in text_of(response)
    order.refresh_from_db()
    assert order.status == Order.Status.CANCELLED
    assert Quota.objects.get(pk=quota.pk).taken == 0
    assert PromoCode.objects.get(pk=promo.pk).uses == 0
    assert {line.status for line in order.lines.all()} == {OrderLine.Status.LAPSED}
    assert client.post(order_url(order, "drop")).status_code == 302
    later = client.get(order_url(order), follow=True)
    assert "These places were given back." in text_of(later)


def test_paid_order_is_not_dropped(client, conference, free):
    order = buy(client, conference, "free=1")
    client.post(order_url(order, "drop"))
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


def test_edition_closed_meanwhile_is_said(client, conference, full):
    order = reserve(client, conference)
    close(conference)
    response = send(client, order, form_data(1))
    assert "is closed and can only be read." in text_of(response)


def test_reservation_keeps_its_price(client, conference, full):
    order = reserve(client, conference)
    reg.ticket_price(full, amount=Decimal("120"), starts_at=timezone.now())
    assert "1 × Full access $90" in text_of(client.get(order_url(order)))
    send(client, order, form_data(1))
    assert order.total() == 90


@pytest.mark.parametrize("n", [1, 3])
def test_form_asks_the_database_the_same_for_any_number(
    client, conference, quota, django_assert_num_queries, n
):
    for number in range(n):
        one = reg.ticket_type(conference, code=f"t{number}", quotas=[quota])
        extra = reg.add_on(conference, quotas=[reg.quota(conference)])
        reg.question(conference, ticket_types=[one], add_ons=[extra])
        reg.terms(conference)
    order = reserve(client, conference, "&".join(f"t{number}=2" for number in range(n)))
    # edition, order, terms, lines, tickets, extras, quotas, questions, rules
    with django_assert_num_queries(9):
        client.get(order_url(order))
    assert TicketType.objects.count() == n


# --- what people are told ---------------------------------------------------------------------


def test_late_form_is_told_that_the_places_were_still_free(client, conference, full):
    order = reserve(client, conference)
    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    page = client.post(order_url(order), form_data(), follow=True)
    assert "Your time was over, but the places were still free." in text_of(page)


def test_errors_are_told_above_the_form_with_a_way_to_the_first(client, conference, full):
    order = reserve(client, conference, "full=2")
    page = client.post(order_url(order), form_data(2, **{"ticket2-name": "", "buyer_email": "x"}))
    assert "2 fields need another look. The first: Your e-mail address" in text_of(page)
    assert 'href="#id_buyer_email"' in page.content.decode()


def test_half_an_hour_more_is_added_to_what_is_left(client, conference, full):
    order = reserve(client, conference)
    client.post(order_url(order, "extend"))
    until = Order.objects.get(pk=order.pk).expires_at
    assert until == order.expires_at + dt.timedelta(minutes=30)


def test_order_that_waits_for_payment_counts_down_and_can_be_dropped(
    client, conference, full, quota, with_demo
):
    reg.promo_code(conference, code="HALF", value=50)
    order = reserve(client, conference, promo="HALF")
    client.post(order_url(order), form_data())
    page = client.get(order.get_absolute_url())
    assert "Code HALF: 50 % off" in text_of(page)
    assert "data-waits=" in page.content.decode()
    client.post(order_url(order, "drop"))
    order.refresh_from_db()
    quota.refresh_from_db()
    assert (order.status, quota.taken) == ("cancelled", 0)


def test_order_whose_payment_was_begun_is_not_dropped(client, conference, full, with_demo):
    order = reserve(client, conference)
    client.post(order_url(order), form_data())
    client.post(order_url(order, "pay"), {"provider": "demo"})
    assert "Drop these places" not in text_of(client.get(order.get_absolute_url()))
    client.post(order_url(order, "drop"))
    order.refresh_from_db()
    assert order.status == "pending"
