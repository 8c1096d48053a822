"""Co-speakers by mail, their order, dropping out; profiles that are taken over."""

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cfp import actions
from cfp.errors import InvitationUsed, NotEditable, Refused
from cfp.letters import invitation_path
from cfp.models import Speaker, SpeakerInvitation, Talk
from scale import codes, editions, privacy
from scale.logs import redact
from scale.models import OutgoingEmail, Role
from tests.factories import cfp, scale

Status = Talk.Status


@pytest.fixture
def mine(ana, conference, open_call):
    return cfp.talk_of(ana.user, conference, title="Together", track=cfp.track(conference))


@pytest.fixture
def bea(db):
    client = Client()
    client.user = scale.user(name="Bea")
    client.force_login(client.user)
    return client


def page(name, talk, *more):
    return reverse(f"cfp:{name}", args=[talk.code, *more])


def names(talk):
    return [link.speaker.name for link in talk.talk_speakers.select_related("speaker")]


@pytest.mark.sqlite
def test_invited_person_says_yes_and_speaks(ana, mine, bea, sent):
    ana.post(page("invite", mine), {"email": "BEA@work.example ", "name": "Bea"})
    assert sent() == [("speaker invited", "bea@work.example")]
    invitation = mine.invitations.get()
    path = invitation_path(invitation)
    assert path in OutgoingEmail.objects.get().text
    answer = Client().get(path)
    assert "Together" in answer.content.decode() and "Ana Ruiz" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store" and answer["Referrer-Policy"] == "no-referrer"
    assert bea.post(path, {"do": "accept"}).url == reverse("cfp:my-talks")
    assert names(mine) == ["Ana Ruiz", "Bea"]
    assert "Together" in bea.get("/my/talks/").content.decode()
    assert bea.get(page("talk-edit", mine)).status_code == 200


def test_saying_yes_asks_to_sign_in_and_comes_back(client, mine):
    path = invitation_path(cfp.invitation(mine))
    answer = client.post(path, {"do": "accept"})
    assert answer.url == f"{reverse('account_login')}?next={path}"
    assert f"{reverse('account_login')}?next=" in client.get(path).content.decode()


def test_saying_no_needs_no_account_and_cannot_become_yes(client, mine, bea):
    invitation = cfp.invitation(mine)
    path = invitation_path(invitation)
    for _ in range(2):
        assert "Declined" in client.post(path, {"do": "decline"}, follow=True).content.decode()
    assert "is declined already" in bea.post(path, {"do": "accept"}, follow=True).content.decode()
    assert names(mine) == ["Ana Ruiz"]


def test_link_works_once_and_twice_for_the_same_person(mine, bea):
    invitation = cfp.invitation(mine)
    for _ in range(2):
        actions.accept_invitation(invitation, bea.user)
    with pytest.raises(InvitationUsed):
        actions.accept_invitation(invitation, scale.user())
    assert names(mine) == ["Ana Ruiz", "Bea"]


def test_speaker_who_accepts_for_another_address_is_named_once(mine, bea):
    for _ in range(2):
        actions.accept_invitation(cfp.invitation(mine), bea.user)
    assert names(mine) == ["Ana Ruiz", "Bea"]


def test_invited_twice_gets_one_mail(ana, mine, sent):
    for email in ("bea@example.org", "Bea@Example.org"):
        actions.invite_speaker(mine, email, by=ana.user)
    assert sent() == [("speaker invited", "bea@example.org")]
    with pytest.raises(IntegrityError):
        SpeakerInvitation.objects.create(talk=mine, email="bea@example.org")


def test_who_declined_can_be_invited_again(ana, mine, sent):
    first = actions.invite_speaker(mine, "bea@example.org", by=ana.user)
    actions.decline_invitation(first)
    second = actions.invite_speaker(mine, "bea@example.org", by=ana.user)
    assert second != first and len(sent()) == 2


def test_who_speaks_already_is_not_invited(ana, mine):
    for email in (ana.user.email.upper(), "x"):
        answer = ana.post(page("invite", mine), {"email": email})
        assert set(answer.context["invite_form"].errors) == {"email"}
    assert not mine.invitations.exists()


def test_talk_has_ten_speakers_at_most(ana, mine):
    for _ in range(9):
        cfp.invitation(mine)
    with pytest.raises(Refused, match="10 speakers at most"):
        actions.invite_speaker(mine, "x@example.org", by=ana.user)


def test_invitation_taken_back_opens_nothing(ana, mine, bea):
    invitation = cfp.invitation(mine)
    ana.post(page("drop-invitation", mine, invitation.pk))
    path = invitation_path(invitation)
    assert "Taken back" in bea.get(path).content.decode()
    bea.post(path, {"do": "accept"})
    assert names(mine) == ["Ana Ruiz"]


@pytest.mark.parametrize("status", ["rejected", "withdrawn", "cancelled"])
def test_talk_that_is_over_takes_nobody(ana, mine, bea, status):
    invitation = cfp.invitation(mine)
    Talk.objects.filter(pk=mine.pk).update(status=status)
    with pytest.raises(NotEditable):
        actions.accept_invitation(invitation, bea.user)
    with pytest.raises(NotEditable):
        actions.invite_speaker(mine, "x@example.org", by=ana.user)
    text = bea.get(invitation_path(invitation)).content.decode()
    assert "nothing to say yes to" in text and 'value="accept"' not in text
    assert "cannot be changed any more" in ana.get(page("speakers", mine)).content.decode()


def test_closed_edition_takes_nobody(mine, bea, conference):
    path = invitation_path(cfp.invitation(mine))
    conference.closed_at = timezone.now()
    conference.save()
    assert "can only be read" in bea.post(path, {"do": "accept"}, follow=True).content.decode()
    assert names(mine) == ["Ana Ruiz"]


def test_wrong_secret_opens_nothing(client, mine):
    invitation, other = cfp.invitation(mine), cfp.invitation(mine)
    for code, secret in [
        (invitation.code, other.secret),
        (invitation.code, codes.secret("confirm", invitation.code)),
        (invitation.code, invitation.secret[:-1]),
        ("ZZZZZZ", invitation.secret),
    ]:
        path = reverse("cfp:invitation", args=[code, secret])
        assert client.get(path).status_code == client.post(path).status_code == 404
    assert len(invitation.secret) * 4 == 160
    assert invitation.secret not in redact(invitation_path(invitation))


# --- order, contact, dropping out --------------------------------------------------------------


@pytest.fixture
def both(mine, bea):
    cfp.speaker(user=bea.user, name="Bea")
    mine.talk_speakers.create(speaker=bea.user.speaker, position=1)
    return mine


def test_order_and_primary_contact_are_chosen(ana, both):
    first, second = both.talk_speakers.all()
    fields = {f"place-{first.pk}": 2, f"place-{second.pk}": 1, "contact": first.pk}
    ana.post(page("order", both), fields)
    both.refresh_from_db()
    assert names(both) == ["Bea", "Ana Ruiz"]
    assert both.contact == first.speaker
    answer = ana.post(page("order", both), fields | {"contact": "x", f"place-{first.pk}": 9})
    assert set(answer.context["order_form"].errors) == {"contact", f"place-{first.pk}"}


def test_co_speaker_drops_out_and_the_committee_is_told(ana, bea, both, as_role, sent):
    program = as_role(Role.PROGRAM)
    Talk.objects.filter(pk=both.pk).update(status=Status.CONFIRMED, contact=bea.user.speaker)
    link = both.talk_speakers.get(speaker=bea.user.speaker)
    assert bea.post(page("drop-out", both, link.pk)).url == reverse("cfp:my-talks")
    both.refresh_from_db()
    assert names(both) == ["Ana Ruiz"] and both.contact is None
    assert sent() == [("speakers changed", program.user.email)]
    assert bea.get(page("talk-edit", both)).status_code == 404


def test_somebody_stays(ana, mine):
    link = mine.talk_speakers.get()
    ana.post(page("drop-out", mine, link.pk))
    assert names(mine) == ["Ana Ruiz"]


def test_co_speaker_added_after_acceptance_is_told_and_named_in_public(mine, bea, as_role, sent):
    as_role(Role.PROGRAM)
    Talk.objects.filter(pk=mine.pk).update(status=Status.ACCEPTED)
    actions.accept_invitation(cfp.invitation(mine), bea.user)
    assert [kind for kind, _ in sent()] == ["speakers changed"]


def test_talks_of_others_are_out_of_reach(ana, bea, mine, as_role):
    theirs = cfp.invitation(mine)
    link = mine.talk_speakers.get()
    for who in (bea, as_role(Role.CHAIR)):
        for path in [
            page("speakers", mine),
            page("invite", mine),
            page("order", mine),
            page("drop-out", mine, link.pk),
            page("drop-invitation", mine, theirs.pk),
        ]:
            assert who.post(path, {"email": "x@example.org"}).status_code in (404, 405)
            assert who.get(path).status_code in (404, 405)
    theirs.refresh_from_db()
    assert theirs.is_waiting and mine.invitations.count() == 1
    other = cfp.talk_of(bea.user, mine.conference)
    bea.post(page("drop-invitation", other, theirs.pk))
    bea.post(page("drop-out", other, link.pk))
    theirs.refresh_from_db()
    assert theirs.is_waiting and names(mine) == ["Ana Ruiz"]


# --- profiles ----------------------------------------------------------------------------------


def test_profile_made_by_a_chair_is_taken_over_by_invitation(bea, conference, chair, sent):
    keynote = cfp.talk(conference, status=Status.ACCEPTED, title="Keynote")
    speaker = keynote.talk_speakers.get().speaker
    first = actions.invite_to_profile(speaker, by=chair.user)
    second = actions.invite_to_profile(speaker, by=chair.user)
    assert len(sent()) == 2
    bea.post(invitation_path(first), {"do": "accept"})
    assert not Speaker.objects.filter(user=bea.user).exists()
    bea.post(invitation_path(second), {"do": "accept"})
    assert Speaker.objects.get(user=bea.user) == speaker
    assert "Keynote" in bea.get("/my/talks/").content.decode()


def test_profile_without_address_or_with_owner_is_not_offered(ana, mine, chair):
    for speaker in (cfp.speaker(), ana.user.speaker):
        with pytest.raises(Refused):
            actions.invite_to_profile(speaker, by=chair.user)


def test_chair_invites_from_the_list_of_speakers(chair, conference, sent):
    talk = cfp.talk(conference)
    chosen = [talk.talk_speakers.get().speaker, cfp.speaker()]
    action = {"action": "invite", "_selected_action": [one.pk for one in chosen]}
    answer = chair.post(reverse("admin:cfp_speaker_changelist"), action, follow=True)
    assert "Invited by mail: 1." in answer.content.decode()
    assert [kind for kind, _ in sent()] == ["speaker invited"]


# --- registries --------------------------------------------------------------------------------


def test_invitations_go_with_the_person_and_with_the_edition(mine, conference):
    cfp.invitation(mine, email="zoe@example.org")
    assert "Invitation to speak" in str(privacy.show("zoe@example.org"))
    privacy.erase("zoe@example.org")
    assert not SpeakerInvitation.objects.exists()
    cfp.invitation(mine)
    editions.erase_personal_data(conference)
    assert not SpeakerInvitation.objects.exists()
