import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from scale.svg import MAX_BYTES, SVG, clean_svg, svg_size

HEAD = f'<svg xmlns="{SVG}" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 30">'


def clean(inside, head=HEAD):
    return clean_svg(ContentFile(f"{head}{inside}</svg>".encode())).decode()


def test_a_drawing_stays_as_it_was_drawn():
    inside = (
        '<defs><linearGradient id="a"><stop offset="0" stop-color="#f00" /></linearGradient></defs>'
        '<g transform="translate(3 4)"><path d="M0 0L4 4" fill="url(#a)" /></g>'
        '<text x="1" y="2">A <tspan dx="3">B</tspan> C</text><use href="#a" />'
    )
    assert clean(inside).split("\n")[1] == (
        f'<svg xmlns="{SVG}" width="40" height="30" viewBox="0 0 40 30">{inside}</svg>'
    )


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<script href="https://evil.example/x.js"/>',
        '<rect onload="alert(1)" onclick="alert(1)"/>',
        '<a href="javascript:alert(1)"><rect/></a>',
        '<a xlink:href="https://evil.example"><rect/></a>',
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">evil</p></foreignObject>',
        '<use href="https://evil.example/x.svg#a"/>',
        '<use xlink:href="data:image/svg+xml;base64,AAAA#a"/>',
        '<rect fill="url(https://evil.example/x)"/>',
        '<rect style="fill:url(//evil.example/x)"/>',
        '<rect style="background:url(evil.png)"/>',
        '<rect mask="image-set(\'https://evil.example/x\' 1x)"/>',
        r'<rect style="fill:u\72l(https://evil.example)"/>',
        '<style>@import "https://evil.example/x.css"; .a{fill:url(evil.svg#a)}</style>',
        '<style>@font-face{font-family:a;src:url(evil.woff)}</style>',
        '<style>.a{behavior:url(#evil)}</style>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        '<filter id="a"><feImage href="https://evil.example/x"/></filter>',
        '<iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example"/>',
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
        '<metadata><evil/></metadata>',
        '<rect xml:base="https://evil.example/"/>',
        '<?xml-stylesheet href="https://evil.example/x.css"?><!-- evil -->',
    ],
)  # fmt: skip
def test_what_runs_or_fetches_is_left_out(inside):
    found = clean(inside)
    assert not re.search(r"evil|alert|script|image-set|data:|on\w+=|u\\72", found)


def test_style_sheets_keep_what_is_harmless():
    assert "<style>.a{fill:url(#g);stroke:#fff}\n.b .c{opacity:.5}</style>" in clean(
        "<style>/**/ .a { fill: url(#g); stroke: #fff; cursor: url(x) } .b .c{opacity:.5}</style>"
    )


def test_words_after_something_left_out_stay():
    assert ">one two three<" in clean("<text>one <b>bold</b>two <script>x</script>three</text>")


@pytest.mark.parametrize(
    ("head", "size"),
    [
        (f'<svg xmlns="{SVG}" width="200" height="100px">', (200, 100)),
        (f'<svg xmlns="{SVG}" width="1in" height="25.4mm">', (96, 96)),
        (f'<svg xmlns="{SVG}" width="100%" height="100%" viewBox="0,0 7 5">', (7, 5)),
        (f'<svg xmlns="{SVG}" width="8" height="4" viewBox="nonsense">', (8, 4)),
    ],
)
def test_size_is_known_and_written_down(head, size):
    found = clean("", head)
    assert svg_size(found.encode()) == size
    assert 'viewBox="' in found


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01",
        b"GIF89a",
        b"<svg/>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        b"<?xml version='1.0' encoding='nonsense'?><svg/>",
        f'<svg xmlns="{SVG}"/>'.encode(),
        f'<svg xmlns="{SVG}" viewBox="0 0 0 5"/>'.encode(),
        f'<svg xmlns="{SVG}" viewBox="0 0 nan inf"/>'.encode(),
        f'<svg xmlns="{SVG}" viewBox="0 0 9e99 9e99"/>'.encode(),
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + f"{HEAD}&a;</svg>".encode(),
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + f"{HEAD}&a;</svg>".encode(),
        f'{HEAD}<image href="data:image/png;base64,AAAA"/></svg>'.encode(),
        f"{HEAD}{'<g>' * 100}{'</g>' * 100}</svg>".encode(),
        HEAD.encode() + b"<g>" * 400_000,
        f"{HEAD}{'<g>' * 200_000}{'</g>' * 200_000}</svg>".encode(),
        f"{HEAD}{'<g/>' * 30_000}</svg>".encode(),
        b" " * (MAX_BYTES + 1),
    ],
)
def test_what_is_no_drawing_is_refused(content):
    with pytest.raises(ValidationError):
        clean_svg(ContentFile(content))


def doubled(refer):
    """Twenty times twice the one before: a million circles in two kilobytes."""
    inside = '<circle id="n0" r="1"/>'
    for n in range(1, 21):
        inside += f'<g id="n{n}">{refer(n - 1) * 2}</g>'
    return inside


@pytest.mark.parametrize(
    "refer",
    [
        lambda n: f'<use href="#n{n}"/>',
        lambda n: f'<use xlink:href="#n{n}"/>',
        lambda n: f'<rect fill="url(#n{n})"/>',
        lambda n: f"""<rect style="mask: url('#n{n}')"/>""",
        lambda n: f'<style>.k{n}{{clip-path:url(#n{n})}}</style><rect class="k{n}"/>',
    ],
)
def test_a_small_file_that_never_ends_is_refused(refer):
    with pytest.raises(ValidationError, match="repeats itself"):
        clean(doubled(refer))


def test_style_rules_that_refer_to_everything_are_refused_quickly():
    names = "".join(f".a{{fill:url(#n{n})}}" for n in range(5000))
    marks = "".join(f'<g id="n{n}"/><rect class="a"/>' for n in range(5000))
    with pytest.raises(ValidationError, match="repeats itself"):
        clean(f"<style>{names}</style>{marks}")


def test_a_drawing_within_itself_is_refused():
    with pytest.raises(ValidationError, match="contains itself"):
        clean('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>')
    assert "use" in clean('<use href="#gone"/>')


def test_what_was_cleaned_comes_out_the_same_again():
    once = clean('<style>.a{fill:url(#g)}</style><g id="x" class="a"><use href="#y"/></g>')
    assert clean_svg(ContentFile(once.encode())).decode() == once
