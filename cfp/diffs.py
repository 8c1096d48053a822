"""What differs between two texts, for reading: pieces that stay, go or come."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

MOST_WORDS = 1_500  # beyond, lines are compared: comparing costs the square


def pieces(old: str, new: str) -> Iterator[tuple[str, str]]:
    """("same" | "del" | "ins", text) in reading order."""
    a, b = words(old), words(new)
    if len(a) + len(b) > 2 * MOST_WORDS:
        a, b = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for kind, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", "".join(a[i:j])
            continue
        if i < j:
            yield "del", "".join(a[i:j])
        if k < m:
            yield "ins", "".join(b[k:m])


def words(text: str) -> list[str]:
    return re.findall(r"\s+|\S+", text)
