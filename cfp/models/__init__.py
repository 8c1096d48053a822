from .call import Call, Calls, Equipment, TalkKind, Track, TrackRole
from .review import Decision, Mark, Review
from .reviewing import (
    Assignment,
    ConflictOfInterest,
    Criterion,
    Redaction,
    ReviewRules,
    ReviewTag,
    TrackSuggestion,
)
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
    "Assignment",
    "Call",
    "Calls",
    "ConflictOfInterest",
    "Criterion",
    "Decision",
    "Equipment",
    "Mark",
    "Redaction",
    "Review",
    "ReviewRules",
    "ReviewTag",
    "Speaker",
    "SpeakerAvailability",
    "SpeakerTicket",
    "Talk",
    "TalkKind",
    "TalkSpeaker",
    "Track",
    "TrackRole",
    "TrackSuggestion",
    "new_speaker_code",
    "new_talk_code",
    "verified_addresses",
]
