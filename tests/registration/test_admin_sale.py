"""Setting up the sale in the admin: it says what is wrong beside the field."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registration.models import (
    AddOn,
    CompAllowance,
    GroupCode,
    PromoCode,
    Question,
    SaleRules,
    Terms,
    WaitlistEntry,
)
from scale.editions import close
from scale.models import AuditEntry, Role
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = pytest.mark.django_db
TABLES = (
    *("addon", "promocode", "groupcode", "question", "salerules", "terms", "waitlistentry"),
    *("cashdrawer", "compallowance"),
)


def admin(model, page="changelist", *args):
    return reverse(f"admin:registration_{model}_{page}", args=args)


@pytest.fixture
def desk(as_role):
    return as_role(Role.REGISTRATION)


def errors(response):
    """Field → what is said beside it."""
    assert response.status_code == 200, response
    return {name: list(said) for name, said in response.context["adminform"].form.errors.items()}


def promo_form(conference, **changes):
    return {
        "conference": conference.pk,
        "code": "friends",
        "kind": "percent",
        "value": "40",
        "is_active": "on",
    } | changes


def add_on_form(conference, **changes):
    return {
        "conference": conference.pk,
        "kind": "shirt",
        "choice": "T-shirt",
        "name": "Size M",
        "price": "20",
        "position": 0,
        "is_discountable": "on",
    } | changes


def question_form(conference, **changes):
    return {"conference": conference.pk, "text": "Food?", "kind": "text", "position": 0} | changes


def rules_form(conference, **changes):
    asked = dict.fromkeys(
        ("ask_title", "ask_organization", "ask_pronouns", "ask_postcode"), "optional"
    )
    return asked | {"conference": conference.pk, "invoice_days": 14} | changes


@pytest.mark.parametrize("model", TABLES)
def test_tables_are_for_registration_and_readable_for_finance(as_role, conference, model):
    assert as_role(Role.REGISTRATION).get(admin(model)).status_code == 200
    assert as_role(Role.FINANCE).get(admin(model)).status_code == 200
    assert as_role(Role.FINANCE).get(admin(model, "add")).status_code == 403
    assert as_role(Role.DOOR).get(admin(model)).status_code == 403


def rows_of_everything(conference):
    n = next(reg.number)
    one = reg.ticket_type(conference)
    order = reg.order(conference, types=[one])
    order.tickets.update(attendee_name="")
    reg.add_on(conference)
    reg.promo_code(conference)
    GroupCode.objects.create(conference=conference, order=order, code=f"G{n}", name="Harbor")
    reg.question(conference)
    Terms.objects.create(conference=conference, kind="conduct", text="Be kind.")
    WaitlistEntry.objects.create(conference=conference, ticket_type=one, name="A", email=f"{n}@b.c")
    reg.drawer(conference)
    CompAllowance.objects.create(conference=conference, source=f"s{n}", size=2)


@pytest.mark.parametrize("model", TABLES)
def test_lists_ask_the_database_the_same_for_any_number(desk, conference, model):
    def statements():
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(admin(model)).status_code == 200
        return len(asked)

    rows_of_everything(conference)
    reg.sale_rules(conference)
    one = statements()
    for _ in range(2):
        rows_of_everything(conference)
    assert statements() == one


@pytest.mark.parametrize("model", TABLES)
def test_rows_of_other_editions_are_not_there(desk, model):
    elsewhere = make.conference()
    rows_of_everything(elsewhere)
    reg.sale_rules(elsewhere)
    page = desk.get(admin(model))
    assert len(page.context["cl"].result_list) == 0


@pytest.mark.parametrize("model", ["waitlistentry", "cashdrawer", "compallowance"])
def test_what_people_and_desks_did_is_only_read(desk, conference, model):
    rows_of_everything(conference)
    page = desk.get(admin(model))
    row = page.context["cl"].result_list[0]
    assert desk.get(admin(model, "change", row.pk)).status_code == 200
    assert desk.post(admin(model, "change", row.pk), {}).status_code == 403
    assert desk.get(admin(model, "add")).status_code == 403


# --- extras ----------------------------------------------------------------------------------


def test_extra_is_made_with_its_pieces(desk, conference, quota, full):
    data = add_on_form(conference, quotas=[quota.pk], ticket_types=[full.pk])
    assert desk.post(admin("addon", "add"), data).status_code == 302
    made = AddOn.objects.get()
    assert (str(made), made.price, made.left()) == ("T-shirt Size M", Decimal("20.00"), 100)


def test_quota_named_later_counts_what_is_sold(desk, conference, full):
    shirt = reg.add_on(conference)
    reg.add_extra(reg.order(conference, types=[full]).tickets.get(), shirt)
    later = reg.quota(conference, size=3)
    data = add_on_form(conference, quotas=[later.pk])
    assert desk.post(admin("addon", "change", shirt.pk), data).status_code == 302
    later.refresh_from_db()
    assert later.taken == 1


def test_quota_too_small_or_of_another_edition_is_refused(desk, conference, full):
    elsewhere = make.conference()
    make.staff_role(desk.user, elsewhere, Role.REGISTRATION)
    other, small = reg.quota(elsewhere, name="Elsewhere"), reg.quota(conference, size=0, name="No")
    shirt = reg.add_on(conference)
    reg.add_extra(reg.order(conference, types=[full]).tickets.get(), shirt)
    path = admin("addon", "change", shirt.pk)
    said = errors(desk.post(path, add_on_form(conference, quotas=[other.pk])))
    assert said == {"quotas": ["“Elsewhere” belongs to another edition."]}
    said = errors(desk.post(path, add_on_form(conference, quotas=[small.pk])))
    assert "1 of these are sold already" in said["quotas"][0]


def test_sale_of_an_extra_that_ends_before_it_begins_is_refused(desk, conference):
    dates = {
        "on_sale_from_0": "2027-01-02",
        "on_sale_from_1": "10:00",
        "on_sale_until_0": "2027-01-01",
        "on_sale_until_1": "10:00",
    }
    said = errors(desk.post(admin("addon", "add"), add_on_form(conference, **dates)))
    assert said == {"on_sale_until": ["The sale would end before it begins."]}


# --- types and prices ------------------------------------------------------------------------


def type_form(conference, **changes):
    return {
        "conference": conference.pk,
        "name": "Full",
        "code": "full",
        "position": 0,
        "prices-TOTAL_FORMS": 2,
        "prices-INITIAL_FORMS": 0,
        "prices-0-amount": "90",
        "prices-1-amount": "120",
        "prices-1-starts_at_0": "2027-01-01",
        "prices-1-starts_at_1": "00:00",
    } | changes


def test_two_prices_that_begin_at_once_are_refused_beside_the_second(desk, conference):
    same = {"prices-1-starts_at_0": "", "prices-1-starts_at_1": ""}
    page = desk.post(admin("tickettype", "add"), type_form(conference, **same))
    [inline] = page.context["inline_admin_formsets"]
    first, second = inline.formset.errors
    assert (first, second) == ({}, {"starts_at": ["Another price begins at the same time."]})
    assert desk.post(admin("tickettype", "add"), type_form(conference)).status_code == 302


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"code": "taken"}, "code", "“taken” is another type of"),
        ({"code": "Promo"}, "code", "The site itself uses “promo”"),
        (
            {"admits_from": "2027-03-05", "admits_until": "2027-03-04"},
            "admits_until",
            "The last day is before the first.",
        ),
        ({"name": "x" * 1000}, "name", "at most 80 characters"),
    ],
)
def test_a_type_that_cannot_be_is_told_beside_the_field(desk, conference, changes, field, words):
    reg.ticket_type(conference, code="taken")
    said = errors(desk.post(admin("tickettype", "add"), type_form(conference, **changes)))
    assert words in said[field][0]


def test_only_quotas_of_the_edition_at_hand_are_offered(desk, conference, full, quota):
    elsewhere = make.conference(starts_on=dt.date(2028, 3, 2))
    make.staff_role(desk.user, elsewhere, Role.REGISTRATION)
    other = reg.quota(elsewhere, name="Elsewhere")

    def offered(path):
        form = desk.get(path).context["adminform"].form
        return set(form.fields["quotas"].queryset), form.initial.get("conference")

    new = admin("tickettype", "add")
    assert offered(f"{new}?conference={conference.pk}") == ({quota}, conference.pk)
    assert offered(new) == ({other}, elsewhere.pk)
    assert offered(f"{new}?conference={'9' * 40}")[0] == {other}
    assert offered(admin("tickettype", "change", full.pk))[0] == {quota}


# --- codes -----------------------------------------------------------------------------------


def test_promo_code_is_made_with_a_link_to_copy(desk, conference, settings):
    assert desk.post(admin("promocode", "add"), promo_form(conference)).status_code == 302
    promo = PromoCode.objects.get()
    page = desk.get(admin("promocode", "change", promo.pk)).content.decode()
    assert promo.code == "FRIENDS"
    assert f"{settings.SITE_URL}/{conference.slug}/tickets/?promo=FRIENDS" in page
    assert "40 % off" in desk.get(admin("promocode")).content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"value": "101"}, "value", "Percent goes from 0 to 100."),
        ({"value": "-1"}, "value", "greater than or equal to 0"),
        ({"code": "Taken-1"}, "code", "has the code TAKEN1 already"),
        ({"code": "💥"}, "code", "A code has letters or digits."),
        ({"max_uses": "-3"}, "max_uses", "greater than or equal to 0"),
        (
            {
                "starts_at_0": "2027-01-02",
                "starts_at_1": "10:00",
                "ends_at_0": "2027-01-02",
                "ends_at_1": "09:00",
            },
            "ends_at",
            "It would end before it begins.",
        ),
    ],
)
def test_a_promo_that_cannot_be_is_told_beside_the_field(desk, conference, changes, field, words):
    reg.promo_code(conference, code="TAKEN1")
    said = errors(desk.post(admin("promocode", "add"), promo_form(conference, **changes)))
    assert words in said[field][0]


def test_a_promo_for_a_type_of_another_edition_is_refused(desk, conference):
    elsewhere = make.conference()
    make.staff_role(desk.user, elsewhere, Role.REGISTRATION)
    other = reg.ticket_type(elsewhere, name="Other")
    data = promo_form(conference, ticket_types=[other.pk])
    said = errors(desk.post(admin("promocode", "add"), data))
    assert "“Other” belongs to another edition." in said["ticket_types"]


def test_the_same_code_in_another_edition_is_fine(desk, conference):
    reg.promo_code(make.conference(), code="FRIENDS")
    assert desk.post(admin("promocode", "add"), promo_form(conference)).status_code == 302


def test_uses_are_not_put_back_and_not_undercut(desk, conference):
    promo = reg.promo_code(conference, code="FRIENDS", uses=5)
    path = admin("promocode", "change", promo.pk)
    said = errors(desk.post(path, promo_form(conference, max_uses="4")))
    assert said == {"max_uses": ["5 tickets used it already."]}
    assert desk.post(path, promo_form(conference, max_uses="9", uses="0")).status_code == 302
    promo.refresh_from_db()
    assert (promo.uses, promo.max_uses) == (5, 9)


def group_form(conference, order, **changes):
    return {
        "conference": conference.pk,
        "name": "Harbor DB",
        "code": "harbor 24",
        "order": order.code.lower(),
        "is_active": "on",
    } | changes


@pytest.fixture
def places(conference, full):
    order = reg.order(conference, types=[full])
    order.tickets.update(attendee_name="")
    return order


def test_group_code_is_made_for_the_places_of_an_order(desk, conference, full, places):
    path = admin("groupcode", "add")
    assert desk.post(path, group_form(conference, places)).status_code == 302
    group = GroupCode.objects.get()
    assert (group.code, group.order) == ("HARBOR24", places)
    page = desk.get(admin("groupcode")).content.decode()
    assert "0 of 1" in page
    named = reg.order(conference, types=[full])
    said = errors(desk.post(path, group_form(conference, named, code="other")))
    assert said == {"order": [f"Every ticket of order {named.code} has a name already."]}
    said = errors(desk.post(path, group_form(conference, places)))
    assert said == {
        "code": ["HARBOR24 is another group’s code already."],
        "order": [f"Order {places.code} has a group code already."],
    }
    said = errors(
        desk.post(path, group_form(conference, places) | {"order": "NOSUCH", "code": "x"})
    )
    assert said == {"order": ["There is no order with this code."]}


def test_group_code_for_an_order_of_another_edition_is_refused(desk, conference, places):
    elsewhere = make.conference()
    make.staff_role(desk.user, elsewhere, Role.REGISTRATION)
    said = errors(desk.post(admin("groupcode", "add"), group_form(elsewhere, places)))
    assert said == {"order": ["This order belongs to another edition."]}


# --- questions, rules, terms -----------------------------------------------------------------


def test_question_with_one_choice_is_refused(desk, conference):
    path = admin("question", "add")
    said = errors(desk.post(path, question_form(conference, kind="choice", choices="Vegan\n\n")))
    assert said == {"choices": ["Name at least two, one a line."]}
    data = question_form(conference, kind="choice", choices="Vegan\nAnything")
    assert desk.post(path, data).status_code == 302
    assert Question.objects.get().options() == ["Vegan", "Anything"]


def test_rules_name_readers_by_address(desk, conference):
    reader = make.user(email="ada@example.org")
    make.staff_role(reader, conference, Role.DOOR)
    path = admin("salerules", "add")
    given = {"accessibility_readers": "ada@example.org\nnobody@example.org"}
    said = errors(desk.post(path, rules_form(conference, **given)))
    assert said == {"accessibility_readers": ["There is no account with nobody@example.org."]}
    make.user(email="outsider@example.org")
    given = {"accessibility_readers": "outsider@example.org"}
    said = errors(desk.post(path, rules_form(conference, **given)))
    assert said == {"accessibility_readers": [f"Not staff of {conference}: outsider@example.org."]}
    given = {"accessibility_readers": " ADA@example.org "}
    assert desk.post(path, rules_form(conference, **given)).status_code == 302
    rules = SaleRules.objects.get()
    assert rules.is_read_by(reader)
    assert "ada@example.org" in desk.get(admin("salerules", "change", rules.pk)).content.decode()
    said = errors(desk.post(path, rules_form(conference)))
    assert "already exists" in said["conference"][0]


def test_a_change_of_terms_is_a_new_version(desk, conference):
    path = admin("terms", "add")
    data = {"conference": conference.pk, "kind": "conduct", "text": "Be **kind**."}
    assert desk.post(path, data).status_code == 302
    first = Terms.objects.get()
    said = errors(desk.post(path, data))
    assert said == {"text": ["This is version 1, in force already."]}
    page = desk.get(f"{path}?conference={conference.pk}&kind=conduct")
    assert page.context["adminform"].form.initial["text"] == "Be **kind**."
    assert desk.post(path, data | {"text": "Be kinder."}).status_code == 302
    assert Terms.objects.in_force(conference)["conduct"].number == 2
    page = desk.get(admin("terms", "change", first.pk)).content.decode()
    assert "<strong>kind</strong>" in page
    assert 'name="_save"' not in page
    assert desk.post(admin("terms", "change", first.pk), data).status_code == 403
    assert desk.post(admin("terms", "delete", first.pk), {"post": "yes"}).status_code == 403


def test_closed_edition_takes_no_set_up(desk, conference):
    close(conference)
    for model, data in (
        ("promocode", promo_form(conference)),
        ("addon", add_on_form(conference)),
        ("question", question_form(conference)),
        ("salerules", rules_form(conference)),
    ):
        page = desk.post(admin(model, "add"), data)
        assert "Select a valid choice" in errors(page)["conference"][0]


# --- the page that leads through it ----------------------------------------------------------


def sale(conference):
    return reverse("registration:sale", args=[conference.slug])


def states(client, conference):
    return {step.label: step.state for step in client.get(sale(conference)).context["steps"]}


def test_page_of_an_empty_edition_says_what_is_to_be_done(desk, conference):
    assert states(desk, conference) == {
        **dict.fromkeys(("Places", "Ticket types", "Prices", "Rules", "Terms"), "todo"),
        **dict.fromkeys(("Extras", "Questions", "Codes"), "optional"),
        "The tickets page": "todo",
    }
    page = desk.get(sale(conference)).content.decode()
    assert f"{admin('quota', 'add')}?conference={conference.pk}" in page


def test_page_of_a_set_up_edition_has_nothing_left(desk, conference, full, quota):
    reg.sale_rules(conference, ask_accessibility=False)
    for kind in Terms.Kind:
        Terms.objects.create(conference=conference, kind=kind, text="…")
    reg.add_on(conference, quotas=[quota])
    reg.promo_code(conference)
    reg.question(conference)
    assert set(states(desk, conference).values()) == {"done"}
    assert "Everything is set up." in desk.get(sale(conference)).content.decode()


def test_page_names_what_is_missing(desk, conference, full):
    bare = reg.ticket_type(conference, name="Bare", price=None)
    reg.promo_code(conference, is_active=False)
    reg.sale_rules(conference)
    page = desk.get(sale(conference)).content.decode()
    for words in (
        "Sold without any limit: Bare.",
        "Without a price, so not for sale: Bare.",
        "Not in use is one of them",
        "nobody is named who sees them",
        admin("tickettype", "change", bare.pk),
    ):
        assert words in page


def test_page_asks_the_database_the_same_for_any_number(desk, conference, full):
    def statements():
        with CaptureQueriesContext(connection) as asked:
            desk.get(sale(conference))
        return len(asked)

    rows_of_everything(conference)
    one = statements()
    for _ in range(2):
        rows_of_everything(conference)
    assert statements() == one


# --- accessibility needs ---------------------------------------------------------------------


@pytest.fixture
def needs(conference, full):
    return reg.ticket(full, attendee_name="Zoë", accessibility_needs="A seat near the door")


def test_needs_are_seen_by_those_named_and_nobody_else(as_role, conference, needs):
    path = reverse("registration:needs", args=[conference.slug])
    named, chair = as_role(Role.DOOR), as_role(Role.CHAIR)
    assert named.get(path).status_code == 403
    reg.sale_rules(conference).accessibility_readers.add(named.user)
    page = named.get(path).content.decode()
    assert "A seat near the door" in page
    assert chair.get(path).status_code == 403
    admin_page = chair.get(admin("ticket", "change", needs.pk)).content.decode()
    assert "near the door" not in admin_page


def test_being_named_ends_with_the_role(as_role, conference, needs):
    outsider = as_role()
    reg.sale_rules(conference).accessibility_readers.add(outsider.user)
    path = reverse("registration:needs", args=[conference.slug])
    assert outsider.get(path).status_code == 403


def test_needs_page_says_when_there_is_nothing(as_role, conference):
    named = as_role(Role.DOOR)
    reg.sale_rules(conference).accessibility_readers.add(named.user)
    page = named.get(reverse("registration:needs", args=[conference.slug]))
    assert "Nobody has told us of anything so far." in page.content.decode()


def test_the_trail_never_quotes_what_is_secret(conference, needs):
    needs.accessibility_needs = "A seat near the window"
    needs.attendee_name = "Zoë Öz"
    needs.save()
    quoted = str(list(AuditEntry.objects.get_for_object(needs).values()))
    assert "Zoë Öz" in quoted
    for secret in ("near the", needs.nonce):
        assert secret not in quoted
