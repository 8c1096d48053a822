from .board import BoardForm, PlanForm
from .imports import ImportForm
from .placing import LONGEST, PlacementForm, PublishForm

__all__ = ["LONGEST", "BoardForm", "ImportForm", "PlacementForm", "PlanForm", "PublishForm"]
