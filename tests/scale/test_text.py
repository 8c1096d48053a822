"""What people typed: markdown without scripts, short lines, words of addresses."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scale.text import plain, printable, render_markdown, slug

ATTEMPTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=https://evil.example></iframe>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](<javascript:alert(1)>)",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    '[x](https://ok.example "onmouseover=alert(1)")',
    '[x](https://ok.example" onclick="alert(1))',
    "<a href='javascript:alert(1)'>x</a>",
    "`<script>alert(1)</script>`",
    "```\n</code><script>alert(1)</script>\n```",
    "<style>body{display:none}</style>",
    "<form action=https://evil.example><input name=password></form>",
    "<math><mtext></p><img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
    "<!-- --><script>alert(1)</script>",
    "\x00<scr\x00ipt>alert(1)</script>",
    '<https://evil.example/"onclick=alert(1)>',
]
TAG = re.compile(r"<\s*/?\s*([a-zA-Z!][^\s>/]*)([^>]*)>")
ALLOWED = {
    *("a", "b", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre"),
    *("strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}


def assert_harmless(html):
    for name, attributes in TAG.findall(html):
        assert name.lower() in ALLOWED
        assert not re.search(r"\son\w+\s*=|style\s*=|src\s*=", re.sub(r'"[^"]*"', '""', attributes))
        for address in re.findall(r'href="([^"]*)"', attributes):
            assert re.match(r"(https?|mailto|tel|ftp|news|irc|xmpp):|[^:]*$", address), address


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_markdown_runs_nothing(attempt):
    assert_harmless(render_markdown(attempt))


@given(st.text(alphabet="<>\"'`[]()!&;:/ \nabcjsx*_#-|onerscipt", max_size=200))
def test_no_mixture_of_signs_makes_markdown_run_something(text):
    assert_harmless(render_markdown(text))


def test_markdown_shows_what_people_write():
    html = render_markdown("# Big\n\n**Bold** and [here](https://x.example)\n\n- one\n- two")
    assert "<h3>Big</h3>" in html
    assert "<strong>Bold</strong>" in html
    assert '<a href="https://x.example" rel="noopener nofollow">here</a>' in html
    assert html.count("<li>") == 2


def test_markdown_keeps_every_script():
    assert "日本語 محمد 🎉" in render_markdown("日本語 محمد 🎉")


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "*a " * 10_000, "> " * 5_000, "`" * 20_000, "<" * 20_000, "a@" * 10_000]
)
def test_markdown_takes_no_time_for_nonsense(text):
    began = time.process_time()
    assert_harmless(render_markdown(text))
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ein Größenwahn – für alle!", "ein-groenwahn-fur-alle"),
        ("日本語", ""),
        ("  --a--  ", "a"),
        ("../../etc/passwd", "etcpasswd"),
        ("x" * 1000, "x" * 60),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_words_of_an_address_are_ascii(text, words):
    assert slug(text) == words


@pytest.mark.parametrize(
    ("text", "limit", "line"),
    [
        (" a \n b\t c ", 0, "a b c"),
        ("one two three", 8, "one two…"),
        ("one two three", 13, "one two three"),
        ("x" * 20, 10, "x" * 9 + "…"),
        ("", 5, ""),
    ],
)
def test_a_plain_line_is_cut_at_a_word(text, limit, line):
    assert plain(text, limit) == line


@given(st.text(), st.integers(1, 40))
def test_a_plain_line_is_never_longer_than_its_limit(text, limit):
    assert len(plain(text, limit)) <= limit
    assert "\n" not in plain(text, limit)


@given(st.text(alphabet=st.characters(codec=None), max_size=50))
def test_printable_text_can_be_stored_anywhere(text):
    done = printable(text)
    assert isinstance(done.encode(), bytes)
    assert not set(done) & set("\x00\r\x1b\x7f")
    assert printable(done) == done
