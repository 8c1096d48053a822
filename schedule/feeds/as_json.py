"""JSON as bytes, without characters that programs stumble over."""

import json
import re

from scale.text import carried

# A control as JSON escapes it, behind an even number of backslashes.
ESCAPED = re.compile(r"(?<!\\)((?:\\\\)*)\\(?:u00[01][0-9a-f]|[bf])")


def as_json(found) -> bytes:
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    if "\\u00" in text or "\\b" in text or "\\f" in text:
        text = ESCAPED.sub(r"\1", text)
    return carried([text])
