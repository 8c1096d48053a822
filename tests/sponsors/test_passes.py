"""Free passes of a signed deal: as many as its package has, one badge a person."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from registration.actions import cancel_comp
from registration.models import CompAllowance, CompChoice, Quota, Ticket
from scale import editions
from scale.models import OutgoingEmail, Role
from sponsors.models import Deliverable, PackageBenefit
from tests.factories import registration as reg
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def guest(conference):
    quota = reg.quota(conference, size=10)
    return reg.ticket_type(conference, code="guest", name="Guests", price=None, quotas=[quota])


@pytest.fixture
def deal(conference, guest):
    """Signed, with two passes."""
    package = sell.package(conference=conference, name="Gold", passes=2, pass_type=guest)
    row = sell.organization(name="Harbor DB")
    return sell.sponsorship(package=package, organization=row, status="signed")


@pytest.fixture
def client(as_role):
    return as_role(Role.SPONSORSHIP)


def at(deal, name="give-pass"):
    pk = deal.organization_id if name == "organization" else deal.pk
    return reverse(f"sponsors:{name}", args=[deal.conference.slug, pk])


def give(client, deal, n=1, **fields):
    data = {"name": f"Person {n}", "email": f"p{n}@example.org", "role": "exhibitor"} | fields
    return client.post(at(deal), data, follow=True)


def words(answer):
    return " ".join(answer.content.decode().split())


def errors(answer):
    return {name: list(found) for name, found in answer.context["form"].errors.items()}


def test_a_signed_deal_gives_its_passes(client, deal, guest):
    page = words(client.get(at(deal, "organization")))
    assert '<span class="num">0 of 2</span> passes given' in page
    page = words(give(client, deal))
    assert "Person 1 has a pass; it is on its way by mail." in page
    assert '<span class="num">1 of 2</span> passes given' in page
    ticket = Ticket.objects.get()
    assert (ticket.ticket_type, ticket.why_free) == (guest, "Pass of Harbor DB")
    ribbon = ticket.ribbons.get()
    assert (ribbon.role, ribbon.by) == ("exhibitor", client.user)
    assert CompAllowance.objects.get(source=f"sponsorship:{deal.pk}:{guest.pk}").size == 2
    assert OutgoingEmail.objects.get().to_address == "p1@example.org"


def test_the_same_form_again_gives_nothing_more(client, deal, guest):
    for _ in range(2):
        give(client, deal)
    assert (
        Ticket.objects.count(),
        CompAllowance.objects.get(source=deal.source_of(guest.pk)).given,
    ) == (1, 1)


def test_used_up_is_said_beside_the_name_and_keeps_what_was_typed(client, deal):
    for n in (1, 2):
        give(client, deal, n)
    answer = give(client, deal, 3)
    assert errors(answer) == {"name": ["All 2 passes are given already."]}
    assert 'value="p3@example.org"' in words(answer)
    assert Ticket.objects.count() == 2


def test_sold_out_is_said_beside_the_name(client, deal):
    Quota.objects.update(size=0)
    answer = give(client, deal)
    assert errors(answer) == {"name": ["“Guests” is sold out: registration can help."]}
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("name", " "), ("email", "no"), ("email", ""), ("role", "speaker")]
)
def test_what_is_wrong_is_said_beside_its_field(client, deal, field, value):
    assert list(errors(give(client, deal, **{field: value}))) == [field]
    assert not Ticket.objects.exists()


def test_who_holds_a_ticket_gets_the_ribbon_and_uses_no_pass(client, deal, guest):
    reg.ticket(guest, attendee_name="Person 1", attendee_email="p1@example.org")
    page = words(give(client, deal))
    assert "Person 1 holds a ticket already: a ribbon is on it, no pass used." in page
    assert '<span class="num">0 of 2</span>' in page
    assert Ticket.objects.get().ribbons.get().role == "exhibitor"


def test_who_bought_one_uses_a_pass_until_they_decide(client, deal):
    full = reg.ticket_type(deal.conference)
    reg.bought_ticket(deal.conference, full, name="Person 1", email="p1@example.org")
    assert "Person 1 has a pass" in words(give(client, deal))
    assert CompChoice.objects.get().role == "exhibitor"


@pytest.mark.parametrize("status", ["contract", "lost"])
def test_only_a_signed_deal_gives_passes(client, deal, status):
    type(deal).objects.filter(pk=deal.pk).update(
        status=status, signed_at=None, lost_why="price" if status == "lost" else ""
    )
    assert "Give a pass" not in words(client.get(at(deal, "organization")))
    assert "Passes are given when the deal is signed." in words(give(client, deal))
    assert not Ticket.objects.exists()


def test_a_package_without_passes_offers_none(client, deal):
    Deliverable.objects.all().delete()
    assert "passes given" not in words(client.get(at(deal, "organization")))
    assert "Gold has no free passes." in words(give(client, deal))


def test_a_closed_edition_gives_none(client, deal):
    type(deal.conference).objects.update(closed_at="2027-04-01T00:00Z")
    assert "is closed and can only be read" in words(give(client, deal))
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("role", [Role.COMMUNITY, Role.PRESS, Role.REGISTRATION])
def test_others_give_no_pass(as_role, deal, role):
    assert give(as_role(role), deal).status_code == 403


def test_community_sees_who_has_one_and_press_does_not(client, as_role, deal):
    give(client, deal)
    page = words(as_role(Role.COMMUNITY).get(at(deal, "organization")))
    assert "1 of 2" in page
    assert "Give a pass" not in page
    page = words(as_role(Role.PRESS).get(at(deal, "organization")))
    assert "p1@example.org" not in page


def test_a_lost_deal_says_which_passes_are_out(client, as_role, deal):
    give(client, deal)
    client.post(at(deal, "lost"), {"lost_why": "price"})
    page = words(client.get(at(deal, "organization")))
    assert "A pass is out although the deal is lost" in page
    assert "Person 1" in page
    both = as_role(Role.SPONSORSHIP, Role.REGISTRATION)
    ticket = Ticket.objects.get()
    link = reverse("registration:staff-ticket", args=[deal.conference.slug, ticket.code])
    assert link in words(both.get(at(deal, "organization")))
    assert link not in page
    again = sell.sponsorship(organization=deal.organization, package=deal.package)
    page = words(client.get(at(again, "organization")))
    assert "A pass is out although the deal is lost" in page
    cancel_comp(ticket, by=None, why="The deal is lost")
    assert "p1@example.org" not in words(client.get(at(deal, "organization")))


@pytest.mark.parametrize("much", [1, 3])
def test_page_asks_the_same_however_many_passes(
    client, deal, guest, django_assert_num_queries, much
):
    Deliverable.objects.update(quantity=9)
    for n in range(much):
        give(client, deal, n)
    client.get(at(deal, "organization"))
    with django_assert_num_queries(12):
        client.get(at(deal, "organization"))


# --- set-up ------------------------------------------------------------------------------------


def test_the_database_wants_a_ticket_for_passes(conference, guest):
    with pytest.raises(IntegrityError), transaction.atomic():
        sell.benefit(conference, kind="passes")
    with pytest.raises(IntegrityError), transaction.atomic():
        sell.benefit(conference, kind="logo", pass_type=guest)


def test_next_editions_passes_are_its_own_tickets(deal, guest):
    new = editions.create_next(
        deal.conference, slug="next", name="SCALE next", starts_on=deal.conference.starts_on
    )
    copied = PackageBenefit.objects.select_related("benefit__pass_type").get(
        package=new.packages.get()
    )
    assert copied.quantity == 2
    assert copied.benefit.pass_type == new.ticket_types.get(code="guest") != guest
