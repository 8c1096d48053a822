"""What this floor holds about one person, and how it forgets them."""

from django.db import transaction
from django.db.models import Q

from scale.models import AuditEntry

from .models import (
    ApiToken,
    Assignment,
    CallAnswer,
    ConflictOfInterest,
    Decision,
    Redaction,
    Review,
    SavedView,
    Speaker,
    SpeakerInvitation,
    SpeakerMailCopy,
    Talk,
    TalkChange,
    TalkFile,
    TalkSpeaker,
    TrackRole,
    TrackSuggestion,
)

ERASED_NAME = "(name erased)"


def show(email: str) -> list[str]:
    speakers = _speakers(email)
    lines = [f"Speaker profile “{speaker.name}” ({speaker.code})" for speaker in speakers]
    talks = Talk.objects.filter(talk_speakers__speaker__in=speakers).select_related("conference")
    lines += [f"Talk “{t.title}”, {t.conference}: {t.get_status_display()}" for t in talks]
    roles = TrackRole.objects.filter(user__email=email).select_related("track__conference")
    lines += [
        f"{role.get_role_display()} of {role.track}, {role.track.conference}" for role in roles
    ]
    lines += _shown_extras(email, speakers)
    reviews = Review.objects.filter(reviewer__email=email).select_related("talk")
    lines += [f"Review of “{review.talk}”: {review.said}" for review in reviews]
    lines += [f"To the speakers of “{one.talk}”: {one.feedback}" for one in reviews if one.feedback]
    lines += [f"Private note on “{one.talk}”: {one.note}" for one in reviews if one.note]
    asked = Assignment.objects.filter(reviewer__email=email).count()
    lines += [f"Asked for reviews: {asked}"] if asked else []
    conflicts = ConflictOfInterest.objects.filter(user__email=email).select_related("talk")
    lines += [f"Conflict of interest with “{one.talk}”" for one in conflicts]
    suggestions = TrackSuggestion.objects.filter(by__email=email).select_related("talk", "track")
    lines += [f"Suggested {one.track} for “{one.talk}”" for one in suggestions]
    tokens = ApiToken.objects.filter(user__email=email)
    lines += [f"API token “{token}”: {token.get_scope_display()}" for token in tokens]
    decisions = Decision.objects.filter(by__email=email).select_related("talk")
    lines += [f"Decision on “{one.talk}”: {one.get_verdict_display()}" for one in decisions]
    return lines


def _shown_extras(email: str, speakers) -> list[str]:
    answers = CallAnswer.objects.filter(talk__talk_speakers__speaker__in=speakers)
    lines = [f"Answer to “{one.question}”: {one}" for one in answers.select_related("question")]
    phones = Talk.objects.filter(talk_speakers__speaker__in=speakers).exclude(day_phone="")
    lines += [f"Phone for “{talk}”: {talk.day_phone}" for talk in phones]
    asked = SpeakerInvitation.objects.filter(email=email)
    lines += [f"Invitation to speak, {one.made_at:%Y-%m-%d}" for one in asked]
    copies = SpeakerMailCopy.objects.filter(speaker__in=speakers).select_related("mail", "talk")
    lines += [f"Mail of the committee “{one.mail}” about “{one.talk}”" for one in copies]
    files = TalkFile.objects.filter(by__email=email).select_related("talk")
    return lines + [f"File “{one.name}” of “{one.talk}”" for one in files]


def erase(email: str) -> int:
    """The profile is blanked, roles end; talks stay without a name.

    Scores and decisions stay with the erased account: others relied on them. What was to be
    reviewed, conflicts and private notes were for the person alone, and go.
    """
    speakers = list(_speakers(email))
    for speaker in speakers:
        _blank(speaker)
    SpeakerInvitation.objects.filter(email=email).delete()
    TalkFile.objects.filter(by__email=email).update(name="(erased)")
    SavedView.objects.filter(user__email=email).delete()
    roles, _ = TrackRole.objects.filter(user__email=email).delete()
    tokens, _ = ApiToken.objects.filter(user__email=email).delete()
    asked, _ = Assignment.objects.filter(reviewer__email=email).delete()
    conflicts, _ = ConflictOfInterest.objects.filter(user__email=email).delete()
    notes = Review.objects.filter(reviewer__email=email).exclude(note="").update(note="")
    return len(speakers) + roles + asked + conflicts + notes + tokens


def _speakers(email):
    return Speaker.objects.filter(Q(email=email) | Q(user__email=email))


def _blank(speaker: Speaker) -> None:
    if speaker.photo:
        storage, name = speaker.photo.storage, speaker.photo.name
        transaction.on_commit(lambda: storage.delete(name))
    speaker.name, speaker.user, speaker.email, speaker.photo = ERASED_NAME, None, None, ""
    speaker.pronouns = speaker.organization = speaker.biography = speaker.website = ""
    speaker.save()
    speaker.absences.all().delete()
    speaker.aliases.all().delete()
    AuditEntry.objects.get_for_object(speaker).delete()
    AuditEntry.objects.get_for_objects(speaker.talk_speakers.all()).delete()
    alone = Talk.objects.filter(talk_speakers__speaker=speaker).exclude(
        talk_speakers__in=TalkSpeaker.objects.exclude(speaker=speaker)
    )
    TalkFile.objects.filter(talk__in=alone).remove()
    CallAnswer.objects.filter(talk__in=alone, question__is_personal=True).delete()
    alone.update(notes="", reason="", links="")
    Talk.objects.filter(talk_speakers__speaker=speaker).update(day_phone="")
    speaker.talk_speakers.update(shirt="")
    TalkChange.objects.filter(talk__in=alone).update(why="", answer="")
    Redaction.objects.filter(talk__talk_speakers__speaker=speaker).delete()
