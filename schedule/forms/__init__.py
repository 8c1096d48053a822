from .board import BoardForm, PlanForm
from .bofs import BofForm, DeclineForm, PlacesForm
from .counts import CountForm
from .imports import ImportForm
from .placing import LONGEST, PlacementForm, PublishForm
from .ratings import RatingForm
from .rooms import RoomForm
from .seats import SeatsForm

__all__ = [
    "LONGEST",
    "BoardForm",
    "BofForm",
    "CountForm",
    "DeclineForm",
    "ImportForm",
    "PlacementForm",
    "PlacesForm",
    "PlanForm",
    "PublishForm",
    "RatingForm",
    "RoomForm",
    "SeatsForm",
]
