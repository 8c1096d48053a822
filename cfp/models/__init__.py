from .call import Call, Calls, Equipment, TalkKind, Track, TrackRole
from .decision import Budget, Decision, Notice, SavedView
from .review import Review
from .talk import (
    Speaker,
    SpeakerAvailability,
    Talk,
    TalkSpeaker,
    new_speaker_code,
    new_talk_code,
    verified_addresses,
)
from .tickets import SpeakerTicket

__all__ = [
    "Budget",
    "Call",
    "Calls",
    "Decision",
    "Equipment",
    "Notice",
    "Review",
    "SavedView",
    "Speaker",
    "SpeakerAvailability",
    "SpeakerTicket",
    "Talk",
    "TalkKind",
    "TalkSpeaker",
    "Track",
    "TrackRole",
    "new_speaker_code",
    "new_talk_code",
    "verified_addresses",
]
