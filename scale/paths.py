"""Shapes of addresses, for every `urls.py`."""

from django.urls import register_converter

from .models.conference import RESERVED_SLUGS


class EditionConverter:
    """An edition's slug, never one of the reserved words: /door/ is no edition."""

    regex = f"(?!(?:{'|'.join(sorted(RESERVED_SLUGS))})(?![a-z0-9-]))[a-z0-9][a-z0-9-]{{0,19}}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class CodeConverter:
    """A public code, as `scale.codes.new_code` makes them."""

    regex = "[A-Z0-9]{4,12}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class NamedCodeConverter:
    """A code with words behind it for people: K7QX2M-my-talk; only the code counts."""

    regex = "[A-Z0-9]{4,12}(?:-[a-z0-9-]*)?"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(EditionConverter, "edition")
register_converter(CodeConverter, "code")
register_converter(NamedCodeConverter, "named")
