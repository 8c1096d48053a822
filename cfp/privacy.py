"""What this floor holds about one person, and how it forgets them."""

from django.db import transaction
from django.db.models import Q

from scale.models import AuditEntry

from .models import ApiToken, Decision, Review, Speaker, Talk, TalkSpeaker, TrackRole

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
    reviews = Review.objects.filter(reviewer__email=email).select_related("talk")
    lines += [f"Review of “{review.talk}”: {review.score}" for review in reviews]
    tokens = ApiToken.objects.filter(user__email=email)
    lines += [f"API token “{token}”: {token.get_scope_display()}" for token in tokens]
    decisions = Decision.objects.filter(by__email=email).select_related("talk")
    lines += [f"Decision on “{one.talk}”: {one.get_verdict_display()}" for one in decisions]
    return lines


def erase(email: str) -> int:
    """The profile is blanked, roles end; talks stay without a name.

    Scores and decisions stay with the erased account: others relied on them.
    """
    speakers = list(_speakers(email))
    for speaker in speakers:
        _blank(speaker)
    roles, _ = TrackRole.objects.filter(user__email=email).delete()
    tokens, _ = ApiToken.objects.filter(user__email=email).delete()
    return len(speakers) + roles + tokens


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
    AuditEntry.objects.get_for_object(speaker).delete()
    AuditEntry.objects.get_for_objects(speaker.talk_speakers.all()).delete()
    alone = Talk.objects.filter(talk_speakers__speaker=speaker).exclude(
        talk_speakers__in=TalkSpeaker.objects.exclude(speaker=speaker)
    )
    alone.update(notes="", reason="")
