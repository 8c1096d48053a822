"""The verbs of this app. Each locks the talk first, then reads, then decides."""

from .bulk import change_talks
from .committee import (
    cancel_talk,
    put_back,
    rename_talk,
    review_talk,
    set_speakers,
)
from .decisions import (
    Released,
    decide_talk,
    promote_talk,
    release_decisions,
    stands,
    take_back_decision,
)
from .reminders import remind_unconfirmed
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
    "Released",
    "cancel_talk",
    "change_talks",
    "claim_speaker",
    "confirm_talk",
    "decide_talk",
    "decline_talk",
    "edit_talk",
    "give_missing",
    "give_tickets",
    "promote_talk",
    "put_back",
    "release_decisions",
    "remind_unconfirmed",
    "remove_photo",
    "rename_talk",
    "review_talk",
    "save_draft",
    "save_profile",
    "set_speakers",
    "speaker_of",
    "stands",
    "submit_talk",
    "take_back_decision",
    "withdraw_talk",
]
