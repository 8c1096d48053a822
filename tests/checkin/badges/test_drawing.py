"""The paper: what can be read back from it, whoever the guest is, and where it lies."""

import dataclasses
import io
import re

import pypdf
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from checkin.badges import drawing, facts, layouts
from checkin.badges.layouts import MM, PIECES, PRESETS, Design, Place
from registration import qr
from registration.documents import fonts
from registration.documents.page import width
from tests.factories import badges as make

FACTS = facts.BadgeFacts(
    code="K7QX2M9PAB3DE",
    name="Marisol Quintero",
    edition="SCALE 24x",
    accent="#b4400a",
    ticket_type="Full access",
    type_code="full",
    pronouns="she/her",
    title="Telescope operator",
    organization="Northbeam Observatory",
    ribbons=("speaker", "exhibitor"),
    no_photos=True,
    conduct="+1 626 555 0100",
)
DESIGNS = {
    name: Design(w, h, places, paper="letter") for name, (_, w, h, places) in PRESETS.items()
}
NAMES = (
    *("山田 太郎", "김민준", "محمد عبد الرحمن", "שרה לוי", "अमिताभ", "สมชาย ใจดี"),
    *("Zoë 🐧 O’Brien", "Ж" * 120, "王" * 60, "W" * 120, "i"),
    "Prof. Dr. Maria-Magdalena von und zu Hohenlohe-Waldenburg-Schillingsfürst",
)


def read(pdf):
    return pypdf.PdfReader(io.BytesIO(pdf))


def squeezed(text):
    return re.sub(r"\s", "", text)


def shown(name, design="badge"):
    page = read(drawing.pdf([dataclasses.replace(FACTS, name=name)], DESIGNS[design])).pages[0]
    return squeezed(page.extract_text())


@pytest.mark.parametrize("design", PRESETS)
def test_all_of_it_is_on_the_paper_but_not_the_code_in_letters(design):
    text = shown(FACTS.name, design)
    for words in (FACTS.name, FACTS.ticket_type, FACTS.organization, "SPEAKER", "NO PHOTOS"):
        assert squeezed(words) in text
    assert FACTS.code not in text


@pytest.mark.parametrize("name", NAMES)
def test_names_of_the_world_come_out_whole(name):
    text = shown(name)
    assert set(squeezed(name)) <= set(text)
    assert "…" not in text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.floats(20, 300), st.floats(8, 120), st.floats(6, 40))
def test_nothing_ever_reaches_over_its_box(text, w, h, largest):
    for bold in (True, False):
        size, step, lines = drawing.fit_box(text, w, h, largest, bold)
        assert step * len(lines) <= h + 0.5 or len(lines) == 1
        for line in lines:
            assert width(line, size, bold) <= w + 0.5 or len(fonts.clusters(line)) <= 2
        assert size <= largest + 0.01


def test_short_names_are_as_large_as_they_may_be():
    big, _, lines = drawing.fit_box("Li", 200, 60, 34, True)
    small, _, more = drawing.fit_box("Maria-Magdalena Hohenlohe", 200, 60, 34, True)
    assert (big, lines) == (34, ["Li"])
    assert small < 34 and " ".join(more) == "Maria-Magdalena Hohenlohe"


ENDLESS = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"


def test_endless_word_is_broken_before_all_becomes_illegible():
    size, _, lines = drawing.fit_box(f"{ENDLESS} عبد الرحمن", 240, 110, 34, True)
    assert size >= 34 * 0.4
    assert len(lines) > 2 and squeezed("".join(lines)).startswith(ENDLESS)


def test_many_words_shrink_rather_than_break():
    words = "Society for free software and open standards in the valleys of the north " * 3
    size, _, lines = drawing.fit_box(words.strip(), 200, 60, 34, True)
    assert size < 34 * 0.4 and " ".join(lines) == words.strip()


def test_the_qr_holds_the_badges_code_alone():
    wanted = segno.make(FACTS.code, micro=False)
    count, dark = qr.runs(FACTS.code)
    assert count == wanted.symbol_size(border=0)[0]
    path = drawing.svg(FACTS, DESIGNS["badge"]).decode()
    for column, row, many in dark:
        assert f"M{column + 2} {row + 2}h{many}v1h-{many}z" in path


def test_one_up_pages_have_the_size_of_the_badge():
    pages = read(drawing.pdf([FACTS] * 3, DESIGNS["label"])).pages
    assert len(pages) == 3
    box = pages[0].mediabox
    assert (float(box.width), float(box.height)) == pytest.approx((100 * MM, 62 * MM), abs=0.1)


@pytest.mark.parametrize(
    ("design", "paper", "per_page"), [("badge", "a4", 4), ("label", "a4", 8), ("card", "letter", 6)]
)
def test_sheets_hold_as_many_as_fit(design, paper, per_page):
    wanted = dataclasses.replace(DESIGNS[design], paper=paper)
    pages = read(drawing.sheets([FACTS] * (per_page + 1), wanted)).pages
    assert len(pages) == 2
    assert pages[0].extract_text().count("Quintero") == per_page
    assert pages[1].extract_text().count("Quintero") == 1


def test_a_badge_larger_than_the_paper_goes_one_to_a_page():
    wide = dataclasses.replace(DESIGNS["badge"], width=200, height=270)
    pages = read(drawing.sheets([FACTS] * 2, wide)).pages
    assert [float(page.mediabox.width) for page in pages] == pytest.approx([200 * MM] * 2, abs=0.1)


def test_crop_marks_are_drawn_where_wanted_and_outside_of_all():
    def marks(design):
        content = read(drawing.sheets([FACTS], design)).pages[0].get_contents().get_data()
        return re.findall(rb"([\d.]+) ([\d.]+) m ([\d.]+) ([\d.]+) l S", content)

    badge = DESIGNS["badge"]
    with_marks, without = marks(badge), marks(dataclasses.replace(badge, crop_marks=False))
    left = (612 - 2 * 96 * MM) / 2
    assert len(with_marks) - len(without) == 12
    for x1, y1, x2, y2 in set(with_marks) - set(without):
        if y1 == y2:
            assert not left < float(x1) < 612 - left
        assert (x1 == x2) != (y1 == y2)


def test_colours_tell_ticket_types_apart_and_text_on_them_is_legible():
    def drawn(colour):
        return drawing.svg(FACTS, dataclasses.replace(DESIGNS["badge"], colours={"full": colour}))

    assert b'fill="#ffe600"' in drawn("#ffe600")
    assert drawing._ink_on("#ffe600") == drawing.INK
    assert drawing._ink_on("#10307a") == drawing.WHITE


def test_pieces_without_a_place_are_left_out():
    bare = Design(96, 134, {"name": Place(5, 5, 80, 30, 30)})
    text = squeezed(read(drawing.pdf([FACTS], bare)).pages[0].extract_text())
    assert text == "MarisolQuintero"
    assert all(key in PIECES for _, _, _, places in PRESETS.values() for key in places)


@pytest.mark.django_db(transaction=True)
def test_the_facts_are_the_tickets(conference):
    badge = make.printed(conference, organization="Northbeam", no_photos=True)
    badge.ticket.ribbons.create(role="speaker", why="talk")
    found = facts.facts_of(type(badge).objects.drawn().get())
    assert (found.code, found.name, found.organization, found.no_photos) == (
        *(badge.code, "Ada Example", "Northbeam", True),
    )
    assert (found.ribbons, found.conduct) == (("speaker",), conference.conduct_phone)
    assert layouts.design_of(conference).width == 96


def test_a_missing_font_is_told():
    toto = "\U0001e290\U0001e291"
    assert facts.missing_scripts(FACTS) == []
    assert facts.missing_scripts(dataclasses.replace(FACTS, name=toto)) == ["Toto"]
