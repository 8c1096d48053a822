"""Input of speakers, reviewers and the committee."""

from .committee import CancelForm, DecisionForm, Filter, PutBackForm, RenameForm
from .fields import posted
from .reviews import AssignForm, RedactForm, ReviewForm, SpreadForm, SuggestForm
from .talks import ConfirmForm, LeaveForm, ProfileForm, ProfilePageForm, TalkForm

__all__ = [
    "AssignForm",
    "CancelForm",
    "ConfirmForm",
    "DecisionForm",
    "Filter",
    "LeaveForm",
    "ProfileForm",
    "ProfilePageForm",
    "PutBackForm",
    "RedactForm",
    "RenameForm",
    "ReviewForm",
    "SpreadForm",
    "SuggestForm",
    "TalkForm",
    "posted",
]
