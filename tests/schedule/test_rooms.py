"""A room's map: put up by staff, seen by everyone."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from scale.models import Role
from schedule.actions import save_room
from schedule.models import Room
from tests.factories import scale as make_scale
from tests.factories import schedule as make


def picture(size=(40, 20)):
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "shot at home"
    Image.new("RGB", size, "red").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("map.jpg", out.getvalue())


@pytest.fixture
def program(as_role):
    return as_role(Role.PROGRAM)


@pytest.fixture
def room(conference):
    return make.room(conference, name="Ballroom B", code="ballroom-b")


def sent(room, **fields):
    empty = {
        f"{name}-{key}": value
        for name in ("setups", "closures")
        for key, value in (("TOTAL_FORMS", "0"), ("INITIAL_FORMS", "0"))
    }
    return {
        "conference": room.conference_id,
        "code": room.code,
        "name": room.name,
        "capacity": "300",
        "position": "1",
        "note": "",
        "map_alt": "",
        **empty,
        **fields,
    }


def admin_of(room):
    return reverse("admin:schedule_room_change", args=[room.pk])


def test_map_is_made_anew_and_shown_on_the_rooms_page_and_from_the_talk(
    program, client, conference, room
):
    slot = make.slot(conference, room=room)
    fields = {"new_map": picture((4000, 2000)), "map_alt": "Behind the <main> stairs"}
    assert program.post(admin_of(room), sent(room, **fields)).status_code == 302
    room.refresh_from_db()
    page_path = reverse("schedule:room", args=[conference.slug, room.code])
    page = client.get(page_path).content.decode()
    address = reverse("schedule:room-map", args=[room.map_name])
    assert f'src="{address}" alt="Behind the &lt;main&gt; stairs"' in page
    shown = client.get(address)
    body = b"".join(shown.streaming_content)
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/png", "nosniff")
    made = Image.open(io.BytesIO(body))
    assert (made.format, made.size) == ("PNG", (1600, 800))
    assert b"shot at home" not in body
    assert f'href="{page_path}#map"' in client.get(slot.talk.get_absolute_url()).content.decode()
    assert (
        f'href="{page_path}#map"'
        in client.get(reverse("schedule:rooms", args=[conference.slug])).content.decode()
    )
    assert address in program.get(admin_of(room)).content.decode()


def test_rooms_without_a_map_say_nothing_of_one(client, conference, room):
    slot = make.slot(conference, room=room)
    for path in (slot.talk.get_absolute_url(), f"/{conference.slug}/rooms/{room.code}/"):
        page = client.get(path).content.decode()
        assert "#map" not in page and 'id="map"' not in page


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"new_map": picture()}, "map_alt"),
        (
            {
                "new_map": SimpleUploadedFile("x.png", b"<svg onload=alert(1)>"),
                "map_alt": "Where it is",
            },
            "new_map",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(program, room, fields, wrong):
    response = program.post(admin_of(room), sent(room, name="Typed", **fields))
    assert list(response.context["adminform"].form.errors) == [wrong]
    assert 'value="Typed"' in response.content.decode()
    room.refresh_from_db()
    assert (room.map.name, room.name) == ("", "Ballroom B")


def test_map_is_taken_away_and_its_file_with_it(
    program, room, client, django_capture_on_commit_callbacks
):
    room.map_alt = "Where it is"
    save_room(room, ContentFile(picture().read(), name="one.png"))
    storage, name = room.map.storage, room.map.name
    address = reverse("schedule:room-map", args=[room.map_name])
    assert client.get(address).status_code == 200
    assert program.post(admin_of(room), sent(room)).status_code == 200  # words are missing
    with django_capture_on_commit_callbacks(execute=True):
        assert program.post(admin_of(room), sent(room, remove_map="on")).status_code == 302
    assert not storage.exists(name)
    assert client.get(address).status_code == 404


def test_map_that_two_editions_share_survives_the_change_in_one(
    conference, room, django_capture_on_commit_callbacks
):
    save_room(room, ContentFile(picture().read(), name="one.png"))
    twin = make.room(make_scale.conference(), map=room.map.name)
    with django_capture_on_commit_callbacks(execute=True):
        save_room(room, False)
    assert twin.map.storage.exists(twin.map.name)
    with django_capture_on_commit_callbacks(execute=True):
        save_room(twin, False)
    assert not Room.objects.exclude(map="").exists()


def test_map_of_an_edition_that_is_not_public_is_not_there(client, conference, room):
    save_room(room, ContentFile(picture().read(), name="one.png"))
    conference.is_public = False
    conference.save()
    assert client.get(reverse("schedule:room-map", args=[room.map_name])).status_code == 404


@pytest.mark.parametrize("role", [Role.CREW, Role.REVIEWER])
def test_others_cannot_put_up_a_map(as_role, room, role):
    fields = {"new_map": picture(), "map_alt": "Here"}
    assert as_role(role).post(admin_of(room), sent(room, **fields)).status_code in (302, 403)
    room.refresh_from_db()
    assert room.map.name == ""
