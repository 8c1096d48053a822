"""The verbs of this app. Each locks the talk first, then reads, then decides."""

from .absences import set_absences
from .assignments import assign_talks, spread_reviews, take_back_assignments
from .bulk import change_talks, classify_talk, row_mark
from .changes import answer_change, change_talk
from .committee import (
    cancel_talk,
    put_back,
    rename_talk,
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
from .files import add_file, remove_file
from .hosted import enter_hosted, host_of, take_off
from .invitations import (
    accept_invitation,
    decline_invitation,
    drop_out,
    invite_speaker,
    invite_to_profile,
    order_speakers,
    take_back_invitation,
)
from .links import set_links
from .partners import invite_talk, save_track
from .profiles import claim_speaker, remove_photo, save_profile, speaker_of
from .promised import give_back_place, hold_place
from .reminders import remind_unconfirmed
from .reviews import (
    answer_suggestion,
    declare_conflict,
    redact_talk,
    review_talk,
    suggest_track,
    weigh_again,
)
from .speaker_mail import mail_speakers
from .speakers import (
    confirm_talk,
    decline_talk,
    edit_talk,
    save_draft,
    submit_talk,
    withdraw_talk,
)
from .tickets import give_missing, give_tickets
from .track_calls import remove_question, save_call, save_question

__all__ = [
    "Released",
    "accept_invitation",
    "add_file",
    "answer_change",
    "answer_suggestion",
    "assign_talks",
    "cancel_talk",
    "change_talk",
    "change_talks",
    "claim_speaker",
    "classify_talk",
    "confirm_talk",
    "decide_talk",
    "declare_conflict",
    "decline_invitation",
    "decline_talk",
    "drop_out",
    "edit_talk",
    "enter_hosted",
    "give_back_place",
    "give_missing",
    "give_tickets",
    "hold_place",
    "host_of",
    "invite_talk",
    "invite_speaker",
    "invite_to_profile",
    "mail_speakers",
    "order_speakers",
    "promote_talk",
    "put_back",
    "redact_talk",
    "release_decisions",
    "remind_unconfirmed",
    "remove_file",
    "remove_photo",
    "remove_question",
    "rename_talk",
    "review_talk",
    "row_mark",
    "save_call",
    "save_draft",
    "save_profile",
    "save_question",
    "save_track",
    "set_absences",
    "set_links",
    "set_speakers",
    "speaker_of",
    "spread_reviews",
    "stands",
    "submit_talk",
    "suggest_track",
    "take_back_assignments",
    "take_back_decision",
    "take_back_invitation",
    "take_off",
    "weigh_again",
    "withdraw_talk",
]
