"""A second profile of the same person goes into their own, with all that belongs to it."""

import datetime as dt
import io

import pytest
from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from cfp import actions
from cfp.errors import InvitationUsed
from cfp.letters import invitation_path
from cfp.models import Notice, Speaker, SpeakerAlias, SpeakerTicket, Talk, TalkSpeaker
from registration.models import Ticket
from scale import privacy
from scale.models import AuditEntry
from tests.factories import cfp, scale
from tests.factories import registration as reg

Status = Talk.Status
OTHER = "ana@work.example"


@pytest.fixture
def own(ana):
    return cfp.speaker(user=ana.user, name="Ana Ruiz", biography="Mine.")


@pytest.fixture
def other(ana):
    EmailAddress.objects.create(user=ana.user, email=OTHER, verified=True)
    return cfp.speaker(name="A. Ruiz", email=OTHER, biography="Theirs.", organization="Corvid")


def claim(client):
    return client.post(reverse("cfp:claim"), follow=True)


def picture(name):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "PNG")
    return ContentFile(out.getvalue(), name=name)


@pytest.mark.sqlite
def test_second_profile_is_offered_and_goes_into_the_first(ana, own, other, conference):
    keynote = cfp.talk(conference, speakers=[other], status=Status.ACCEPTED, title="Keynote")
    mine = cfp.talk(conference, speakers=[own])
    page = ana.get("/my/talks/").content.decode()
    assert "Is this you?" in page and "Keynote" not in page
    page = claim(ana).content.decode()
    assert "Keynote" in page and "Is this you?" not in page
    [speaker] = Speaker.objects.all()
    assert (speaker, speaker.user, speaker.name) == (own, ana.user, "Ana Ruiz")
    assert (speaker.biography, speaker.organization, speaker.email) == ("Mine.", "Corvid", OTHER)
    assert {one.talk for one in own.talk_speakers.all()} == {keynote, mine}
    claim(ana)
    assert Speaker.objects.count() == 1


def test_invitation_to_a_profile_counts_for_who_has_one(ana, own, conference, chair):
    keynote = cfp.talk(conference, status=Status.ACCEPTED, title="Keynote")
    waiting = keynote.talk_speakers.get().speaker
    invitation = actions.invite_to_profile(waiting, by=chair.user)
    for _ in range(2):
        assert ana.post(invitation_path(invitation), {"do": "accept"}).url == "/my/talks/"
    assert keynote.talk_speakers.get().speaker == own
    invitation.refresh_from_db()
    assert (invitation.status, invitation.speaker) == ("accepted", own)
    with pytest.raises(InvitationUsed):
        actions.accept_invitation(invitation, scale.user())


def test_who_is_on_a_talk_twice_stands_there_once(ana, own, other, conference):
    talk = cfp.talk(conference, speakers=[other, cfp.speaker(name="Bea"), own])
    talk.contact = other
    talk.save()
    for position, link in enumerate(talk.talk_speakers.order_by("pk")):
        link.position, link.shirt = position, "m" if link.speaker == other else ""
        link.save()
    claim(ana)
    links = list(talk.talk_speakers.all())
    assert [link.speaker.name for link in links] == ["Ana Ruiz", "Bea"]
    talk.refresh_from_db()
    assert (links[0].shirt, talk.contact) == ("m", own)


def test_absences_and_notices_move_and_none_is_doubled(ana, own, other, conference):
    starts = dt.datetime(2027, 3, 5, 9, tzinfo=dt.UTC)
    both, alone = starts + dt.timedelta(hours=1), starts + dt.timedelta(hours=2)
    for person, end in ((own, both), (other, both), (other, alone)):
        person.absences.create(conference=conference, starts_at=starts, ends_at=end)
    talk = cfp.talk(conference, speakers=[own, other])
    apart = cfp.talk(conference, speakers=[other])
    for one in (talk, apart):
        cfp.tell(one, "accept")
    assert Notice.objects.count() == 3
    claim(ana)
    assert {one.ends_at for one in own.absences.all()} == {both, alone}
    assert {one.decision.talk for one in Notice.objects.filter(speaker=own)} == {talk, apart}
    assert Notice.objects.count() == 2


def test_only_what_is_proven_and_unclaimed_is_taken(ana, own, conference):
    EmailAddress.objects.create(user=ana.user, email="boss@work.example", verified=False)
    EmailAddress.objects.create(user=ana.user, email="max@work.example", verified=True)
    boss = cfp.speaker(email="boss@work.example")
    taken = cfp.speaker(email="max@work.example", user=scale.user())
    assert "Is this you?" not in ana.get("/my/talks/").content.decode()
    claim(ana)
    assert set(Speaker.objects.all()) == {own, boss, taken}


def test_old_address_leads_to_the_person(ana, client, own, other, conference):
    cfp.talk(conference, speakers=[other], status=Status.CONFIRMED)
    old = reverse("schedule:speaker", args=[conference.slug, other.named_code])
    assert client.get(old).status_code == 200
    claim(ana)
    new = reverse("schedule:speaker", args=[conference.slug, own.named_code])
    assert client.get(old).url == new
    assert "Ana Ruiz" in client.get(new).content.decode()
    assert client.get(f"/{conference.slug}/speakers/ZZZZZZ/").status_code == 404


def test_photo_is_taken_where_there_is_none_and_deleted_where_there_is(
    ana, own, other, django_capture_on_commit_callbacks
):
    other.photo.save("other.png", picture("other.png"))
    storage, name = other.photo.storage, other.photo.name
    claim(ana)
    own.refresh_from_db()
    assert own.photo.name == name and storage.exists(name)
    third = cfp.speaker(email="ana@home.example")
    EmailAddress.objects.create(user=ana.user, email=third.email, verified=True)
    third.photo.save("third.png", picture("third.png"))
    with django_capture_on_commit_callbacks(execute=True):
        claim(ana)
    own.refresh_from_db()
    assert own.photo.name == name and not storage.exists(third.photo.name)


@pytest.fixture
def giving(conference):
    places = reg.quota(conference, size=10)
    guest = reg.ticket_type(conference, code="guest", price=None, quotas=[places])
    return cfp.call(conference, speaker_ticket=guest)


def confirmed(conference, speaker):
    talk = cfp.talk(conference, status=Status.ACCEPTED, speakers=[speaker])
    return actions.confirm_talk(talk, may_record=True)


def test_ticket_moves_with_its_speaker(ana, own, other, conference, giving):
    confirmed(conference, other)
    ticket = Ticket.objects.get()
    claim(ana)
    assert SpeakerTicket.objects.get().speaker == own
    confirmed(conference, own)
    assert Ticket.objects.get() == ticket


@pytest.mark.parametrize("has_begun", [False, True])
def test_of_two_tickets_one_stays_until_the_doors_open(
    ana, own, other, giving, has_begun, django_capture_on_commit_callbacks
):
    conference = giving.conference
    if has_begun:
        conference.starts_on = conference.today()
        conference.ends_on = conference.today() + dt.timedelta(days=2)
        conference.save()
    # What was given before the second address was proven.
    EmailAddress.objects.filter(email=OTHER).update(verified=False)
    confirmed(conference, own)
    confirmed(conference, other)
    assert Ticket.objects.count() == 2
    EmailAddress.objects.filter(email=OTHER).update(verified=True)
    with django_capture_on_commit_callbacks(execute=True):
        claim(ana)
    assert SpeakerTicket.objects.get().speaker == own
    live = Ticket.objects.filter(status=Ticket.Status.LIVE)
    assert {one.attendee_email for one in live} == (
        {ana.user.email, OTHER} if has_begun else {ana.user.email}
    )


def test_talks_of_closed_editions_move_too(ana, own, other, conference):
    talk = cfp.talk(conference, speakers=[other], status=Status.CONFIRMED)
    conference.closed_at = timezone.now()
    conference.save()
    claim(ana)
    assert talk.talk_speakers.get().speaker == own


def test_nothing_of_the_other_profile_outlives_an_erasure(ana, own, other, conference):
    cfp.talk(conference, speakers=[other])
    other.biography = "A secret of A. Ruiz"
    other.save()
    claim(ana)
    assert any("A secret" in str(one.changes) for one in AuditEntry.objects.get_for_object(own))
    privacy.erase(ana.user.email)
    assert not SpeakerAlias.objects.exists()
    assert not any("A secret" in str(one.changes) for one in AuditEntry.objects.all())
    assert TalkSpeaker.objects.get().speaker.name == "(name erased)"
