"""The verbs of this app. Each locks the talk first, then reads, then decides."""

from .committee import (
    BECOMES,
    cancel_talk,
    decide_talk,
    put_back,
    rename_talk,
    review_talk,
    set_speakers,
)
from .partners import invite_talk, save_track
from .speakers import (
    claim_speaker,
    confirm_talk,
    decline_talk,
    edit_talk,
    remove_photo,
    save_draft,
    save_profile,
    speaker_of,
    submit_talk,
    withdraw_talk,
)
from .tickets import give_missing, give_tickets

__all__ = [
    "BECOMES",
    "cancel_talk",
    "claim_speaker",
    "confirm_talk",
    "decide_talk",
    "decline_talk",
    "edit_talk",
    "give_missing",
    "give_tickets",
    "invite_talk",
    "put_back",
    "remove_photo",
    "rename_talk",
    "review_talk",
    "save_draft",
    "save_profile",
    "save_track",
    "set_speakers",
    "speaker_of",
    "submit_talk",
    "withdraw_talk",
]
