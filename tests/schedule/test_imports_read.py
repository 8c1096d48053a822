"""Schedule files as they come: told apart by content, read leniently, refused in one line."""

import datetime as dt
import gzip
import io
import json
import tracemalloc

import pytest

from schedule.imports import report
from schedule.imports.item import BadFile
from schedule.imports.prose import from_html, one_line, paragraphs
from schedule.imports.read import LARGEST, read, read_path
from tests.factories import schedules as make


def items(data):
    return read(io.BytesIO(data)).items


def kinds(item):
    return [fault.kind for fault in item.faults]


FORMATS = {
    "Sign feed": make.signs(make.sign()),
    "Schedule XML": make.frab(make.event()),
    "Schedule JSON": make.c3voc(make.event()),
}


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_says_the_same(name):
    source = read(io.BytesIO(FORMATS[name]))
    item = source.items[0]
    assert source.format == name
    assert item.title == "Growing tomatoes with cron"
    assert [person.name for person in item.people] == ["Ada Okafor"]
    assert item.abstract == "Water at 05:00, harvest on success."
    assert (item.track, item.room, item.description) == ("Gardening", "Room 7", "")
    assert item.starts_at.isoformat() == "2027-03-05T10:00:00-08:00"
    assert item.faults == []


@pytest.mark.parametrize("name", FORMATS)
def test_a_byte_order_mark_and_blanks_in_front_do_no_harm(name):
    assert len(items(b"\xef\xbb\xbf" + FORMATS[name])) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_json_in_other_unicode_encodings(encoding):
    entry = make.sign(Name="Größe zählt 🎉")
    data = json.dumps([entry], ensure_ascii=False).encode(encoding)
    assert items(data)[0].title == "Größe zählt 🎉"


def test_xml_in_utf_16():
    data = make.frab(make.event(title="Größe")).decode().replace("utf-8", "utf-16")
    assert items(data.encode("utf-16"))[0].title == "Größe"


BAD = {
    "empty": (b"", "empty"),
    "blank": (b" \n\t ", "empty"),
    "words": (b"Dear all, the schedule is attached.", "neither JSON nor XML"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), "neither JSON nor XML"),
    "packed": (gzip.compress(make.signs(make.sign())), "neither JSON nor XML"),
    "truncated JSON": (make.signs(make.sign())[:-20], "broken or cut off at line 1"),
    "truncated JSON schedule": (make.c3voc(make.event())[:-3], "broken or cut off"),
    "truncated XML": (make.frab(make.event(), make.event(42))[:-30], "broken or cut off at line 2"),
    "no UTF-8": (b'[{"Name": "\xff\xfe\xfd"}]', "not in UTF-8"),
    "root": (b"<html><body>Not found</body></html>", "root is <html>, not <schedule>"),
    "feed": (b'<rss version="2.0"><channel/></rss>', "root is <rss>"),
    "no entry XML": (b"<schedule><conference/></schedule>", "not one entry"),
    "no entry JSON": (b"[]", "not one entry"),
    "other array": (b'[{"id": 1, "name": "x"}]', "no sign feed"),
    "numbers": (b"[1, 2, 3]", "no sign feed"),
    "other object": (b'{"talks": []}', "no schedule → conference → days"),
    "schedule of a list": (b'{"schedule": []}', "no schedule → conference → days"),
    "days of text": (b'{"schedule": {"conference": {"days": "two"}}}', "no schedule file"),
    "deep JSON": (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    "deep XML": (b"<schedule>" + b"<a>" * 5_000, "nested too deeply"),
    "long number": (b'[{"Name": ' + b"9" * 10_000 + b"}]", "cannot be read"),
    "unknown encoding": (b'<?xml version="1.0" encoding="klingon"?><schedule/>', "cannot be read"),
    "entity bomb": (
        b'<?xml version="1.0"?><!DOCTYPE schedule [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">'
        b"<!ENTITY c '&b;&b;&b;&b;'>]><schedule><event><title>&c;</title></event></schedule>",
        "declares entities",
    ),
    "outside entity": (
        b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><schedule>&x;</schedule>',
        "declares entities",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_schedule_is_refused_in_one_line(name):
    data, says = BAD[name]
    with pytest.raises(BadFile) as refused:
        read(io.BytesIO(data))
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 160


def test_a_file_of_200_mb_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "big.json"
    with open(path, "wb") as out:
        out.truncate(200_000_000)
    tracemalloc.start()
    with pytest.raises(BadFile, match="The file has 200 MB"):
        read_path(path)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_a_stream_that_hides_its_size_is_read_only_to_the_limit():
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            self.given += size
            return b" " * size

    stream = Endless()
    with pytest.raises(BadFile, match="50 MB"):
        read(stream)
    assert stream.given == LARGEST + 1


def test_millions_of_values_are_refused():
    with pytest.raises(BadFile, match="millions of values"):
        items(b"[" + b"[],[]," * 1_000_000 + b"[]]")


@pytest.mark.parametrize("path", ["missing.json", "."])
def test_paths_that_are_no_files(tmp_path, path):
    with pytest.raises(BadFile):
        read_path(tmp_path / path)


def test_more_entries_than_a_conference_has():
    with pytest.raises(BadFile, match="more than 10,000 entries"):
        items(make.signs(*[make.sign()] * 10_001))


def test_sign_fields_in_other_cases_and_types():
    item = items(b'[{"NAME": 2001, "location": 7, "starttime": null, "Speakers": ["a"]}]')[0]
    assert (item.title, item.room, item.starts_at, item.people) == ("2001", "7", None, [])
    assert kinds(item) == [report.CUT, report.TIME, report.TIME]


def test_an_entry_that_is_no_object_is_told_with_its_number():
    source = read(io.BytesIO(make.signs(make.sign(), "lunch", None)))
    assert [position for position, _ in source.faults] == ["entry 2", "entry 3"]
    assert len(source.items) == 1


def test_speakers_are_split_at_commas_but_not_before_a_suffix():
    item = items(
        make.signs(make.sign(Speakers="Ada Okafor, Martin King, Jr., , Li Wei ,Ada Okafor"))
    )
    assert [person.name for person in item[0].people] == [
        "Ada Okafor",
        "Martin King, Jr.",
        "Li Wei",
    ]


def test_a_link_on_many_talks_is_nobodys_id():
    site, own = "https://example.org/", "https://example.org/t/1"
    found = items(
        make.signs(
            make.sign(Link=site), make.sign(Name="Other", Link=site), make.sign(Name="x", Link=own)
        )
    )
    assert [item.key for item in found] == ["", "", f"link:{own}"]


TIMES = {
    "2027-03-05T10:00:00-08:00": "2027-03-05T10:00:00-08:00",
    "2027-03-05T10:00:00Z": "2027-03-05T10:00:00+00:00",
    "2027-03-05 10:00:00 -0800": "2027-03-05T10:00:00-08:00",
    "2027-03-05T10:00": "2027-03-05T10:00:00",
    " 2027-03-05T10:00:00.250+05:30 ": "2027-03-05T10:00:00+05:30",
}


@pytest.mark.parametrize("written", TIMES)
def test_times_as_they_are_written(written):
    item = items(make.signs(make.sign(StartTime=written)))[0]
    assert item.starts_at.isoformat() == TIMES[written]
    assert item.faults == []


@pytest.mark.parametrize(
    "written",
    ["soon", "2027-02-30T10:00:00Z", "2027-03-05", "10:00", "0001-01-01T00:00:00+23:59", "9" * 500]
    + ["9999-12-31T23:59:59-23:59", "2027-03-05T10:00:00+99:00", "1804201337", "\x00", "🎉"],
)
def test_times_that_are_none(written):
    item = items(make.signs(make.sign(StartTime=written)))[0]
    assert item.starts_at is None
    assert kinds(item) == [report.TIME]


def test_hostile_text_is_cleaned_and_told():
    item = items(
        make.signs(
            make.sign(
                Name="A\x00B \u202eevil\u202c\n<b>bold</b> \ud800&amp; 🎉 مرحبا",
                Speakers="x" * 300_000,
                Location="L" * 1_000_000,
                Description="\x07ring " + "word " * 300_000,
            )
        )
    )[0]
    assert item.title == "AB evil <b>bold</b> & 🎉 مرحبا"
    assert len(item.people[0].name) == 200
    assert len(item.room) == 120
    assert item.abstract == ""
    assert item.description.endswith(" word…")
    assert len(item.description) <= 50_001
    assert set(kinds(item)) == {report.CUT}
    assert len(item.faults) == 4


def test_a_title_of_a_megabyte_is_cut():
    item = items(make.signs(make.sign(Name="Ti" * 500_000)))[0]
    assert len(item.title) == 250
    assert "1,000,000 characters" in item.faults[0].says


def test_a_thousand_speakers_are_cut_to_sixty():
    item = items(make.signs(make.sign(Speakers=",".join(f"P{n}" for n in range(1_000)))))[0]
    assert len(item.people) == 60
    assert kinds(item) == [report.CUT]


def test_html_becomes_text_that_reads_well():
    html = (
        "<p>One <strong>two</strong>\n three, <a href='https://example.org/a?b=1&amp;c=2'>four</a>"
        "</p><ul><li>five</li><li>six</li></ul><pre>x = 1\n  y</pre><script>alert(1)</script>"
        "<p>See <a href='https://example.org'>https://example.org</a>"
        "<a href='javascript:alert(1)'>no</a> <code>ls</code></p>"
    )
    assert paragraphs(html) == (
        "One two three, four <https://example.org/a?b=1&c=2>\n\n- five\n- six\n\n"
        "```\nx = 1\n  y\n```\n\nSee https://example.orgno `ls`"
    )


@pytest.mark.parametrize("text", ["a < b > c", "Use <template> & co", "**bold** *it*", "x <p y"])
def test_text_that_is_no_html_stays(text):
    assert paragraphs(text) == text


def test_broken_html_is_no_trouble():
    assert "boo" in paragraphs("<p><b>boo</i><table><li></script>" * 50)
    assert from_html("<p>" + "<div>" * 5_000) == "\n\n" * 5_001


def test_entities_are_read_but_web_addresses_stay():
    assert one_line("Q&amp;A &#8212; &nbsp;x?a=1&copy=2 &bogus;") == "Q&A — x?a=1&copy=2 &bogus;"


def test_long_abstracts_begin_the_description():
    long = "A sentence that goes on. " * 60
    item = items(make.c3voc(make.event(abstract=long, description="And this.")))[0]
    assert item.abstract == ""
    assert item.description == f"{long.strip()}\n\nAnd this."


def test_subtitle_links_and_attachments_are_kept():
    links = [{"url": "https://example.org/s.pdf", "title": "Sl[id]es"}, {"url": "javascript:1"}]
    item = items(make.c3voc(make.event(subtitle="Or how", links=links, attachments=links)))[0]
    assert item.abstract == "Or how\n\nWater at 05:00, harvest on success."
    assert item.description == "- [Slides](<https://example.org/s.pdf>)"


def test_c3voc_facts_of_the_conference():
    source = read(
        io.BytesIO(
            make.c3voc(
                make.event(do_not_record=True, language="de", end="2027-03-05T10:50:00-08:00"),
                tracks=[{"name": "Gardening", "color": "#AABB00"}, {"name": "x", "color": "red"}],
                rooms=[{"name": "Room 7", "capacity": 120}, {"name": "Room 8", "capacity": None}],
            )
        )
    )
    item = source.items[0]
    assert (source.title, source.time_zone) == ("Demo Days 2027", "America/Los_Angeles")
    assert (source.first_day, source.last_day) == (dt.date(2027, 3, 5), dt.date(2027, 3, 7))
    assert source.tracks == {"Gardening": "#aabb00", "x": ""}
    assert source.rooms == {"Room 7": 120, "Room 8": None}
    assert (item.may_record, item.language) == (False, "German")
    assert item.ends_at.minute == 50
    assert item.position == "event 41 (day 1, Room 7)"


def test_c3voc_of_strange_shape_is_read_as_far_as_it_goes():
    days = [
        {"rooms": {"A": [make.event(room=None), 7, None], "B": {"title": "Alone"}, "C": []}},
        {"rooms": [{"name": "D", "events": [make.event(42, room=None, persons="Ada")]}]},
        "Sunday",
        {"rooms": None},
    ]
    data = json.dumps({"schedule": {"conference": {"days": days}}}).encode()
    source = read(io.BytesIO(data))
    assert [(item.title[:5], item.room) for item in source.items] == [
        ("Growi", "A"),
        ("Alone", "B"),
        ("Growi", "D"),
    ]
    assert len(source.faults) == 4


def test_titles_in_several_languages_and_tracks_as_objects():
    item = items(make.c3voc(make.event(title={"de": "Hallo", "en": "Hello"}, track={"name": "T"})))
    assert (item[0].title, item[0].track) == ("Hello", "T")


def test_pretalx_people_and_codes():
    people = [{"code": "ABC", "name": "Ada Okafor", "biography": "Grows *things*.", "avatar": None}]
    item = items(make.c3voc(make.event(id=None, guid=None, code="XYZ123", persons=people)))[0]
    assert (item.people[0].key, item.people[0].biography) == ("ABC", "Grows *things*.")
    assert (item.key, item.group) == ("code:xyz123", "code:xyz123")


def test_frab_of_the_old_kind_has_a_day_and_a_clock():
    data = make.frab(
        make.event(date=None, start="23:30"),
        make.event(42, date=None, start="01:30"),
        make.event(43, date="2027-03-06", start="09:15"),
        more="<day_change>04:00:00</day_change>",
    )
    assert [item.starts_at.isoformat() for item in items(data)] == [
        "2027-03-05T23:30:00",
        "2027-03-06T01:30:00",
        "2027-03-06T09:15:00",
    ]


def test_frab_with_a_namespace_a_doctype_and_an_optout():
    data = make.frab(make.event()).decode()
    data = data.replace("<schedule>", '<!DOCTYPE schedule><schedule xmlns="http://example.org/ns">')
    data = data.replace("<persons>", "<recording><optout>true</optout></recording><persons>")
    item = items(data.encode())[0]
    assert (item.title, item.may_record) == ("Growing tomatoes with cron", False)


@pytest.mark.parametrize(
    ("said", "licence", "faults"),
    [
        ("CC BY 4.0", "cc-by", []),
        ("cc-by-sa-4.0", "cc-by-sa", []),
        ("CC BY-ND 4.0", "cc-by-nd", []),
        ("", "", []),
        ("CC BY-NC-SA 4.0", "", [report.CUT]),
        ("All rights reserved", "", [report.CUT]),
    ],
)
def test_licences_of_recordings(said, licence, faults):
    data = make.frab(make.event()).decode()
    data = data.replace("<persons>", f"<recording><license>{said}</license></recording><persons>")
    for body in (data.encode(), make.c3voc(make.event(recording_license=said))):
        (item,) = items(body)
        assert (item.licence, kinds(item)) == (licence, faults)


def test_frab_tracks_and_rooms_in_their_order():
    more = '<track name="Gardening" color="#123abc" slug="g">Gardening</track>'
    source = read(io.BytesIO(make.frab(make.event(room="Z"), make.event(42, room="A"), more=more)))
    assert source.tracks == {"Gardening": "#123abc"}
    assert list(source.rooms) == ["Z", "A"]


@pytest.mark.parametrize("duration", ["an hour", "-1:00", "1:75", "", "999999:00"])
def test_durations_that_are_none(duration):
    item = items(make.frab(make.event(duration=duration)))[0]
    assert item.lasts is None
    assert kinds(item) == [report.TIME]
