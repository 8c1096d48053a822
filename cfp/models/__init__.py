from .access_codes import AccessCode
from .availability import SpeakerAvailability
from .call import Call, Calls, Equipment, TalkKind, Track, TrackRole
from .changes import TalkChange
from .decision import Budget, Decision, Notice, SavedView
from .files import TalkFile
from .invitations import SpeakerInvitation
from .questions import CallAnswer, CallQuestion
from .review import Mark, Review
from .reviewing import (
    Assignment,
    ConflictOfInterest,
    Criterion,
    Redaction,
    ReviewRules,
    ReviewTag,
    TrackSuggestion,
)
from .speaker import Speaker, SpeakerAlias, new_speaker_code, verified_addresses
from .speaker_mail import SpeakerMail, SpeakerMailCopy
from .talk import Talk, TalkSpeaker, new_talk_code
from .tickets import SpeakerTicket
from .tokens import ApiToken

__all__ = [
    "AccessCode",
    "ApiToken",
    "Assignment",
    "Budget",
    "Call",
    "CallAnswer",
    "CallQuestion",
    "Calls",
    "ConflictOfInterest",
    "Criterion",
    "Decision",
    "Equipment",
    "Mark",
    "Notice",
    "Redaction",
    "Review",
    "ReviewRules",
    "ReviewTag",
    "SavedView",
    "Speaker",
    "SpeakerAlias",
    "SpeakerAvailability",
    "SpeakerInvitation",
    "SpeakerMail",
    "SpeakerMailCopy",
    "SpeakerTicket",
    "Talk",
    "TalkChange",
    "TalkFile",
    "TalkKind",
    "TalkSpeaker",
    "Track",
    "TrackRole",
    "TrackSuggestion",
    "new_speaker_code",
    "new_talk_code",
    "verified_addresses",
]
