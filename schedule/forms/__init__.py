from .board import BoardForm, PlanForm
from .counts import CountForm
from .imports import ImportForm
from .placing import LONGEST, PlacementForm, PublishForm
from .rooms import RoomForm
from .seats import SeatsForm

__all__ = [
    "LONGEST",
    "BoardForm",
    "CountForm",
    "ImportForm",
    "PlacementForm",
    "PlanForm",
    "PublishForm",
    "RoomForm",
    "SeatsForm",
]
