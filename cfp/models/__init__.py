from .call import Call, Calls, Equipment, TalkKind, Track, TrackRole
from .review import Decision, Review
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
from .tokens import ApiToken

__all__ = [
    "ApiToken",
    "Call",
    "Calls",
    "Decision",
    "Equipment",
    "Review",
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
