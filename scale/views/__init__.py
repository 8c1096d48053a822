from . import public, staff
from .public import demo_only

__all__ = ["demo_only", "public", "staff"]
