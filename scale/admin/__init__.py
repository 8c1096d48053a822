from . import tables  # noqa: F401  (registers the kernel's own)
from .base import EditionAdmin, EditionInline

__all__ = ["EditionAdmin", "EditionInline"]
