"""Input of speakers, reviewers and the committee."""

from .committee import (
    BulkForm,
    CancelForm,
    DecisionForm,
    Filter,
    PutBackForm,
    RenameForm,
    ReviewForm,
    SavedViewForm,
    SeenForm,
)
from .fields import posted
from .talks import ConfirmForm, LeaveForm, ProfileForm, ProfilePageForm, TalkForm

__all__ = [
    "BulkForm",
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
    "SavedViewForm",
    "SeenForm",
    "TalkForm",
    "posted",
]
