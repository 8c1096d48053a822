"""Whatever comes in is read as far as it can be, and nothing makes the reader stop."""

import datetime as dt
import random
import time

import pytest

from sponsors.mail import parse

from .messages import bounce, message


def lines(*given, body=b""):
    return b"\r\n".join(one if isinstance(one, bytes) else one.encode() for one in given) + (
        b"\r\n\r\n" + body
    )


def test_a_well_made_message_is_read_whole():
    found = parse.letter(
        message(
            sender="=?utf-8?q?J=C3=B6rg?= <Joerg@Harbor.Example>",
            to="Sponsors <sponsors@conference.example>, x@y.example",
            cc="bea@harbor.example",
            subject="Über uns",
            text="Hällo\n",
            message_id="<me@harbor.example>",
            references=["<a@x>", "<b@x>"],
            html="<p>Hällo</p>",
            files=[("plan.pdf", b"%PDF-1.7", "application/pdf")],
        )
    )
    assert found.sender == ("Jörg", "joerg@harbor.example")
    assert found.recipients == [
        ("Sponsors", "sponsors@conference.example"),
        ("", "x@y.example"),
        ("", "bea@harbor.example"),
    ]
    assert (found.subject, found.text, found.html) == ("Über uns", "Hällo", "<p>Hällo</p>\n")
    assert (found.message_id, found.references) == ("me@harbor.example", ["a@x", "b@x"])
    assert found.sent_at == dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC)
    assert [(f.name, f.size, f.refused) for f in found.files] == [("plan.pdf", 8, "")]
    assert found.kind == "person"


@pytest.mark.parametrize(
    ("named", "content", "text"),
    [
        ("utf-8", "naïve €".encode("cp1252"), "naïve €"),
        ("us-ascii", "naïve €".encode(), "naïve €"),
        ("iso-8859-1", "“quoted” €".encode("cp1252"), "“quoted” €"),
        ("gb2312", "中文字镕".encode("gb18030"), "中文字镕"),
        ("iso-2022-jp", "日本語".encode("iso-2022-jp"), "日本語"),
        ("x-unknown", "naïve".encode(), "naïve"),
        ("no-such-charset", b"plain", "plain"),
        ("zlib", b"plain", "plain"),
        ("utf-16", b"\xff\xfeh\0i\0", "hi"),
        ("koi8-r", "Привет, как дела?".encode("koi8-r"), "Привет, как дела?"),
        (
            "utf-8",
            "Добрый день! Мы хотели бы узнать, свободен ли ещё стенд.".encode("cp1251"),
            "Добрый день! Мы хотели бы узнать, свободен ли ещё стенд.",
        ),
        ('"utf-8"', b"\xef\xbb\xbfmark", "mark"),
        ("utf-8", b"a\x00b\x1b[31mc\xed\xa0\x80", None),
    ],
)
def test_a_wrong_charset_is_seen_through(named, content, text):
    raw = lines(
        f"Content-Type: text/plain; charset={named}",
        "Content-Transfer-Encoding: 8bit",
        body=content,
    )
    found = parse.letter(raw).text
    assert text is None or found == text
    assert "\0" not in found
    found.encode()


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("=?iso-8859-1?q?caf=E9?= now", "café now"),
        ("=?no-such?q?caf=C3=A9?=", "café"),
        ("=?utf-8?b?broken", "=?utf-8?b?broken"),
        ("=?utf-8?b?!!!?=", ""),
        ("=?utf-8?b?w?=", None),
        ("café".encode(), "café"),
        ("café".encode("latin-1"), "café"),
        ("one\r\n two", "one two"),
        ("=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a=00b=1B?=", "ab"),
    ],
)
def test_a_subject_is_one_line_of_text(given, text):
    given = given if isinstance(given, bytes) else given.encode()
    found = parse.letter(lines(b"Subject: " + given)).subject
    assert text is None or found == text


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("Ada <ADA@Harbor.Example>", ("Ada", "ada@harbor.example")),
        ('"Quill, Ada" <ada@harbor.example>', ("Quill, Ada", "ada@harbor.example")),
        ("ada@bücher.example", ("", "ada@xn--bcher-kva.example")),
        ("ada", ("", "")),
        ("<>", ("", "")),
        ("<<<>>>,,;;@@", ("", "")),
        ("a" * 300 + "@x.example", ("", "")),
        ('"=?utf-8?q?J=C3=B6?=" <jo@x.example>', ("Jö", "jo@x.example")),
    ],
)
def test_a_sender_is_a_name_and_a_canonical_address(given, wanted):
    assert parse.letter(lines(f"From: {given}")).sender == wanted


@pytest.mark.parametrize(
    ("given", "when"),
    [
        ("Thu, 26 Nov 2026 10:00:00 -0500", dt.datetime(2026, 11, 26, 15, tzinfo=dt.UTC)),
        ("26 Nov 2026 10:00", dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC)),
        ("Thu, 1 Jan 1970 00:00:00 +0000", None),
        ("yesterday", None),
        ("Thu, 99 Nov 2026 10:00:00 +9999", None),
    ],
)
def test_a_date_that_cannot_be_is_none(given, when):
    assert parse.letter(lines(f"Date: {given}")).sent_at == when


def test_html_alone_gives_its_words():
    raw = lines(
        "Content-Type: text/html; charset=utf-8",
        body=b"<style>p{}</style><p>One&nbsp;&amp; two<br>three</p><script>bad()</script>"
        b"<ul><li>four<li>five</ul>",
    )
    assert parse.letter(raw).text == "One & two\nthree\nfour\nfive"


@pytest.mark.parametrize(
    "tree", ["<div>" * 90_000, "<b><p>" * 80_000, "<table><tr><td>" * 30_000, "<a>" * 150_000]
)
def test_html_that_is_nested_without_end_costs_seconds_and_keeps_its_words(tree):
    began = time.process_time()
    found = parse.letter(lines("Content-Type: text/html", body=tree.encode() + b"word"))
    assert time.process_time() - began < 20
    assert (found.html, found.text) == ("", "word")


MALFORMED = {
    "empty": b"",
    "zeros": b"\0" * 5000,
    "no blank line": b"Subject: x",
    "only a body": b"\r\n\r\nhello",
    "never closed": lines(
        "Content-Type: multipart/mixed; boundary=B", body=b"--B\r\n\r\nhello\r\n--B\r\nContent-"
    ),
    "no boundary": lines("Content-Type: multipart/mixed", body=b"hello"),
    "nested without end": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(2000)
    ),
    "messages in messages": b"Content-Type: message/rfc822\r\n\r\n" * 2000,
    "broken base64": lines("Content-Transfer-Encoding: base64", body=b"a=b=c!!"),
    "broken quoted": lines("Content-Transfer-Encoding: quoted-printable", body=b"=ZZ=\xff="),
    "strange encoding": lines("Content-Transfer-Encoding: x-uuencode", body=b"begin 644 x\n!!"),
    "headers without end": b"X: y\r\n" * 50_000,
    "one long line": b"Subject: " + b"x" * 2_000_000,
    "many ids": b"References: " + b"<a@b> <" * 50_000 + b"\r\n\r\n",
    "many people": b"To: " + b"a@b.c," * 50_000 + b"\r\n\r\n",
    "odd type": lines("Content-Type: text/plain; charset*0*=x''%; name*=y", body=b"hello"),
    "type is no type": lines("Content-Type: ;;;/", body=b"hello"),
    "report of nothing": lines(
        "Content-Type: multipart/report; report-type=delivery-status", body=b"x"
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_mime_is_read_as_far_as_it_can_be(name):
    found = parse.letter(MALFORMED[name])
    assert len(found.key) == 64
    assert len(found.references) <= parse.REFERENCES
    (found.subject + found.text + found.sender[0]).encode()


def test_noise_is_read_too():
    dice = random.Random(7)
    whole = message(html="<p>x</p>", files=[("a.pdf", b"%PDF-1", "application/pdf")])
    for _ in range(200):
        spoiled = bytearray(whole)
        for _ in range(20):
            spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
        parse.letter(bytes(spoiled[: dice.randrange(len(spoiled))]))


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("plan.pdf", b"%PDF-1.7", ""),
        ("logo.svg", b"<svg/>", ""),
        ("plan.pdf", b"MZ\x90", "it is no PDF file"),
        ("run.exe", b"MZ\x90", "this kind of file is not taken"),
        ("page.html", b"<script>", "this kind of file is not taken"),
        ("list.xlsm", b"PK\x03\x04", "this kind of file is not taken"),
        ("empty.csv", b"", "it is empty"),
        ("big.csv", b"x" * 10_000_001, "larger than 10 MB"),
    ],
)
def test_files_are_limited_by_kind_and_size(name, content, why):
    raw = message(files=[(name, content, "application/octet-stream")])
    (file,) = parse.letter(raw).files
    assert (file.name, file.refused, file.content is None) == (name, why, bool(why))


def test_more_files_than_anyone_sends_are_named_and_not_kept():
    raw = message(files=[(f"{n}.csv", b"x", "text/csv") for n in range(40)])
    found = parse.letter(raw).files
    assert [file.refused for file in found] == [""] * 25 + ["too many files"] * 15


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ada\\plan.pdf", "plan.pdf"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a" * 300 + ".pdf", "a" * 100 + ".pdf"),
        ("Pläne.pdf", "Pläne.pdf"),
        ("...", "file.pdf"),
    ],
)
def test_a_files_name_is_harmless(given, name):
    raw = message(files=[(given, b"%PDF-", "application/pdf")])
    assert parse.letter(raw).files[0].name in (name, "file")


# --- machines --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto"),
        ({"Auto_Submitted": "auto-generated (vacation)"}, "auto"),
        ({"Auto_Submitted": "no"}, "person"),
        ({"Precedence": "bulk"}, "auto"),
        ({"Precedence": "list"}, "person"),
        ({"X_Autoreply": "yes"}, "auto"),
        ({"subject": "Automatic reply: Our booth"}, "auto"),
        ({"subject": "Out of office"}, "auto"),
        ({"subject": "Out of office chairs"}, "auto"),
        ({"subject": "We are out of chairs"}, "person"),
        ({"Return_Path": "<>"}, "auto"),
        ({"sender": "MAILER-DAEMON@relay.example"}, "bounce"),
    ],
)
def test_automatic_replies_are_told_from_people(headers, kind):
    assert parse.letter(message(**headers)).kind == kind


def test_a_bounce_says_whom_it_did_not_reach_and_why():
    sent = message(message_id="<c.1@conference.example>")
    found = parse.letter(bounce(sent, "Ada@Harbor.Example"))
    assert found.kind == "bounce"
    assert found.bounce.recipients == ["ada@harbor.example"]
    assert found.bounce.originals == ["c.1@conference.example"]
    assert found.bounce.is_final
    assert found.bounce.why == "550 5.1.1 no such user here"


@pytest.mark.parametrize("facts", [{"action": "delayed"}, {"status": "4.2.2"}])
def test_a_mail_that_is_late_has_not_come_back(facts):
    found = parse.letter(bounce(message(), "ada@harbor.example", **facts))
    assert (found.kind, found.bounce.is_final, found.bounce.recipients) == ("bounce", False, [])
