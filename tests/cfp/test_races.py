"""Many hands at once; each guard was taken out once to see these fail."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from cfp import actions
from cfp.errors import CallClosed, DecidedMeanwhile, IllegalMove
from cfp.models import (
    Decision,
    Notice,
    Review,
    Speaker,
    SpeakerInvitation,
    SpeakerTicket,
    Talk,
    TalkChange,
    TalkSpeaker,
)
from cfp.sheets import TALKS
from registration.actions.stock import held_places
from registration.bulk.reading import run
from registration.models import CompAllowance, Quota, Ticket
from scale.models import OutgoingEmail
from tests.factories import cfp, scale
from tests.factories import registration as reg

pytestmark = pytest.mark.django_db(transaction=True)
Status = Talk.Status
THREADS = 6


def at_once(*jobs):
    """Run the jobs together; their results, or the exceptions they ended with."""
    barrier, results = threading.Barrier(len(jobs)), []

    def run(job):
        barrier.wait()
        try:
            results.append(job())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def names(results):
    return sorted(type(one).__name__ for one in results)


@pytest.mark.sqlite
@pytest.mark.parametrize("seen", ["submitted", None], ids=["looked", "did not look"])
def test_chairs_who_decide_at_once_leave_one_decision(seen):
    conference = scale.conference()
    talk = cfp.talk(conference)
    chairs = [scale.user() for _ in range(THREADS)]
    results = at_once(
        *(lambda by=by: actions.decide_talk(talk, "accept", by=by, seen=seen) for by in chairs)
    )
    late = "DecidedMeanwhile" if seen else "NoneType"
    assert names(results) == sorted(["Decision"] + [late] * (THREADS - 1))
    assert Decision.objects.pending().count() == 1
    assert not OutgoingEmail.objects.exists()


def test_chairs_who_disagree_at_once_leave_one_decision():
    talk = cfp.talk(scale.conference())
    verdicts = ["accept", "waitlist", "reject"] * 2
    results = at_once(
        *(
            lambda verdict=verdict: actions.decide_talk(
                talk, verdict, by=scale.user(), seen="submitted"
            )
            for verdict in verdicts
        )
    )
    assert sum(isinstance(one, Decision) for one in results) == 1
    assert sum(isinstance(one, DecidedMeanwhile) for one in results) == 5
    assert Decision.objects.pending().count() == 1
    assert Talk.objects.get().status == Status.SUBMITTED


@pytest.mark.sqlite
def test_chairs_who_release_at_once_send_each_speaker_one_mail():
    conference, ana = scale.conference(), cfp.speaker(email="ana@example.org")
    talks = [cfp.talk(conference, speakers=[ana]) for _ in range(3)]
    wanted = [actions.decide_talk(talk, "accept", by=scale.user()).pk for talk in talks]
    chairs = [scale.user() for _ in range(THREADS)]
    # Half of them with one more decision than the others: another mail by its content.
    more = actions.decide_talk(cfp.talk(conference, speakers=[ana]), "reject", by=chairs[0]).pk
    results = at_once(
        *(
            lambda by=by, n=n: actions.release_decisions(
                conference, [*wanted, more] if n % 2 else wanted, by=by
            )
            for n, by in enumerate(chairs)
        )
    )
    assert names(results) == ["Released"] * THREADS
    assert sum(one.decisions for one in results) == 4
    assert {one.status for one in talks_now(talks)} == {Status.ACCEPTED}
    told = Notice.objects.values_list("decision", flat=True)
    assert sorted(told) == sorted([*wanted, more])
    text = "".join(OutgoingEmail.objects.values_list("text", flat=True))
    assert [text.count(talk.title + "\n") for talk in talks] == [1, 1, 1]


def test_releasing_and_withdrawing_at_once_tells_no_lie():
    conference = scale.conference()
    talk = cfp.talk(conference)
    wanted = [actions.decide_talk(talk, "accept", by=scale.user()).pk]
    results = at_once(
        lambda: actions.release_decisions(conference, wanted, by=scale.user()),
        lambda: actions.withdraw_talk(talk),
    )
    assert names(results) == ["Released", "Talk"]
    talk.refresh_from_db()
    assert talk.status == Status.WITHDRAWN
    released = next(one for one in results if isinstance(one, actions.Released))
    assert OutgoingEmail.objects.filter(kind="talk accept").count() == released.decisions


def test_promoting_at_once_accepts_once():
    talk = cfp.talk(scale.conference(), status=Status.WAITLISTED)
    results = at_once(*[lambda: actions.promote_talk(talk, by=scale.user())] * THREADS)
    assert names(results) == ["DecidedMeanwhile"] * (THREADS - 1) + ["Released"]
    assert OutgoingEmail.objects.get().kind == "talk accept"


def test_two_workers_remind_once():
    talk = cfp.talk(scale.conference(), status=Status.ACCEPTED)
    cfp.decision(talk, released_at=timezone.now() - dt.timedelta(days=8))
    results = at_once(*[actions.remind_unconfirmed] * THREADS)
    assert sorted(results) == [0] * (THREADS - 1) + [1]
    assert OutgoingEmail.objects.get().kind == "talk reminder"


def talks_now(talks):
    return Talk.objects.filter(pk__in=[talk.pk for talk in talks])


def test_yes_and_no_at_once_leave_one_answer():
    talk = cfp.talk(scale.conference(), status=Status.ACCEPTED)
    results = at_once(
        *[lambda: actions.confirm_talk(talk, may_record=True)] * 3,
        *[lambda: actions.decline_talk(talk, reason="No")] * 3,
    )
    assert names(results) == ["IllegalMove"] * 3 + ["Talk"] * 3
    answers = {one.status for one in results if isinstance(one, Talk)}
    assert answers == {Talk.objects.get().status}
    assert all(isinstance(one, Talk | IllegalMove) for one in results)


def places_are_exact():
    for quota in Quota.objects.all():
        assert quota.taken == held_places(quota)


def giving(size=20):
    """A conference whose speakers get tickets."""
    conference = scale.conference()
    guest = reg.ticket_type(conference, price=None, quotas=[reg.quota(conference, size=size)])
    cfp.call(conference, speaker_ticket=guest)
    return conference


@pytest.mark.sqlite
def test_one_talk_confirmed_by_many_gives_one_ticket():
    talk = cfp.talk(giving(), status=Status.ACCEPTED)
    results = at_once(*[lambda: actions.confirm_talk(talk, may_record=True)] * THREADS)
    assert names(results) == ["Talk"] * THREADS
    assert (Ticket.objects.count(), OutgoingEmail.objects.count()) == (1, 1)
    places_are_exact()


def test_talks_of_one_person_confirmed_at_once_give_one_ticket():
    conference, ana = giving(), cfp.speaker(email="ana@example.org")
    talks = [cfp.talk(conference, status=Status.ACCEPTED, speakers=[ana]) for _ in range(THREADS)]
    results = at_once(*(lambda t=t: actions.confirm_talk(t, may_record=True) for t in talks))
    assert names(results) == ["Talk"] * THREADS
    assert (Ticket.objects.count(), SpeakerTicket.objects.count()) == (1, 1)
    assert CompAllowance.objects.of_sources().get().given == 1
    places_are_exact()


def test_the_last_places_go_to_some_speakers_and_every_talk_is_confirmed():
    conference = giving(size=2)
    talks = [cfp.talk(conference, status=Status.ACCEPTED) for _ in range(THREADS)]
    results = at_once(*(lambda t=t: actions.confirm_talk(t, may_record=True) for t in talks))
    assert names(results) == ["Talk"] * THREADS
    assert Talk.objects.confirmed().count() == THREADS
    assert Ticket.objects.count() == 2
    assert SpeakerTicket.objects.missing(conference).count() == THREADS - 2
    places_are_exact()


def test_one_reviewer_on_two_devices_leaves_one_review():
    talk, ana = cfp.talk(scale.conference()), scale.user()
    results = at_once(
        *(lambda n=n: actions.review_talk(talk, ana, score=n % 5 + 1) for n in range(THREADS))
    )
    assert names(results) == ["Review"] * THREADS
    assert Review.objects.count() == 1


@pytest.mark.sqlite
def test_one_form_sent_many_times_at_once_makes_one_talk():
    conference = scale.conference()
    cfp.call(conference)
    ana = scale.user()
    content = {"title": "Once", "abstract": "A", "description": "D"}
    write = lambda: actions.save_draft(ana, conference, content, code="ABCDEF")  # noqa: E731
    assert names(at_once(*[write] * THREADS)) == ["Talk"] * THREADS
    draft = Talk.objects.get()
    submit = lambda: actions.submit_talk(ana, draft, seen=draft.content_mark())  # noqa: E731
    assert names(at_once(*[submit] * THREADS)) == ["Talk"] * THREADS
    talk = Talk.objects.get()
    assert (talk.code, talk.status, talk.talk_speakers.count()) == ("ABCDEF", "submitted", 1)
    assert Speaker.objects.count() == 1
    assert OutgoingEmail.objects.count() == 1


def test_first_talks_in_two_windows_share_one_profile():
    conference = scale.conference()
    cfp.call(conference)
    ana = scale.user()
    results = at_once(
        *(
            lambda n=n: actions.save_draft(ana, conference, {"title": f"Talk {n}"})
            for n in range(THREADS)
        )
    )
    assert names(results) == ["Talk"] * THREADS
    assert Speaker.objects.get().talk_speakers.count() == THREADS
    assert not any(isinstance(one, CallClosed) for one in results)


def test_profile_is_claimed_once():
    ana = scale.user()
    waiting = cfp.speaker(email=ana.email)
    results = at_once(*[lambda: actions.claim_speaker(ana)] * THREADS)
    assert results == [waiting] * THREADS
    assert Speaker.objects.get().user == ana


@pytest.mark.sqlite
def test_second_profile_is_merged_once():
    ana, conference = scale.user(), scale.conference()
    own, waiting = cfp.speaker(user=ana), cfp.speaker(email=ana.email)
    talks = [cfp.talk(conference, speakers=[waiting]) for _ in range(3)]
    talks.append(cfp.talk(conference, speakers=[waiting, own]))
    results = at_once(*[lambda: actions.claim_speaker(ana)] * THREADS)
    assert results == [own] * THREADS
    assert Speaker.objects.get() == own
    assert own.talk_speakers.count() == len(talks) == TalkSpeaker.objects.count()


def test_invitation_and_claim_at_once_merge_once():
    ana, talk = scale.user(), cfp.talk(scale.conference(), speakers=[])
    own, waiting = cfp.speaker(user=ana), cfp.speaker(email=ana.email)
    talk.talk_speakers.create(speaker=waiting)
    invitation = cfp.invitation(None, speaker=waiting, email=ana.email)
    results = at_once(
        *[lambda: actions.claim_speaker(ana)] * 3,
        *[lambda: actions.accept_invitation(invitation, ana)] * 3,
    )
    assert set(names(results)) <= {"Speaker", "SpeakerInvitation", "InvitationUsed"}
    assert Speaker.objects.get() == own and talk.talk_speakers.get().speaker == own


def test_of_two_speakers_who_save_at_once_one_is_told():
    talk = cfp.talk(scale.conference(), title="Before")
    cfp.call(talk.conference)
    users = [scale.user() for _ in range(THREADS)]
    for user in users:
        TalkSpeaker.objects.create(talk=talk, speaker=cfp.speaker(user=user))
    seen = talk.content_mark(["title"])
    results = at_once(
        *(
            lambda user=user: actions.edit_talk(user, talk, {"title": str(user)}, seen=seen)
            for user in users
        )
    )
    assert names(results) == ["ChangedMeanwhile"] * (THREADS - 1) + ["Talk"]
    winner = next(one for one in results if isinstance(one, Talk))
    assert Talk.objects.get().title == winner.title


@pytest.mark.sqlite
def test_one_invitation_lets_one_of_many_in():
    talk = cfp.talk(scale.conference())
    invitation = cfp.invitation(talk)
    users = [scale.user() for _ in range(THREADS)]
    results = at_once(
        *(lambda user=user: actions.accept_invitation(invitation, user) for user in users)
    )
    assert names(results) == ["InvitationUsed"] * (THREADS - 1) + ["SpeakerInvitation"]
    assert talk.talk_speakers.count() == 2


def test_one_person_who_accepts_in_many_windows_speaks_once():
    talk, ana = cfp.talk(scale.conference()), scale.user()
    invitation = cfp.invitation(talk)
    results = at_once(*[lambda: actions.accept_invitation(invitation, ana)] * THREADS)
    assert names(results) == ["SpeakerInvitation"] * THREADS
    assert talk.talk_speakers.count() == 2


def test_one_address_invited_many_times_at_once_gets_one_mail():
    ana = scale.user()
    talk = cfp.talk_of(ana, scale.conference())
    invite = lambda: actions.invite_speaker(talk, "bea@example.org", by=ana)  # noqa: E731
    assert names(at_once(*[invite] * THREADS)) == ["SpeakerInvitation"] * THREADS
    assert (SpeakerInvitation.objects.count(), OutgoingEmail.objects.count()) == (1, 1)


def test_of_two_speakers_who_drop_out_at_once_one_stays():
    users = [scale.user(), scale.user()]
    talk = cfp.talk(scale.conference(), speakers=[cfp.speaker(user=user) for user in users])
    jobs = [
        lambda user=user, pk=link.pk: actions.drop_out(talk, pk, by=user)
        for user, link in zip(users, talk.talk_speakers.order_by("pk"), strict=True)
    ]
    assert names(at_once(*jobs)) == ["Refused", "Talk"]
    assert talk.talk_speakers.count() == 1


def test_chairs_who_answer_a_wish_at_once_leave_one_answer():
    talk = cfp.talk(scale.conference())
    change = cfp.change(talk, by=scale.user())
    seen = change.seen
    answer = lambda agreed: actions.answer_change(  # noqa: E731
        change, by=scale.user(), agreed=agreed, seen=seen
    )
    results = at_once(*[lambda: answer(True)] * 3, *[lambda: answer(False)] * 3)
    assert names(results) == ["DecidedMeanwhile"] * 5 + ["TalkChange"]
    assert OutgoingEmail.objects.count() == 1
    renamed = Talk.objects.get().title != talk.title
    assert renamed == (TalkChange.objects.get().status == "accepted")


@pytest.mark.sqlite
def test_access_code_lets_in_no_more_than_it_says():
    conference = scale.conference()
    code = cfp.access_code(conference, size=2)
    users = [scale.user() for _ in range(THREADS)]
    results = at_once(
        *(
            lambda user=user: actions.save_draft(user, conference, {"title": "T"}, access=code)
            for user in users
        )
    )
    assert names(results) == ["CodeUsedUp"] * (THREADS - 2) + ["Talk"] * 2
    assert Talk.objects.count() == 2
    code.refresh_from_db()
    assert code.taken == 2


@pytest.mark.sqlite
def test_same_file_sent_at_once_makes_each_talk_and_each_person_once():
    conference = scale.conference()
    lines = "title,speakers,e-mails\n" + "".join(
        f"Talk {n},Ada Lovelace,ada@example.org\n" for n in range(5)
    )
    results = at_once(
        *[lambda: run(TALKS, conference, lines, {"mail": True}, by=None, dry=False)] * THREADS
    )
    assert names(results) == ["Result"] * THREADS
    assert sum(result.added for result in results) == 5
    assert sum(result.known for result in results) == 5 * (THREADS - 1)
    assert Talk.objects.count() == OutgoingEmail.objects.count() == 5
    assert Speaker.objects.count() == 1
