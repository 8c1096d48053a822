from . import imports, plan, public

__all__ = ["imports", "plan", "public"]
