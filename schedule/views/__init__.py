from . import feeds, imports, plan, public

__all__ = ["feeds", "imports", "plan", "public"]
