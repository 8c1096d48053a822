"""Two of the committee at once; each guard was taken out once to see these fail."""

import pytest

from cfp import actions
from cfp.models import SpeakerMailCopy, Talk
from cfp.speaker_mail import copies, mark
from scale.models import OutgoingEmail
from tests.cfp.test_races import at_once, names
from tests.factories import cfp, scale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.sqlite
def test_two_who_edit_the_same_row_at_once_do_not_overwrite_each_other():
    conference = scale.conference()
    talk, tracks = cfp.talk(conference), [cfp.track(conference) for _ in range(4)]
    seen = actions.row_mark(talk, [], None)
    results = at_once(
        *(
            lambda track=track: actions.classify_talk(talk, by=scale.user(), seen=seen, track=track)
            for track in tracks
        )
    )
    assert names(results) == ["DecidedMeanwhile"] * 3 + ["bool"]
    assert Talk.objects.get(pk=talk.pk).track in tracks


@pytest.mark.sqlite
def test_mail_that_is_sent_at_once_by_many_clicks_leaves_once():
    conference = scale.conference()
    talks = [cfp.talk(conference) for _ in range(3)]
    chair = scale.user()
    said = {"subject": "S", "text": "T"}
    seen = mark(copies(talks, *said.values(), conference))
    ids = [talk.pk for talk in talks]
    results = at_once(
        *(
            lambda: actions.mail_speakers(
                conference, ids, by=chair, code="ABCDEFGHJK", seen=seen, **said
            )
            for _ in range(4)
        )
    )
    assert names(results) == ["SpeakerMail"] * 4
    assert len({one.pk for one in results}) == 1
    assert OutgoingEmail.objects.count() == SpeakerMailCopy.objects.count() == 3
