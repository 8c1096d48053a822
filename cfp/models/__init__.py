from .access_codes import AccessCode
from .availability import SpeakerAvailability
from .call import Call, Calls, Equipment, TalkKind, Track, TrackRole
from .changes import TalkChange
from .files import TalkFile
from .invitations import SpeakerInvitation
from .questions import CallAnswer, CallQuestion
from .review import Decision, Review
from .talk import (
    Speaker,
    Talk,
    TalkSpeaker,
    new_speaker_code,
    new_talk_code,
    verified_addresses,
)
from .tickets import SpeakerTicket

__all__ = [
    "AccessCode",
    "Call",
    "CallAnswer",
    "CallQuestion",
    "Calls",
    "Decision",
    "Equipment",
    "Review",
    "Speaker",
    "SpeakerAvailability",
    "SpeakerInvitation",
    "SpeakerTicket",
    "Talk",
    "TalkChange",
    "TalkFile",
    "TalkKind",
    "TalkSpeaker",
    "Track",
    "TrackRole",
    "new_speaker_code",
    "new_talk_code",
    "verified_addresses",
]
