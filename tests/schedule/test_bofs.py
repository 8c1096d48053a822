"""Birds of a feather: one place, one claim, one click."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cfp.actions import cancel_talk
from cfp.models import Speaker, Talk
from registration import actions as shop
from registration.models import Ticket
from scale import privacy
from scale.editions import EditionClosed, close, erase_personal_data
from scale.models import Conference, OutgoingEmail, Role
from schedule import actions, arranging
from schedule.enclosures import of_placed
from schedule.models import OPEN_BOF, BofClaim, Kind, Plan, Release, Slot
from schedule.plans import State, working_plan
from tests.factories import scale as make_scale
from tests.factories import schedule as make

Status = BofClaim.Status


@pytest.fixture
def staff(conference):
    user = make_scale.user()
    make_scale.staff_role(user, conference, Role.PROGRAM)
    return user


def mails(kind):
    return list(OutgoingEmail.objects.filter(kind=kind).order_by("pk"))


def version(conference):
    return Conference.objects.get(pk=conference.pk).version


def open_at(conference):
    return list(Slot.objects.for_bofs(conference).open().values_list("uuid", flat=True))


# --- places --------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_places_are_opened_where_nothing_stands_as_one_release(conference, staff):
    whole = make.room(conference, name="GH")
    part, other = make.room(conference, name="G"), make.room(conference, name="Room 104")
    whole.parts.add(part)
    make.slot(conference, room=whole, title="Game night", starts_at=make.at(conference, 21))
    hours = [make.at(conference, hour) for hour in (20, 21)]
    times = [(at, at + dt.timedelta(hours=1)) for at in hours]
    before = conference.releases.count()
    release, left_out = actions.open_places(conference, [part, other], times, by=staff)
    found = Slot.objects.for_bofs(conference).order_by("starts_at", "room__name")
    assert [(one.where, one.starts_at, one.title) for one in found] == [
        ("G", hours[0], OPEN_BOF),
        ("Room 104", hours[0], OPEN_BOF),
        ("Room 104", hours[1], OPEN_BOF),
    ]
    assert left_out == [(part, hours[1])]
    assert (release.number, conference.releases.count()) == (before + 1, before + 1)


@pytest.mark.sqlite
def test_a_place_is_not_closed_while_somebody_asks_for_it(conference, staff):
    place = make.bof_place(conference)
    claim = make.bof_claim(place)
    with pytest.raises(actions.Refused):
        actions.close_place(conference, place.uuid, by=staff)
    actions.decline_claim(claim, by=staff, why="Sorry.")
    actions.close_place(conference, place.uuid, by=staff)
    assert not Slot.objects.filter(uuid=place.uuid).exists()
    with pytest.raises(actions.Refused):
        actions.close_place(conference, place.uuid, by=staff)


@pytest.mark.sqlite
def test_copying_an_open_place_makes_open_places(conference, staff):
    place = make.bof_place(conference)
    make.room(conference)
    state = State.of(working_plan(conference))
    line = next(line for line in state.lines if line.uuid == place.uuid)
    rooms = conference.rooms.exclude(pk=place.room_id).values_list("pk", flat=True)
    edits = arranging.copied(state, line, rooms)
    assert [edit.placement["kind"] for edit in edits] == [Kind.BOF]


# --- asking --------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_a_claim_holds_its_place_and_is_nothing_public_yet(conference):
    place, other = make.bof_place(conference), make.bof_place(conference)
    ticket = make.ticket(conference)
    before, releases = version(conference), Release.objects.count()
    claim = make.bof_claim(place, ticket, title="Homelabs")
    assert (claim.status, claim.slot_uuid, claim.talk) == (Status.ASKED, place.uuid, None)
    assert open_at(conference) == [other.uuid]
    assert version(conference) == before + 1  # the page of places is new at once
    assert (Release.objects.count(), Talk.objects.count()) == (releases, 0)


@pytest.mark.sqlite
def test_a_place_is_claimed_once_and_with_one_ticket_at_a_time(conference):
    place, other = make.bof_place(conference), make.bof_place(conference)
    claim = make.bof_claim(place)
    with pytest.raises(actions.PlaceTaken):
        make.bof_claim(place)
    with pytest.raises(actions.HasClaim):
        make.bof_claim(other, claim.ticket)
    actions.withdraw_claim(claim, by=None)
    assert make.bof_claim(place, claim.ticket).status == Status.ASKED


@pytest.mark.sqlite
def test_the_database_refuses_a_second_live_claim(conference):
    place, other = make.bof_place(conference), make.bof_place(conference)
    claim, ticket = make.bof_claim(place), make.ticket(conference)
    facts = {"conference": conference, "name": "X", "email": "x@example.org", "expected": 1}
    for taken in (
        {"slot_uuid": place.uuid, "ticket": ticket},
        {"slot_uuid": other.uuid, "ticket": claim.ticket},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            BofClaim.objects.create(**facts, **taken)
    for wrong in ({"status": "approved"}, {"status": "lost"}, {"expected": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BofClaim.objects.create(
                **{**facts, "slot_uuid": uuid.uuid4(), "ticket": ticket, **wrong}
            )
    BofClaim.objects.create(**facts, slot_uuid=place.uuid, ticket=ticket, status="withdrawn")


@pytest.mark.sqlite
def test_only_a_valid_ticket_and_a_place_to_come_will_do(conference):
    place = make.bof_place(conference)
    cancelled = make.ticket(conference, status=Ticket.Status.CANCELLED)
    with pytest.raises(actions.Refused, match="not valid"):
        make.bof_claim(place, cancelled)
    with pytest.raises(actions.PlaceTaken):
        make.bof_claim(make.slot(conference))  # a talk is no place
    over = make.bof_place(conference, starts_at=timezone.now() - dt.timedelta(minutes=1))
    with pytest.raises(actions.PlaceTaken, match="too late"):
        make.bof_claim(over)
    ticket = make.ticket(conference)
    close(conference)
    with pytest.raises(EditionClosed):
        make.bof_claim(place, ticket)
    assert BofClaim.objects.count() == 0


@pytest.mark.sqlite
def test_who_hosts_a_bof_keeps_the_ticket(conference):
    claim = make.bof_claim(make.bof_place(conference))
    with pytest.raises(shop.CannotPassOn, match="You host a BoF"):
        shop.pass_on(claim.ticket, name="Somebody Else", email="else@example.org")
    actions.withdraw_claim(claim, by=None)
    shop.pass_on(claim.ticket, name="Somebody Else", email="else@example.org")


# --- approving -----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_approving_makes_a_talk_and_publishes_it_alone(conference, staff):
    place, planned = make.bof_place(conference), make.slot(conference)
    make.move(planned, starts_at=make.at(conference, 9))
    claim = make.bof_claim(place, title="Homelabs", expected=30)
    release = actions.approve_claim(claim, by=staff)
    claim.refresh_from_db()
    slot, talk = Slot.objects.get(uuid=place.uuid), claim.talk
    assert (slot.talk, slot.title, slot.room, slot.kind) == (talk, "", place.room, Kind.BOF)
    assert (talk.title, talk.status, talk.kind.code) == ("Homelabs", Talk.Status.CONFIRMED, "bof")
    assert (talk.minutes, talk.expected_audience) == (60, 30)
    assert [person.name for person in talk.speakers()] == ["Ngozi Adichukwu"]
    assert (claim.status, claim.by) == (Status.APPROVED, staff)
    assert [change.slot_uuid for change in release.changes.all()] == [place.uuid]
    assert working_plan(conference).moves.get().slot_uuid == planned.uuid


@pytest.mark.sqlite
def test_the_host_gets_a_mail_with_a_calendar_file(conference, staff):
    claim = make.bof_claim(make.bof_place(conference), title="Homelabs")
    actions.approve_claim(claim, by=staff)
    mail = mails("bof")[0]
    assert mail.to_address == claim.email
    assert mail.subject == "Your BoF is on the schedule: Homelabs"
    assert f"/t/{claim.ticket.code}/{claim.ticket.secret}/bof/" in mail.text
    [(name, mime, body)] = of_placed(mail)
    assert (name, mime) == (f"{conference.slug}-talks.ics", "text/calendar")
    assert b"SUMMARY:Homelabs" in body
    assert mails("schedule") == []


@pytest.mark.sqlite
def test_a_typed_address_never_leads_to_a_profile_that_is_there(conference, staff):
    theirs = Speaker.objects.create(name="Known Name", email="known@example.org")
    claim = make.bof_claim(make.bof_place(conference), email="known@example.org", name="Mallory")
    actions.approve_claim(claim, by=staff)
    [host] = BofClaim.objects.get().talk.speakers()
    assert (host == theirs, host.name, host.email) == (False, "Mallory", None)


@pytest.mark.sqlite
def test_who_is_signed_in_hosts_under_their_own_profile(conference, staff):
    user = make_scale.user()
    profile = Speaker.objects.create(name="My Stage Name", user=user)
    claim = make.bof_claim(make.bof_place(conference), user=user, name="Other Name")
    actions.approve_claim(claim, by=staff)
    assert BofClaim.objects.get().talk.speakers() == [profile]
    profile.refresh_from_db()
    assert profile.name == "My Stage Name"


@pytest.mark.sqlite
def test_nothing_is_half_done_when_the_host_speaks_elsewhere_then(conference, staff):
    user = make_scale.user()
    profile = Speaker.objects.create(name="Busy", user=user)
    make.slot(
        conference,
        talk=make.confirmed(conference, speakers=[profile]),
        starts_at=make.at(conference, 20, 15),
    )
    claim = make.bof_claim(make.bof_place(conference), user=user)
    counted = [Talk.objects.count(), Release.objects.count(), Plan.objects.count()]
    with pytest.raises(actions.Blocked):
        actions.approve_claim(claim, by=staff)
    claim.refresh_from_db()
    assert (claim.status, claim.talk, mails("bof")) == (Status.ASKED, None, [])
    assert [Talk.objects.count(), Release.objects.count(), Plan.objects.count()] == counted


@pytest.mark.sqlite
def test_no_approval_where_the_place_is_gone_or_taken(conference, staff):
    gone, taken = make.bof_place(conference), make.bof_place(conference)
    claims = [make.bof_claim(gone), make.bof_claim(taken)]
    edits = [
        actions.Edit(gone.uuid, goes_away=True),
        actions.Edit(
            taken.uuid,
            taken.placement() | {"talk_id": make.confirmed(conference).pk, "title": ""},
        ),
    ]
    actions.change_now(conference, edits, by=staff)
    for claim, words in zip(claims, ("gone", "Something else"), strict=True):
        with pytest.raises(actions.Refused, match=words):
            actions.approve_claim(claim, by=staff)
    assert set(BofClaim.objects.values_list("status", "talk")) == {("asked", None)}


@pytest.mark.sqlite
def test_a_ticket_that_is_cancelled_meanwhile_hosts_nothing(conference, staff):
    claim = make.bof_claim(make.bof_place(conference))
    Ticket.objects.filter(pk=claim.ticket_id).update(status=Ticket.Status.CANCELLED)
    with pytest.raises(actions.Refused, match="not valid"):
        actions.approve_claim(claim, by=staff)


@pytest.mark.sqlite
def test_what_is_planned_for_the_place_stays_planned_with_the_bof(conference, staff):
    place = make.bof_place(conference)
    later, away = make.at(conference, 22), Plan.objects.create(conference=conference, name="Other")
    make.move(place, starts_at=later)
    make.move(place, plan=away, goes_away=True)
    claim = make.bof_claim(place)
    actions.approve_claim(claim, by=staff)
    actions.publish(working_plan(conference), notify=False)
    slot = Slot.objects.get(uuid=place.uuid)
    assert (slot.starts_at, slot.talk) == (later, BofClaim.objects.get().talk)
    assert away.moves.get().is_stale  # nobody takes a BoF off without looking


# --- the end of it -------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_declining_opens_the_place_and_tells_why(conference, staff):
    place = make.bof_place(conference)
    claim = make.bof_claim(place)
    before = version(conference)
    actions.decline_claim(claim, by=staff, why="We have one on that already.")
    assert open_at(conference) == [place.uuid]
    assert version(conference) == before + 1
    mail = mails("bof declined")[0]
    assert "We have one on that already." in mail.text
    assert "was not accepted" in mail.subject
    assert mails("bof") == []
    with pytest.raises(actions.Refused, match="declined already"):
        actions.approve_claim(claim, by=staff)


@pytest.mark.sqlite
@pytest.mark.parametrize("who", ["host", "staff"])
def test_a_bof_taken_back_frees_its_place_in_public_at_once(conference, staff, who):
    place = make.bof_place(conference)
    claim = make.bof_claim(place, title="Homelabs")
    actions.approve_claim(claim, by=staff)
    if who == "host":
        actions.withdraw_claim(claim, by=None)
    else:
        actions.decline_claim(claim, by=staff, why="The room is closed.")
    slot, talk = Slot.objects.get(uuid=place.uuid), BofClaim.objects.get().talk
    assert (slot.talk, slot.title, slot.is_open) == (None, OPEN_BOF, True)
    assert talk.status == {"host": "withdrawn", "staff": "cancelled"}[who]
    assert open_at(conference) == [place.uuid]
    off = mails("bof")[1]
    assert "is off: Homelabs" in off.subject
    [(_, _, body)] = of_placed(off)
    assert b"STATUS:CANCELLED" in body
    again = make.bof_claim(place, title="Keyboards")
    actions.approve_claim(again, by=staff)
    assert Slot.objects.get(uuid=place.uuid).what == "Keyboards"


@pytest.mark.sqlite
def test_what_has_taken_place_is_not_taken_back(conference, staff, monkeypatch):
    place = make.bof_place(conference)
    claim = make.bof_claim(place)
    actions.approve_claim(claim, by=staff)
    monkeypatch.setattr(timezone, "now", lambda: place.ends_at)
    with pytest.raises(actions.Refused, match="taken place"):
        actions.withdraw_claim(claim, by=None)
    with pytest.raises(actions.Refused, match="taken place"):
        actions.decline_claim(claim, by=staff, why="Too late.")
    assert BofClaim.objects.get().talk.status == Talk.Status.CONFIRMED


@pytest.mark.sqlite
def test_withdrawing_tells_the_program_committee_where_it_was(conference, staff):
    claim = make.bof_claim(make.bof_place(conference, room=make.room(conference, name="Room 104")))
    actions.approve_claim(claim, by=staff)
    actions.withdraw_claim(claim, by=None)
    [mail] = mails("talk gone")
    assert mail.to_address == staff.email
    assert "Room 104" in mail.text


@pytest.mark.sqlite
def test_a_talk_cancelled_elsewhere_is_called_off_and_its_place_can_be_freed(conference, staff):
    place = make.bof_place(conference)
    claim = make.bof_claim(place)
    actions.approve_claim(claim, by=staff)
    cancel_talk(BofClaim.objects.get().talk, by=staff, reason="Ill")
    assert BofClaim.objects.select_related("talk").get().is_called_off
    assert open_at(conference) == []
    actions.decline_claim(claim, by=staff, why="See you next year.")
    assert open_at(conference) == [place.uuid]


# --- data of people ------------------------------------------------------------------------------


@pytest.mark.sqlite
@pytest.mark.parametrize("typed", ["me@example.org", "other@example.org"])
def test_a_person_sees_and_erases_their_claims(conference, typed):
    """Under the address of the ticket, whatever they typed for the BoF."""
    place = make.bof_place(conference)
    ticket = make.ticket(conference, attendee_email="me@example.org", attendee_name="Me")
    claim = make.bof_claim(place, ticket, email=typed, title="Homelabs")
    shown = privacy.show("me@example.org")["Birds of a feather"]
    assert shown == [f"BoF “Homelabs”, {conference}: asked for"]
    privacy.erase("me@example.org")
    claim.refresh_from_db()
    assert (claim.name, claim.email, claim.title, claim.abstract) == (
        *("(erased)", "", "(erased)", ""),
    )
    assert open_at(conference) == [place.uuid]


@pytest.mark.sqlite
def test_erasing_an_edition_erases_who_asked(conference):
    make.bof_claim(make.bof_place(conference))
    erase_personal_data(conference)
    assert BofClaim.objects.get().email == ""


# --- races ---------------------------------------------------------------------------------------


def at_once(*works):
    start, said = threading.Barrier(len(works)), []

    def run(work):
        start.wait()
        try:
            work()
            said.append("done")
        except actions.Refused as refused:
            said.append(type(refused).__name__)
        except Exception as error:  # what must not happen is told, not lost in its thread
            said.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_want_one_place_one_gets_it():
    conference = make_scale.conference()
    place = make.bof_place(conference)
    tickets = [make.ticket(conference) for _ in range(8)]
    said = at_once(*(lambda ticket=ticket: make.bof_claim(place, ticket) for ticket in tickets))
    assert said == ["PlaceTaken"] * 7 + ["done"]
    assert BofClaim.objects.live().count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_six_places_one_ticket_gets_one():
    conference = make_scale.conference()
    places = [make.bof_place(conference) for _ in range(6)]
    ticket = make.ticket(conference)
    said = at_once(*(lambda place=place: make.bof_claim(place, ticket) for place in places))
    assert said == ["HasClaim"] * 5 + ["done"]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_approve_once_and_a_withdrawal_leaves_no_talk_behind():
    conference, staff = make_scale.conference(), make_scale.user()
    place = make.bof_place(conference)
    for _ in range(4):
        claim = make.bof_claim(place)
        said = at_once(
            lambda claim=claim: actions.approve_claim(claim, by=staff),
            lambda claim=claim: actions.approve_claim(claim, by=staff),
            lambda claim=claim: actions.withdraw_claim(claim, by=None),
        )
        assert said.count("done") in (1, 2)
        assert set(said) <= {"done", "Refused"}
        claim.refresh_from_db()
        assert claim.status == Status.WITHDRAWN
        assert Slot.objects.get(uuid=place.uuid).is_open
        assert Talk.objects.confirmed().count() == 0


@pytest.mark.django_db(transaction=True)
def test_approval_and_another_talk_in_the_room_never_overlap():
    """Staff publish a talk into the room at that time while a colleague approves the BoF."""
    conference, staff = make_scale.conference(), make_scale.user()
    for _ in range(4):
        place = make.bof_place(conference)
        claim = make.bof_claim(place)
        plan = Plan.objects.create(conference=conference, name="Instead")
        other = make.confirmed(conference)
        facts = place.placement() | {"talk_id": other.pk, "title": "", "kind": Kind.MAIN}
        make.move(place, plan, goes_away=True)
        actions.plan_move(plan, facts)
        said = at_once(
            lambda claim=claim: actions.approve_claim(claim, by=staff),
            lambda plan=plan: actions.publish(plan, notify=False),
        )
        assert said.count("done") == 1, said
        here = Slot.objects.filter(room=place.room)
        assert here.count() == 1
        claim.refresh_from_db()
        assert (here.get().talk == claim.talk) == (claim.status == Status.APPROVED)


@pytest.mark.django_db(transaction=True)
def test_a_place_is_closed_or_claimed_and_never_both(conference, staff):
    for hour in range(8):
        place = make.bof_place(conference, starts_at=make.at(conference, 12 + hour))
        ticket = make.ticket(conference)
        at_once(
            lambda place=place: actions.close_place(conference, place.uuid, by=staff),
            lambda place=place, ticket=ticket: make.bof_claim(place, ticket),
        )
        is_there = Slot.objects.filter(uuid=place.uuid).exists()
        assert is_there == BofClaim.objects.filter(live_slot=place.uuid).exists()
