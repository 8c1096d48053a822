import pytest
from django.utils.html import strip_tags

from cfp.models import Talk
from schedule.models import Kind, Slot
from schedule.templatetags.slots import slot_card
from tests.factories import cfp as make_cfp
from tests.factories import schedule as make

pytestmark = pytest.mark.django_db

MARKUP = '<b class="x">&'


@pytest.fixture
def stand(conference):
    def one(**placement):
        slot = make.slot(conference, **placement)
        return Slot.objects.shown(conference).get(pk=slot.pk)

    return one


def test_markup_in_every_fact_is_text(stand, conference):
    room = make.room(conference, name=MARKUP)
    talk = make.confirmed(conference, title=MARKUP, speakers=[make_cfp.speaker(name=MARKUP)])
    for slot in (
        stand(room=room, talk=talk),
        stand(room=room, title=MARKUP, starts_at=make.at(conference, 14)),
    ):
        card = slot_card(slot, conference, facts=True)
        assert "<b" not in card.replace("<bdi", "")
        assert card.count("&lt;b class=&quot;x&quot;&gt;&amp;") == (3 if slot.talk else 2)


def test_talk_says_what_to_know_before_walking_there(stand, conference):
    slot = stand(kind=Kind.REPEAT, starts_at=make.at(conference, 10))
    assert "10:00–10:45" in strip_tags(slot_card(slot, conference))
    assert strip_tags(slot_card(slot, conference)).endswith("Repeat")
    slot.moved_in = 7
    assert "moved here in version 7" in slot_card(slot, conference)
    slot.talk.status = Talk.Status.CANCELLED
    said = slot_card(slot, conference)
    assert "✕ Cancelled" in said
    assert "moved here" not in said


def test_only_the_schedule_carries_what_filters_ask(stand, conference):
    slot = stand()
    assert f'data-room="{slot.room.code}"' in slot_card(slot, conference, facts=True)
    assert "data-room" not in slot_card(slot, conference)
