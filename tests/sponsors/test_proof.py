"""What shows that a promise was kept: given by staff, seen by them and by the sponsor."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from scale.models import Role
from sponsors import actions
from sponsors.actions import Refused
from sponsors.models import Deliverable
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def row(conference):
    deal = sell.sponsorship(conference=conference, status="signed")
    return sell.deliverable(deal, name="Logo on the banner")


@pytest.fixture
def client(as_role):
    return as_role(Role.SPONSORSHIP)


def at(name, row):
    return reverse(f"sponsors:deliverable{name}", args=[row.deal.conference.slug, row.pk])


def photo(name="banner.jpg"):
    """With the place where it was taken."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x8825] = {1: "N", 2: (34.0, 8.0, 0.0)}
    Image.new("RGB", (2000, 1000), "#0e7490").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue())


def prove(row, **said):
    return actions.prove(row.pk, **{"words": "", "link": ""} | said)


def test_a_proof_says_that_it_is_done_and_is_seen(client, row):
    sent = {"proof_words": "On every stage", "proof_link": "https://a.example/p", "file": photo()}
    client.post(at("-prove", row), sent)
    row.refresh_from_db()
    assert (row.status, row.proof_name) == ("done", "banner.png")
    with Image.open(row.proof_file) as kept:
        assert (kept.size, dict(kept.getexif())) == ((1600, 800), {})
    page = client.get(at("", row)).content.decode()
    assert "On every stage" in page
    assert 'href="https://a.example/p"' in page
    assert client.get(at("-proof", row)).getvalue()[:4] == b"\x89PNG"


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(client, row):
    sent = {
        "proof_words": "On every stage",
        "proof_link": "javascript:alert(1)",
        "file": SimpleUploadedFile("banner.jpg", b"nothing"),
    }
    form = client.post(at("-prove", row), sent).context["proof_form"]
    assert sorted(form.errors) == ["file", "proof_link"]
    assert form["proof_words"].value() == "On every stage"
    row.refresh_from_db()
    assert (row.status, row.is_proved) == ("open", False)


def test_the_file_before_goes_away(row, django_capture_on_commit_callbacks):
    first = prove(row, file=sell_file("a.png"), name="a.png").proof_file
    with django_capture_on_commit_callbacks(execute=True):
        second = prove(row, file=sell_file("b.png"), name="b.png").proof_file
    assert not first.storage.exists(first.name)
    with django_capture_on_commit_callbacks(execute=True):
        prove(row, drop=True)
    assert not second.storage.exists(second.name)
    row.refresh_from_db()
    assert (row.proof_name, row.status) == ("", "done")


def sell_file(name):
    return SimpleUploadedFile(name, sell.picture())


def test_what_they_owe_needs_none(row):
    theirs = sell.deliverable(row.deal, wanted="text")
    with pytest.raises(Refused, match="needs no proof"):
        prove(theirs, words="It came")


def test_a_promise_with_a_proof_outlives_the_signature(row):
    prove(row, words="On every stage")
    actions.settle(row.pk, "open")
    actions.move_sponsorship(row.deal_id, "contract")
    row.refresh_from_db()
    assert row.taken_back_at
    assert row.proof_words == "On every stage"


def test_the_database_keeps_links_on_the_web(row):
    with pytest.raises(IntegrityError), transaction.atomic():
        Deliverable.objects.filter(pk=row.pk).update(proof_link="javascript:alert(1)")


def test_the_sponsor_sees_its_own_and_no_other(row):
    prove(row, file=sell_file("a.png"), name="a.png")
    other = sell.sponsorship(conference=row.deal.conference, status="signed")
    mine, theirs = (actions.open_portal(one.pk, by=make.user()) for one in (row.deal, other))
    assert Client().get(mine.url("portal-proof", row.pk)).getvalue() == sell.picture()
    assert Client().get(theirs.url("portal-proof", row.pk)).status_code == 404


def test_community_looks_at_proofs_and_gives_none(as_role, row):
    prove(row, file=sell_file("a.png"), name="a.png")
    community = as_role(Role.COMMUNITY)
    assert community.get(at("-proof", row)).status_code == 200
    assert community.post(at("-prove", row), {}).status_code == 403
