"""Pictures are decoded and written anew; what is none is refused."""

import io
import re
import struct
import zlib

import hypothesis
import pytest
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from scale.uploads import MAX_BYTES, clean_picture, send_private
from tests.scale import processes


def upload(content, name="picture.png"):
    return SimpleUploadedFile(name, content)


def picture(size=(900, 600), kind="PNG", **more):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **more)
    return out.getvalue()


def claims(width, height):
    """A PNG of a few bytes whose head claims an enormous picture."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
        + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "HEIF"])
def test_picture_becomes_a_small_png(kind):
    made = Image.open(clean_picture(upload(picture(kind=kind)), size=300))
    assert (made.format, made.size) == ("PNG", (300, 200))


def test_where_it_was_taken_is_removed():
    exif = Image.Exif()
    exif[0x010E] = "at my house"
    made = clean_picture(upload(picture(kind="JPEG", exif=exif.tobytes())), size=300)
    assert b"my house" not in made.read()


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"",
        b"GIF89a but not really",
        picture()[:200],
        claims(100_000, 100_000),
        claims(5001, 5001),
    ],
    ids=["svg", "empty", "lies", "truncated", "bomb", "too many pixels"],
)
def test_what_is_no_picture_or_too_large_is_refused(content):
    with pytest.raises(ValidationError):
        clean_picture(upload(content), size=300)


def claims_heic(width, height, true=(600, 400)):
    """A HEIC picture whose head claims another size than the one inside has."""
    content = picture(true, "HEIF")
    at = content.index(b"ispe") + 8
    return content[:at] + struct.pack(">II", width, height) + content[at + 8 :]


def test_where_a_telephone_took_its_picture_is_removed_and_it_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 12.0), 29: "2026:03:05"}
    content = picture(kind="HEIF", exif=exif.tobytes())
    assert b"2026:03:05" in content
    made = clean_picture(upload(content, "IMG_0001.HEIC"), size=300)
    shown = Image.open(made)
    assert (shown.format, shown.size, dict(shown.getexif())) == ("PNG", (200, 300), {})
    assert b"2026:03:05" not in made.open().read()


@pytest.mark.parametrize(
    "content",
    [
        claims_heic(100_000, 100_000),
        claims_heic(12_000, 12_000),
        claims_heic(600, 401),
        claims_heic(64, 64, true=(4000, 3000)),
        picture(kind="HEIF")[:600],
        picture(kind="HEIF")[:-50],
        b"\0\0\0\x18ftypheic",
    ],
    ids=["bomb", "100 megapixels", "lies", "more than it says", "cut", "cut late", "head alone"],
)
def test_a_picture_of_a_telephone_that_lies_or_ends_early_is_refused(content):
    with pytest.raises(ValidationError):
        clean_picture(upload(content, "IMG_0001.HEIC"), size=300)


@pytest.mark.slow
def test_a_picture_that_is_larger_than_it_says_costs_no_memory(tmp_path):
    (tmp_path / "small").write_bytes(picture((600, 400), "HEIF"))
    (tmp_path / "liar").write_bytes(claims_heic(600, 400, true=(6000, 4000)))
    assert peak(tmp_path / "liar", is_taken=False) - peak(tmp_path / "small") < 40_000, "kB"


def test_heavy_file_is_refused_unread():
    with pytest.raises(ValidationError, match="larger than 10 MB"):
        clean_picture(upload(b"x" * (MAX_BYTES + 1)), size=300)


def test_colour_profiles_and_texts_are_removed():
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Ada Lovelace")
    content = picture(pnginfo=text, icc_profile=b"a profile that names Ada Lovelace")
    made = clean_picture(upload(content), size=300).read()
    assert b"Lovelace" not in made
    assert b"iCCP" not in made


def test_a_picture_taken_on_its_side_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    made = Image.open(clean_picture(upload(picture(kind="JPEG", exif=exif.tobytes())), size=300))
    assert made.size == (200, 300)


def test_the_name_of_the_file_is_not_kept():
    made = clean_picture(upload(picture(), name="../../etc/passwd.svg"), size=300)
    assert re.fullmatch(r"[0-9a-f]{24}\.png", made.name)


def test_a_moving_picture_stands_still():
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert Image.open(clean_picture(upload(out.getvalue()), size=64)).n_frames == 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_colour_is_taken(mode):
    out = io.BytesIO()
    Image.new(mode, (640, 480)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert Image.open(clean_picture(upload(out.getvalue()), size=100)).size == (100, 75)


def test_a_bomb_of_text_is_refused():
    """A few kilobytes that unpack to hundreds of megabytes."""
    packed = zlib.compress(b"\0" * 300_000_000, 9)
    chunk = b"zTXt" + b"Comment\0\0" + packed
    good = picture((8, 8))
    bomb = good[:33] + struct.pack(">I", len(chunk) - 4) + chunk
    bomb += struct.pack(">I", zlib.crc32(chunk)) + good[33:]
    with pytest.raises(ValidationError):
        clean_picture(upload(bomb), size=300)


def test_a_large_picture_costs_little_memory(tmp_path):
    """In a process of its own, because only that one's peak can be measured."""
    (tmp_path / "small").write_bytes(picture((60, 40), "JPEG"))
    (tmp_path / "large").write_bytes(picture((6000, 4000), "JPEG"))
    assert peak(tmp_path / "large") - peak(tmp_path / "small") < 40_000, "kB"


def peak(path, *, is_taken=True):
    code = f"""
import resource
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from scale.uploads import clean_picture
try:
    clean_picture(SimpleUploadedFile("x", open({str(path)!r}, "rb").read()), size=300)
    assert {is_taken}
except ValidationError:
    assert not {is_taken}
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
    done = processes.python(code)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@hypothesis.settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([picture((40, 30), kind) for kind in ("PNG", "JPEG", "WEBP", "GIF", "HEIF")]),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4)), min_size=1, max_size=8),
    st.floats(0.2, 1),
)
def test_whatever_is_done_to_a_picture_it_is_taken_or_refused(content, changes, kept):
    content = bytearray(content)
    for place, new in changes:
        begin = int(place * len(content))
        content[begin : begin + len(new)] = new
    try:
        made = clean_picture(upload(bytes(content[: int(kept * len(content))])), size=30)
    except ValidationError:
        return
    assert Image.open(made).format == "PNG"


def test_a_private_file_is_a_download_that_runs_nothing(db, tmp_path):
    path = tmp_path / "x.html"
    path.write_text("<script>alert(1)</script>")
    with path.open("rb") as content:
        response = send_private(File(content), 'a "quoted" ünïcode.html')
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert "no-store" in response["Cache-Control"]
        response.close()
