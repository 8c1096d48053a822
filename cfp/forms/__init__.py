"""Input of speakers, reviewers and the committee."""

from .availability import ABSENCES, by_day
from .committee import CancelForm, DecisionForm, Filter, PutBackForm, RenameForm, ReviewForm
from .fields import posted
from .files import FileForm
from .invitations import InviteForm, OrderForm
from .talks import ConfirmForm, LeaveForm, ProfileForm, ProfilePageForm, TalkForm

__all__ = [
    "ABSENCES",
    "CancelForm",
    "ConfirmForm",
    "DecisionForm",
    "FileForm",
    "Filter",
    "InviteForm",
    "LeaveForm",
    "OrderForm",
    "ProfileForm",
    "ProfilePageForm",
    "PutBackForm",
    "RenameForm",
    "ReviewForm",
    "TalkForm",
    "by_day",
    "posted",
]
