"""Foreign HTML for a sandboxed frame: no script, no style, no picture, nothing from elsewhere."""

import re

import nh3
from django.templatetags.static import static

from .parse import is_deep

TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "center", "code", "dd", "del", "div", "dl"),
    *("dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "li", "ol", "p", "pre"),
    *("s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th"),
    *("thead", "tr", "u", "ul"),
}
ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
HIDDEN = {
    *("script", "style", "title", "head", "svg", "math", "template", "noscript"),
    *("button", "select", "textarea"),
}
PICTURE = re.compile(r"<img\b", re.IGNORECASE)
SMALL = 200_000  # characters: more is read as text


def document(html: str) -> str:
    """The whole page of the frame; empty where only the text can be shown."""
    if not html or len(html) > SMALL or is_deep(html):
        return ""
    return (
        f'<!doctype html><html lang="und"><head><meta charset="utf-8"><title>Mail</title>'
        f'<link rel="stylesheet" href="{static("mail-frame.css")}"></head>'
        f"<body>{cleaned(html)}</body></html>"
    )


def cleaned(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=HIDDEN,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def pictures(html: str) -> int:
    """How many pictures the frame leaves out."""
    return len(PICTURE.findall(html))
