"""Foreign text made fit for our columns: no control characters, no HTML, no entities."""

import html
import re
import unicodedata
from html.parser import HTMLParser

# Controls but tab and newline, what turns the writing direction of whatever
# follows, lone surrogates, and noncharacters: none of them is text.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
HTML = re.compile(r"\s*<(p|div|ul|ol|h[1-6]|blockquote|pre|table|br|span|strong|em|b|a)\b", re.I)
BLOCKS = {
    *("p", "div", "ul", "ol", "blockquote", "pre", "table", "tr", "section", "article"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr"),
}
SILENT = {"script", "style", "head", "title", "template", "iframe", "object"}


def printable(text: str) -> str:
    """Without what cannot be shown or would garble the page around it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n\n")
    return UNPRINTABLE.sub("", text)


def one_line(text: str) -> str:
    return " ".join(ENTITY.sub(decoded, printable(text)).split())


def decoded(entity: re.Match) -> str:
    return printable(html.unescape(entity.group()))


def paragraphs(text: str) -> str:
    """Plain paragraphs or light markdown, whichever way the source wrote them."""
    text = printable(text)
    if HTML.match(text):
        text = from_html(text)
    else:
        text = ENTITY.sub(decoded, text)
    text = re.sub(r"[ \t\xa0]+\n", "\n", text.replace("\xa0", " "))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


class Markdown(HTMLParser):
    """Collects HTML as text that reads well both as it is and as markdown."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.silent = 0
        self.verbatim = 0
        self.link = ""

    def handle_starttag(self, tag, attrs):
        if tag in SILENT:
            self.silent += 1
        elif tag == "li":
            self.out.append("\n- ")
        elif tag == "br":
            self.out.append("\n")
        elif tag == "pre":
            self.verbatim += 1
            self.out.append("\n\n```\n")
        elif tag in BLOCKS:
            self.out.append("\n\n")
        elif tag == "a":
            href = dict(attrs).get("href") or ""
            self.link = href if href.startswith(("https://", "http://")) else ""
        elif tag == "code" and not self.verbatim:
            self.out.append("`")

    def handle_endtag(self, tag):
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag == "pre" and self.verbatim:
            self.verbatim -= 1
            self.out.append("\n```\n\n")
        elif tag in BLOCKS:
            self.out.append("\n\n")
        elif tag == "a":
            if self.link and self.link not in "".join(self.out[-3:]):
                self.out.append(f" <{self.link}>")
            self.link = ""
        elif tag == "code" and not self.verbatim:
            self.out.append("`")

    def handle_data(self, data):
        if self.silent:
            return
        if not self.verbatim:
            data = re.sub(r"[ \t\n]+", " ", data)
            if not self.out or self.out[-1].endswith("\n"):
                data = data.lstrip(" ")
        if data:
            self.out.append(data)


def from_html(text: str) -> str:
    reader = Markdown()
    reader.feed(text)
    reader.close()
    return re.sub(r" +\n", "\n", "".join(reader.out))


def same(text: str) -> str:
    """The form in which two names or titles are the same: case and white space do not count."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
