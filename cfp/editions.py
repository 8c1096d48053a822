"""What of this floor goes into the next edition, and what is erased of an old one."""

from scale.models import Conference

from .models import (
    Budget,
    Call,
    CallAnswer,
    CallQuestion,
    Criterion,
    Decision,
    Equipment,
    Redaction,
    Review,
    ReviewRules,
    ReviewTag,
    Speaker,
    SpeakerInvitation,
    SpeakerMail,
    Talk,
    TalkChange,
    TalkFile,
    TalkKind,
    TalkSpeaker,
    Track,
    TrackSuggestion,
)


def copy(old: Conference, new: Conference, shift) -> None:
    """Tracks, kinds, budgets, equipment, how talks are reviewed, and calls with their dates moved.

    No talks and no people.
    """
    tracks = {}
    for track in Track.objects.filter(conference=old):
        tracks[track.pk] = _copied(
            track, new, starts_on=shift(track.starts_on), ends_on=shift(track.ends_on)
        )
    for row in [
        *Equipment.objects.filter(conference=old),
        *ReviewRules.objects.filter(conference=old),
        *Criterion.objects.filter(conference=old),
        *ReviewTag.objects.filter(conference=old),
    ]:
        _copied(row, new)
    kinds = {row.pk: _copied(row, new) for row in TalkKind.objects.filter(conference=old)}
    for question in CallQuestion.objects.filter(conference=old):
        again = _copied(question, new, required_from=shift(question.required_from))
        again.tracks.set(tracks[one.pk] for one in question.tracks.all())
        again.kinds.set(kinds[one.pk] for one in question.kinds.all())
    for budget in Budget.objects.filter(conference=old):
        _copied(budget, new, track=tracks.get(budget.track_id), kind=kinds.get(budget.kind_id))
    types = {one.code: one for one in new.ticket_types.all()}
    for call in Call.objects.filter(conference=old).select_related("speaker_ticket"):
        _copied(
            call,
            new,
            track=tracks.get(call.track_id),
            opens_at=shift(call.opens_at),
            closes_at=shift(call.closes_at),
            speaker_ticket=call.speaker_ticket and types[call.speaker_ticket.code],
        )


def _copied(row, conference, **changed):
    names = {field.name for field in row._meta.concrete_fields} - {"id", "conference"}
    fields = {name: getattr(row, name) for name in names} | changed
    return type(row).objects.create(conference=conference, **fields)


def erase(conference: Conference) -> None:
    """What people wrote for the committee of this edition alone, and how to reach them.

    Talks, scores and decisions stay: they are the edition's history.
    """
    talks = Talk.objects.filter(conference=conference)
    talks.filter(status=Talk.Status.DRAFT).update(
        title="(erased draft)", abstract="", description="", equipment_note="", links=""
    )
    CallAnswer.objects.filter(talk__conference=conference, question__is_personal=True).delete()
    SpeakerInvitation.objects.filter(talk__conference=conference).delete()
    SpeakerMail.objects.filter(conference=conference).update(text="")
    _erase_files(conference)
    talks.update(notes="", reason="", day_phone="")
    TalkSpeaker.objects.filter(talk__conference=conference).update(shirt="")
    TalkChange.objects.filter(talk__conference=conference).update(why="", answer="")
    Review.objects.filter(talk__conference=conference).update(comment="", feedback="", note="")
    Redaction.objects.filter(talk__conference=conference).delete()
    TrackSuggestion.objects.filter(talk__conference=conference).update(why="")
    Decision.objects.filter(talk__conference=conference).update(why="")
    conference.absences.all().delete()
    needed = Conference.objects.filter(erased_at=None).exclude(pk=conference.pk)
    unclaimed = Speaker.objects.filter(user=None, talk_speakers__talk__conference=conference)
    unclaimed.exclude(talk_speakers__talk__conference__in=needed).update(email=None)


def _erase_files(conference: Conference) -> None:
    """Slides of talks on stage stay; what was only for the committee goes."""
    kept = TalkFile.objects.filter(talk__status__in=Talk.ON_STAGE, is_slides=True)
    TalkFile.objects.filter(talk__conference=conference).exclude(pk__in=kept).remove()
