"""The calendar file in the mail to a speaker, made when it leaves: publishing pays nothing."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from cfp.models import Speaker, TalkSpeaker
from scale.db import snapshot
from scale.models import OutgoingEmail

from .feeds import ics
from .feeds.lines import Line, past, read
from .models import Change, Release

PLACED = "schedule"  # the kind of mail that tells where and when somebody speaks
CALENDAR = "text/calendar"


def subject(release: Release, speaker: Speaker) -> str:
    """What such a mail is about, short enough for its row."""
    return f"{release.pk}:{speaker.code}"


def of_placed(row: OutgoingEmail) -> Iterable[tuple[str, str, bytes]]:
    """The slots of the speaker that the release touched, as they are at this moment.

    Whoever imports the file never gets a place that is out of date already: a mail that
    waited tells of later releases, too. What is the speaker's no more is struck out.
    """
    number, _, code = row.about.partition(":")
    release = Release.objects.select_related("conference").filter(pk=number or 0).first()
    speaker = Speaker.objects.known_as(code)
    if release is None or speaker is None:
        return []
    with snapshot():
        talks = set(TalkSpeaker.objects.filter(speaker=speaker).values_list("talk", flat=True))
        touched = touched_by(release, talks)
        schedule = read(release.conference, Q(uuid__in=touched, talk__in=talks))
        gone = struck_out(touched - {line.uuid for line in schedule.lines}, talks)
    if not touched:
        return []
    body = ics.render(schedule, speaker.name, gone)
    return [(f"{release.conference.slug}-talks.ics", CALENDAR, body)]


def touched_by(release: Release, talks: set[int]) -> set[UUID]:
    """The slots of these talks, before the release or after it."""
    theirs = Q(talk__in=talks) | Q(before__talk__in=talks)
    return set(release.changes.filter(theirs).values_list("slot_uuid", flat=True))


def struck_out(uuids: set[UUID], talks: set[int]) -> list[Line]:
    """Where these slots last had one of the talks, numbered as their last change."""
    theirs, last = {}, {}
    for line in past(Change.objects.filter(slot_uuid__in=uuids)):
        last[line.uuid] = line
        if line.talk_id in talks:
            theirs[line.uuid] = line
    return [
        line._replace(version=last[uuid].version, released_at=last[uuid].released_at)
        for uuid, line in theirs.items()
    ]
