"""Input of speakers, reviewers and the committee."""

from .availability import ABSENCES, by_day
from .changes import ChangeAnswerForm, ChangeForm
from .committee import (
    BulkForm,
    CancelForm,
    DecisionForm,
    Filter,
    PutBackForm,
    RenameForm,
    RowForm,
    SavedViewForm,
    SeenForm,
)
from .fields import posted
from .files import FileForm
from .invitations import InviteForm, OrderForm
from .links import LinksForm
from .reviews import AssignForm, RedactForm, ReviewForm, SpreadForm, SuggestForm
from .speaker_mail import SpeakerMailForm
from .talks import ConfirmForm, LeaveForm, NeedsForm, ProfileForm, TalkForm

__all__ = [
    "ABSENCES",
    "AssignForm",
    "BulkForm",
    "CancelForm",
    "ChangeAnswerForm",
    "ChangeForm",
    "ConfirmForm",
    "DecisionForm",
    "FileForm",
    "Filter",
    "InviteForm",
    "LeaveForm",
    "LinksForm",
    "NeedsForm",
    "OrderForm",
    "ProfileForm",
    "PutBackForm",
    "RedactForm",
    "RenameForm",
    "ReviewForm",
    "RowForm",
    "SavedViewForm",
    "SeenForm",
    "SpeakerMailForm",
    "SpreadForm",
    "SuggestForm",
    "TalkForm",
    "by_day",
    "posted",
]
