"""Speakers of confirmed talks get in: once a person, never at the cost of the talk."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cfp import actions
from cfp.models import Call, SpeakerTicket, Talk, TalkSpeaker
from registration.actions import cancel_comp, give_ticket, pass_on
from registration.actions.stock import held_places
from registration.models import CompAllowance, CompChoice, Quota, Ticket
from scale.models import OutgoingEmail, Role
from tests.factories import cfp
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
Status = Talk.Status


@pytest.fixture
def quota(conference):
    return reg.quota(conference, size=10)


@pytest.fixture
def guest(conference, quota):
    return reg.ticket_type(conference, code="guest", name="Guests", price=None, quotas=[quota])


@pytest.fixture
def giving(conference, guest):
    """The edition's call, which gives speakers tickets."""
    return cfp.call(conference, speaker_ticket=guest, tickets_a_talk=2)


def accepted(conference, **fields):
    return cfp.talk(conference, status=Status.ACCEPTED, **fields)


def confirmed(conference, **fields):
    return actions.confirm_talk(accepted(conference, **fields), may_record=True)


def person(n):
    return cfp.speaker(name=f"Person {n}", email=f"p{n}@example.org")


def missing(conference):
    rows = SpeakerTicket.objects.missing(conference).order_by("pk")
    return [link.speaker.name for link in rows.select_related("speaker")]


def left(conference):
    return [row.speaker.name for row in SpeakerTicket.objects.without_talk(conference)]


def test_a_yes_gives_each_speaker_with_an_address_a_ticket(conference, giving, guest, quota):
    silent = cfp.speaker(name="No address")
    talk = confirmed(conference, title="Cheese", speakers=[person(1), person(2), silent])
    assert [one.attendee_email for one in Ticket.objects.order_by("pk")] == [
        "p1@example.org",
        "p2@example.org",
    ]
    ticket = Ticket.objects.first()
    assert (ticket.ticket_type, ticket.why_free) == (guest, "Speaker: Cheese")
    assert [one.role for one in ticket.ribbons.all()] == ["speaker"]
    allowance = CompAllowance.objects.of_sources().get()
    assert (allowance.source, allowance.given, allowance.size) == (f"talk:{talk.pk}", 2, 2)
    assert OutgoingEmail.objects.filter(kind="ticket given").count() == 2
    assert missing(conference) == []
    quota.refresh_from_db()
    assert quota.taken == held_places(quota) == 2


def test_a_claimed_profile_gets_it_at_the_accounts_address(conference, giving):
    user = make.user()
    cfp.talk_of(user, conference, status=Status.ACCEPTED)
    actions.confirm_talk(Talk.objects.get(), may_record=True)
    ticket = Ticket.objects.get()
    assert (ticket.user, ticket.attendee_email) == (user, user.email)


def test_a_long_title_fits_the_reason(conference, giving):
    confirmed(conference, title="T" * 250)
    assert len(Ticket.objects.get().why_free) == 120


def test_a_call_that_names_no_ticket_gives_none(conference):
    cfp.call(conference)
    confirmed(conference)
    assert not Ticket.objects.exists()
    assert missing(conference) == []


def test_without_any_call_none_is_given(conference):
    confirmed(conference)
    assert (Ticket.objects.count(), missing(conference)) == (0, [])


def test_a_tracks_own_call_goes_before_the_editions(conference, giving, guest):
    partner, generous = cfp.track(conference), cfp.track(conference)
    cfp.call(conference, track=partner)
    cfp.call(conference, track=generous, speaker_ticket=guest)
    for track in (partner, generous, None):
        confirmed(conference, track=track)
    assert set(Ticket.objects.values_list("why_free", flat=True)) == {
        f"Speaker: {talk}" for talk in Talk.objects.exclude(track=partner)
    }
    assert missing(conference) == []
    Call.objects.filter(track=None).update(speaker_ticket=None)
    SpeakerTicket.objects.all().delete()
    assert missing(conference) == [
        link.speaker.name for link in TalkSpeaker.objects.filter(talk__track=generous)
    ]


def test_two_talks_of_one_person_are_one_ticket_and_one_ribbon(conference, giving):
    ana = person(1)
    confirmed(conference, speakers=[ana])
    ana.email = "moved@example.org"
    ana.save()
    confirmed(conference, speakers=[ana])
    assert Ticket.objects.get().ribbons.count() == 1
    assert CompAllowance.objects.of_sources().get().given == 1


def test_saying_yes_twice_changes_nothing(conference, giving):
    talk = confirmed(conference)
    actions.confirm_talk(talk, may_record=True)
    assert (Ticket.objects.count(), OutgoingEmail.objects.count()) == (1, 1)


def test_a_co_speaker_who_joins_later_gets_one_too(conference, giving):
    ana, bo = person(1), person(2)
    talk = confirmed(conference, speakers=[ana])
    actions.set_speakers(talk, [ana, bo])
    actions.set_speakers(talk, [bo, ana])
    assert set(Ticket.objects.values_list("attendee_name", flat=True)) == {"Person 1", "Person 2"}


def test_a_co_speaker_of_a_talk_not_confirmed_gets_none(conference, giving):
    talk = accepted(conference)
    actions.set_speakers(talk, [person(1)])
    assert not Ticket.objects.exists()


def test_a_yes_by_telephone_counts_as_much(conference, giving):
    talk = accepted(conference)
    actions.put_back(talk, Status.CONFIRMED, by=make.user())
    assert Ticket.objects.get().ribbons.get().by is not None


def test_who_bought_a_ticket_is_asked_what_becomes_of_it(conference, giving):
    full = reg.ticket_type(conference)
    bought = reg.bought_ticket(conference, full, name="Person 1", email="p1@example.org")
    confirmed(conference, speakers=[person(1)])
    assert CompChoice.objects.get().ticket == bought
    assert Ticket.objects.get().ribbons.get().role == "speaker"


# --- what stands against a ticket never stands against the talk --------------------------------


def test_sold_out_confirms_the_talk_and_leaves_the_speaker_on_the_list(conference, giving, quota):
    Quota.objects.update(size=1)
    talk = confirmed(conference, speakers=[person(1), person(2)])
    talk.refresh_from_db()
    assert (talk.status, missing(conference)) == (Status.CONFIRMED, ["Person 2"])
    quota.refresh_from_db()
    assert quota.taken == held_places(quota) == 1
    assert CompAllowance.objects.of_sources().get().given == 1


def test_a_talk_gives_as_many_as_it_may(conference, giving):
    confirmed(conference, speakers=[person(1), person(2), person(3)])
    assert (Ticket.objects.count(), missing(conference)) == (2, ["Person 3"])


def test_trying_again_gives_what_was_missing(conference, giving):
    talk = confirmed(conference, title="Cheese", speakers=[person(1), person(2), person(3)])
    says = (0, ["Person 3, “Cheese”: All 2 free tickets are given already."])
    assert actions.give_missing(conference, by=make.user()) == says
    Call.objects.update(tickets_a_talk=3)
    assert actions.give_missing(conference, by=make.user()) == (1, [])
    assert (Ticket.objects.count(), missing(conference)) == (3, [])
    actions.cancel_talk(talk, by=make.user(), reason="Ill")
    assert actions.give_missing(conference, by=make.user()) == (0, [])


def test_a_setting_made_late_serves_those_who_said_yes_before(conference, guest):
    call = cfp.call(conference)
    confirmed(conference)
    call.speaker_ticket = guest
    call.save()
    assert len(missing(conference)) == 1
    assert actions.give_missing(conference, by=make.user()) == (1, [])


def test_trying_again_does_not_undo_what_staff_took_back(conference, giving):
    talk = confirmed(conference, speakers=[person(1)])
    cancel_comp(Ticket.objects.get(), by=None, why="Does not want one")
    assert missing(conference) == []
    actions.set_speakers(talk, [*(link.speaker for link in talk.talk_speakers.all()), person(2)])
    assert Ticket.objects.live().get().attendee_name == "Person 2"


# --- who speaks no more ------------------------------------------------------------------------


def test_who_has_no_talk_any_more_keeps_the_ticket_and_is_listed(conference, giving):
    ana = person(1)
    first, second = (confirmed(conference, speakers=[ana]) for _ in range(2))
    actions.withdraw_talk(first)
    assert left(conference) == []
    actions.cancel_talk(second, by=make.user(), reason="Ill")
    assert (left(conference), Ticket.objects.live().count()) == (["Person 1"], 1)
    cancel_comp(Ticket.objects.get(), by=None, why="Speaks no more")
    assert left(conference) == []
    actions.put_back(second, Status.CONFIRMED, by=make.user())
    assert (left(conference), Ticket.objects.live().count()) == ([], 1)
    assert SpeakerTicket.objects.get().ticket == Ticket.objects.live().get()


def test_what_was_not_given_for_a_talk_is_not_asked_back(conference, giving, guest):
    give_ticket(
        conference, guest, name="Person 1", email="p1@example.org", role="press", why="Writes"
    )
    talk = confirmed(conference, speakers=[person(1)])
    assert set(Ticket.objects.get().ribbons.values_list("role", flat=True)) == {"press", "speaker"}
    actions.withdraw_talk(talk)
    assert left(conference) == []


def test_a_ticket_passed_on_is_not_the_speakers_any_more(conference, giving):
    talk = confirmed(conference, speakers=[person(1)])
    pass_on(Ticket.objects.get(), name="Bo", email="bo@example.org", by_staff=True)
    actions.withdraw_talk(talk)
    assert left(conference) == []
    actions.put_back(talk, Status.CONFIRMED, by=make.user())
    assert Ticket.objects.count() == 2


def test_other_editions_count_by_themselves(conference, giving):
    ana = person(1)
    confirmed(conference, speakers=[ana])
    elsewhere = make.conference()
    cfp.call(elsewhere, speaker_ticket=reg.ticket_type(elsewhere, price=None))
    confirmed(elsewhere, speakers=[ana])
    assert {one.conference for one in Ticket.objects.all()} == {conference, elsewhere}


def test_the_database_keeps_one_ticket_a_speaker_and_edition(conference, giving):
    confirmed(conference)
    row = SpeakerTicket.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        SpeakerTicket.objects.create(conference=conference, speaker=row.speaker, ticket=row.ticket)


# --- the page ----------------------------------------------------------------------------------


def page(conference, name="speaker-tickets"):
    return reverse(f"cfp:{name}", args=[conference.slug])


def words(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("role", [Role.PROGRAM, Role.REGISTRATION])
def test_page_shows_who_lacks_one_and_gives_it(as_role, conference, giving, role):
    client = as_role(role)
    confirmed(conference, speakers=[person(1), person(2), person(3)])
    text = words(client.get(page(conference)))
    assert "each speaker of a confirmed talk gets “Guests”, at most 2 a talk" in text
    assert "Person 3" in text
    assert "Person 1" not in text
    text = words(client.post(page(conference, "give-missing"), follow=True))
    assert "All 2 free tickets are given already." in text
    Call.objects.update(tickets_a_talk=3)
    text = words(client.post(page(conference, "give-missing"), follow=True))
    assert "Tickets given: 1." in text
    assert "Nothing to do" in text


@pytest.mark.parametrize(("role", "link"), [(Role.REGISTRATION, True), (Role.PROGRAM, False)])
def test_page_leads_registration_to_taking_back(as_role, conference, giving, role, link):
    talk = confirmed(conference, title="Cheese", speakers=[person(1)])
    actions.withdraw_talk(talk)
    text = words(as_role(role).get(page(conference)))
    assert "Speaker: Cheese" in text
    back = reverse("registration:take-back", args=[conference.slug, Ticket.objects.get().code])
    assert (f'href="{back}"' in text) == link
    assert ("Registration can take a ticket back." in text) != link


def test_page_says_when_speakers_get_none(as_role, conference):
    client = as_role(Role.PROGRAM)
    assert "There is no call yet" in words(client.get(page(conference)))
    cfp.call(conference)
    assert "speakers get no ticket." in words(client.get(page(conference)))


def test_closed_edition_gives_nothing(as_role, conference, giving):
    confirmed(conference, speakers=[person(1), person(2), person(3)])
    client = as_role(Role.PROGRAM)
    type(conference).objects.update(closed_at="2027-04-01T00:00Z")
    Call.objects.update(tickets_a_talk=9)
    assert "Give them" not in words(client.get(page(conference)))
    text = words(client.post(page(conference, "give-missing"), follow=True))
    assert "is closed and can only be read" in text
    assert Ticket.objects.count() == 2


def test_page_costs_the_same_with_more_people(
    as_role, conference, giving, quota, django_assert_num_queries
):
    client = as_role(Role.REGISTRATION)

    def add(n):
        ticket_type = reg.ticket_type(conference, price=None, quotas=[quota])
        cfp.call(conference, track=cfp.track(conference), speaker_ticket=ticket_type)
        confirmed(conference, speakers=[person(n), person(n + 1), person(n + 2)])
        actions.withdraw_talk(confirmed(conference, speakers=[person(n + 3)]))

    add(10)
    client.get(page(conference))
    with django_assert_num_queries(12):
        client.get(page(conference))
    add(20)
    with django_assert_num_queries(12):
        client.get(page(conference))


def test_staff_home_tells_only_when_something_is_left_to_do(as_role, conference, giving):
    client = as_role(Role.PROGRAM)
    home = reverse("pages:staff-home", args=[conference.slug])
    confirmed(conference, speakers=[person(1), person(2)])
    assert "Speakers’ tickets" not in words(client.get(home))
    confirmed(conference, speakers=[person(3), person(4), person(5)])
    actions.withdraw_talk(confirmed(conference, speakers=[person(6)]))
    text = words(client.get(home))
    assert "speakers have no ticket yet; tickets of people without a talk: 1" in text
    assert f'href="{page(conference)}"' in text


# --- the admin ---------------------------------------------------------------------------------


@pytest.fixture
def program(as_role):
    return as_role(Role.PROGRAM)


def talk_form(conference, *, speakers, talk=None, **fields):
    sent = {
        "conference": conference.pk,
        "title": "Invited",
        "status": "confirmed",
        "minutes": 45,
        "level": "anyone",
        "language": "English",
        "talk_speakers-TOTAL_FORMS": len(speakers),
        "talk_speakers-INITIAL_FORMS": 0,
    }
    for n, one in enumerate(speakers):
        sent |= {f"talk_speakers-{n}-speaker": one.pk, f"talk_speakers-{n}-position": n}
    return sent | fields


def test_an_invited_talk_that_comes_in_confirmed_gives_tickets(program, conference, giving):
    url = reverse("admin:cfp_talk_add")
    people = [person(1), person(2), person(3)]
    answer = program.post(url, talk_form(conference, speakers=people), follow=True)
    assert Talk.objects.get().status == Status.CONFIRMED
    assert Ticket.objects.count() == 2
    assert "No ticket yet for Person 3, “Invited”" in words(answer)


def test_a_speaker_added_in_the_admin_gets_one(program, conference, giving):
    talk = confirmed(conference, speakers=[])
    url = reverse("admin:cfp_talk_change", args=[talk.pk])
    program.post(url, talk_form(conference, speakers=[person(1)]))
    assert Ticket.objects.get().attendee_name == "Person 1"


def test_admin_of_the_call_offers_the_types_of_its_edition(program, conference, giving, guest):
    elsewhere = reg.ticket_type(make.conference(), name="Elsewhere")
    text = words(program.get(reverse("admin:cfp_call_change", args=[giving.pk])))
    assert f"Guests · {conference}" in text
    assert "Elsewhere" not in text
    form = {
        "conference": conference.pk,
        "opens_at_0": "2027-01-01",
        "opens_at_1": "09:00",
        "closes_at_0": "2027-02-01",
        "closes_at_1": "09:00",
        "tickets_a_talk": 4,
    }
    url = reverse("admin:cfp_call_add")
    assert f"Guests · {conference}" in words(program.get(url))
    answer = program.post(url, form | {"speaker_ticket": elsewhere.pk})
    assert "Select a valid choice" in words(answer)
    answer = program.post(url, form | {"speaker_ticket": guest.pk, "tickets_a_talk": 0})
    assert "greater than or equal to 1" in words(answer)
    assert program.post(url, form | {"speaker_ticket": guest.pk}).status_code == 302


def test_admin_of_the_call_refuses_a_type_of_another_own_edition(program, conference, guest):
    other = make.conference()
    make.staff_role(program.user, other, Role.PROGRAM)
    stranger = reg.ticket_type(other)
    call = cfp.call(conference)
    form = {
        "conference": conference.pk,
        "opens_at_0": "2027-01-01",
        "opens_at_1": "09:00",
        "closes_at_0": "2027-02-01",
        "closes_at_1": "09:00",
        "tickets_a_talk": 4,
        "speaker_ticket": stranger.pk,
    }
    answer = program.post(reverse("admin:cfp_call_change", args=[call.pk]), form)
    assert "This ticket type belongs to another edition." in words(answer)
