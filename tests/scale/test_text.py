"""Text that people typed."""

import pytest

from scale.text import canonical_email, plain, render_markdown, slug


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "[click](javascript:alert(1))",
        '<img src=x onerror="alert(1)">',
        "![x](https://elsewhere.example/pixel.png)",
        "<a href='data:text/html,x'>x</a>",
        "[x](data:text/html;base64,AAAA)",
    ],
)
def test_markdown_lets_nothing_run_or_load(source):
    html = render_markdown(source)
    for word in ("<script", "<img", 'href="javascript', 'href="data', "<a href='data"):
        assert word not in html


def test_markdown_keeps_what_it_is_for():
    html = render_markdown("# Head\n\n**bold** and [link](https://example.org)")
    assert "<h3>Head</h3>" in html
    assert "<strong>bold</strong>" in html
    assert 'rel="noopener nofollow"' in html


@pytest.mark.parametrize(
    ("title", "words"),
    [("Ceph at scale!", "ceph-at-scale"), ("日本語", ""), ("o_O flang", "o-o-flang"), ("-_-", "")],
)
def test_slug_is_ascii_words(title, words):
    assert slug(title) == words


def test_plain_is_one_line_cut_at_a_word():
    assert plain("one\n two\tthree", 10) == "one two…"


def test_addresses_are_one_key_whatever_their_case():
    assert canonical_email(" Ada@Example.ORG ") == "ada@example.org"
