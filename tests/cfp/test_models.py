import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from cfp.errors import IllegalMove
from cfp.models import Calls, Speaker, Talk, TalkSpeaker, Track
from scale.models import Conference
from tests.factories import cfp, scale

Status = Talk.Status
HOUR = dt.timedelta(hours=1)


def version(conference):
    return Conference.objects.get(pk=conference.pk).version


def refused(make, *args, **fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(*args, **fields)


# --- what the database refuses -----------------------------------------------------------------


@pytest.mark.sqlite
def test_track_code_is_taken_once_an_edition(conference):
    cfp.track(conference, code="db")
    refused(cfp.track, conference, code="db")
    cfp.track(scale.conference(), code="db")


def test_kind_code_is_taken_once_an_edition(conference):
    cfp.kind(conference, code="talk")
    refused(cfp.kind, conference, code="talk")


def test_kind_of_no_length_is_refused(conference):
    refused(cfp.kind, conference, minutes=0)


def test_track_that_ends_before_it_starts_is_refused(conference):
    first, last = dt.date(2027, 3, 5), dt.date(2027, 3, 4)
    refused(cfp.track, conference, starts_on=first, ends_on=last)


def test_call_that_closes_before_it_opens_is_refused(conference):
    now = timezone.now()
    refused(cfp.call, conference, opens_at=now, closes_at=now)


def test_track_role_is_given_once(conference):
    track, user = cfp.track(conference), scale.user()
    cfp.track_role(user, track, "chair")
    refused(cfp.track_role, user, track, "chair")


def test_speaker_is_one_profile_a_person(db):
    user = scale.user()
    cfp.speaker(user=user)
    refused(cfp.speaker, user=user)


def test_speaker_address_is_taken_once_whatever_its_case(db):
    cfp.speaker(email="Ana@Example.org")
    refused(cfp.speaker, email="ana@example.org ")
    cfp.speaker(email=None)
    cfp.speaker(email="")


@pytest.mark.parametrize(
    "fields",
    [{"status": "lost"}, {"minutes": 4}, {"minutes": 1441}, {"source_key": "same"}],
    ids=str,
)
def test_talk_outside_the_rules_is_refused(conference, fields):
    cfp.talk(conference, source_key="same")
    refused(cfp.talk, conference, **fields)


def test_talk_code_is_unique_in_all_editions(conference):
    cfp.talk(conference, code="AAAAAA")
    refused(cfp.talk, scale.conference(), code="AAAAAA")


def test_speaker_is_named_once_a_talk(conference):
    talk = cfp.talk(conference)
    again = talk.talk_speakers.get().speaker
    refused(TalkSpeaker.objects.create, talk=talk, speaker=again)


def test_review_is_one_a_person_and_from_1_to_5(conference):
    talk, ana = cfp.talk(conference), scale.user()
    cfp.review(talk, ana)
    refused(cfp.review, talk, ana)
    refused(cfp.review, talk, score=0)
    refused(cfp.review, talk, score=6)


def test_absence_ends_after_it_starts(conference):
    now = timezone.now()
    speaker = cfp.speaker()
    refused(speaker.absences.create, conference=conference, starts_at=now, ends_at=now)


# --- moves and versions ------------------------------------------------------------------------


def test_every_move_outside_the_table_is_refused(conference):
    for before in Status:
        for after in Status:
            talk = Talk(conference=conference, status=before)
            if after in Talk.MOVES[before]:
                talk.move_to(after)
                assert talk.status == after
            else:
                with pytest.raises(IllegalMove):
                    talk.move_to(after)
                assert talk.status == before


@pytest.mark.sqlite
def test_only_what_the_public_sees_raises_the_version(conference):
    before = version(conference)
    talk = cfp.talk(conference, status=Status.DRAFT)
    talk.move_to(Status.SUBMITTED)
    talk.save()
    assert version(conference) == before
    talk.move_to(Status.ACCEPTED)
    talk.save()
    assert version(conference) == before + 1
    talk.move_to(Status.SUBMITTED)  # it vanishes from the public: that too is news
    talk.save()
    assert version(conference) == before + 2
    talk = Talk.objects.get(pk=talk.pk)
    talk.title = "Only the committee sees this"
    talk.save()
    assert version(conference) == before + 2


@pytest.mark.parametrize("status", ["confirmed", "cancelled", "withdrawn", "declined"])
def test_public_talk_and_its_people_raise_the_version(conference, status):
    talk = cfp.talk(conference, status=status)
    for row in (talk, talk.talk_speakers.get(), talk.talk_speakers.get().speaker):
        before = version(conference)
        row.save()
        assert version(conference) == before + 1


def test_people_of_a_submitted_talk_raise_nothing(conference):
    talk = cfp.talk(conference)
    before = version(conference)
    talk.talk_speakers.get().speaker.save()
    talk.talk_speakers.get().delete()
    assert version(conference) == before


# --- reads -------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_call_opens_and_closes_to_the_second(conference):
    call = cfp.call(conference)
    second = dt.timedelta(seconds=1)
    assert call.state(call.opens_at - second) == "soon"
    assert call.state(call.opens_at) == "open"
    assert call.state(call.closes_at - second) == "open"
    assert call.state(call.closes_at) == "closed"


def test_closed_edition_has_no_open_call(conference):
    cfp.call(conference)
    assert Calls(conference).is_open(conference)
    conference.closed_at = timezone.now()
    conference.save()
    assert not Calls(conference).is_open(conference)


def test_own_call_of_a_track_goes_before_the_editions(conference):
    now = timezone.now()
    plain, partner = cfp.track(conference), cfp.track(conference)
    whole = cfp.call(conference, opens_at=now - 2 * HOUR, closes_at=now - HOUR)
    own = cfp.call(conference, track=partner)
    calls = Calls(conference)
    assert calls.counting(conference) == whole
    assert calls.counting(conference, plain.pk) == whole
    assert calls.counting(conference, partner.pk) == own
    assert calls.open_tracks(conference) == [partner]
    assert calls.of_tracks(conference) == [own]
    assert Calls(conference, scale.conference()).counting(scale.conference()) is None


def test_of_several_calls_the_open_one_counts_then_the_next_then_the_last(conference):
    now = timezone.now()
    first = cfp.call(conference, opens_at=now - 4 * HOUR, closes_at=now - 3 * HOUR)
    second = cfp.call(conference, opens_at=now - 2 * HOUR, closes_at=now - HOUR)
    assert Calls(conference).counting(conference) == second
    later = cfp.call(conference, opens_at=now + HOUR, closes_at=now + 2 * HOUR)
    assert Calls(conference).counting(conference) == later
    between = now - dt.timedelta(hours=3, minutes=30)
    assert Calls(conference, now=between).counting(conference) == first


def test_committee_sees_neither_drafts_nor_what_was_thrown_away(conference):
    cfp.talk(conference, status=Status.DRAFT, submitted_at=None)
    cfp.talk(conference, status=Status.WITHDRAWN, submitted_at=None)
    seen = {
        cfp.talk(conference),
        cfp.talk(conference, status=Status.WITHDRAWN),
        cfp.talk(conference, status=Status.WITHDRAWN, submitted_at=None, source_key="x"),
    }
    assert set(conference.talks.seen_by_committee()) == seen


def test_own_talks_are_those_of_the_account_and_of_proven_addresses(conference):
    ana = scale.user()
    EmailAddress.objects.create(user=ana, email="ana@work.example", verified=True)
    EmailAddress.objects.create(user=ana, email="boss@work.example", verified=False)
    mine = cfp.talk_of(ana, conference)
    unclaimed = cfp.talk(conference, speakers=[cfp.speaker(email="ana@work.example")])
    cfp.talk(conference, speakers=[cfp.speaker(email="boss@work.example")])
    cfp.talk_of(scale.user(), conference)
    assert set(Talk.objects.own(ana)) == {mine, unclaimed}
    assert list(Talk.objects.of(ana)) == [mine]
    claimable = Speaker.objects.claimable_by(ana)
    assert list(claimable) == [unclaimed.talk_speakers.get().speaker]


def test_search_finds_titles_codes_and_speakers(conference):
    talk = cfp.talk(conference, title="Über Datenbanken", speakers=[cfp.speaker(name="José")])
    cfp.talk(conference)
    for words in ("datenbank", talk.code.lower(), "José", talk.code):
        assert list(Talk.objects.search(words)) == [talk], words
    assert not Talk.objects.search("%").exists()


def test_placeable_is_what_was_accepted(conference):
    placeable = {cfp.talk(conference, status=s) for s in ("accepted", "confirmed")}
    for status in set(Status.values) - {"accepted", "confirmed"}:
        cfp.talk(conference, status=status)
    assert set(Talk.objects.placeable()) == placeable


def test_speakers_come_in_their_order(conference, django_assert_num_queries):
    people = [cfp.speaker(name=name) for name in ("Zoe", "Ana", "Max")]
    cfp.talk(conference, speakers=people)
    with django_assert_num_queries(2):
        [talk] = Talk.objects.with_speakers()
        assert talk.speakers() == people


def test_talk_refuses_the_track_of_another_edition(conference):
    elsewhere = scale.conference()
    talk = Talk(conference=conference, title="T", track=cfp.track(elsewhere))
    talk.kind = cfp.kind(elsewhere)
    with pytest.raises(ValidationError) as error:
        talk.full_clean()
    assert set(error.value.message_dict) == {"track", "kind"}


def test_track_says_which_date_is_wrong(conference):
    track = Track(conference=conference, name="T", code="t")
    track.starts_on, track.ends_on = dt.date(2027, 3, 5), dt.date(2027, 3, 4)
    with pytest.raises(ValidationError, match="The last day is before the first."):
        track.full_clean()
