from . import plan, public

__all__ = ["plan", "public"]
