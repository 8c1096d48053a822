"""Input of speakers, reviewers and the committee."""

from .committee import CancelForm, DecisionForm, Filter, PutBackForm, RenameForm, ReviewForm
from .fields import posted
from .talks import ConfirmForm, LeaveForm, ProfileForm, ProfilePageForm, TalkForm

__all__ = [
    "CancelForm",
    "ConfirmForm",
    "DecisionForm",
    "Filter",
    "LeaveForm",
    "ProfileForm",
    "ProfilePageForm",
    "PutBackForm",
    "RenameForm",
    "ReviewForm",
    "TalkForm",
    "posted",
]
