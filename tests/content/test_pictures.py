"""Photos and screenshots: written anew when they come in, checked, drawn, sent and exported."""

import io
import zlib

import pytest
from PIL import Image, PngImagePlugin

from tests.factories import content
from tests.factories.people import make_employee
from training_platform.content import pictures
from training_platform.content.exports import export_files
from training_platform.content.markdown import Lesson, render
from training_platform.core.errors import RuleError

PICTURE = "courses/basics/media/phone.webp"


def picture(kind="PNG", size=(40, 30), **settings):
    out = io.BytesIO()
    Image.new(settings.pop("mode", "RGB"), size, "#336699").save(out, kind, **settings)
    return out.getvalue()


def moving(kind):
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


def secretive(kind):
    """A picture that says where it was taken, by whom, and stands on its side."""
    image = Image.new("RGB", (60, 30), "#336699")
    exif = image.getexif()
    exif[0x0112], exif[0x010F] = 6, "MARKER-CAMERA"
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "MARKER-NAME")
    out = io.BytesIO()
    image.save(out, kind, exif=exif, **({"pnginfo": notes} if kind == "PNG" else {}))
    return out.getvalue() + b"MARKER-BEHIND"


def bomb(width=60_000, height=60_000):
    """A small PNG that says it is huge."""
    raw = bytearray(picture())
    raw[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    raw[29:33] = zlib.crc32(raw[12:29]).to_bytes(4, "big")
    return bytes(raw)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_an_upload_is_written_anew_upright_and_without_what_it_told(kind):
    raw = secretive(kind)
    assert b"MARKER" in raw
    made = pictures.encode(raw)
    assert b"MARKER" not in made
    assert pictures.size_of(made) == (30, 60)
    assert pictures.examine(made, "a.webp") == []
    assert pictures.examine(pictures.encode(made), "a.webp") == []


def test_a_large_photo_becomes_small_and_glass_stays_clear():
    noise = Image.effect_noise((1800, 1200), 90).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=90)
    made = pictures.encode(out.getvalue())
    assert pictures.size_of(made) == (1600, 1067)
    assert pictures.examine(made, "a.webp") == []
    clear = pictures.encode(picture(mode="RGBA"))
    assert Image.open(io.BytesIO(clear)).size == (40, 30)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", pictures.NOT_A_PICTURE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", pictures.NOT_A_PICTURE),
        (picture()[:60], pictures.NOT_A_PICTURE),
        (picture("GIF"), pictures.NOT_A_PICTURE),
        (picture("TIFF"), pictures.NOT_A_PICTURE),
        (bomb(), pictures.TOO_MANY_PIXELS),
        (bomb(9_000, 9_000), pictures.TOO_MANY_PIXELS),
        (moving("PNG"), pictures.MOVES),
        (moving("WEBP"), pictures.MOVES),
        (b"x" * (pictures.MOST_UPLOADED_BYTES + 1), pictures.TOO_MANY_BYTES),
    ],
    ids=lambda value: "",
)
def test_what_is_no_still_picture_of_a_bearable_size_is_refused(raw, text):
    with pytest.raises(RuleError) as refused:
        pictures.encode(raw)
    assert (refused.value.field, refused.value.text) == ("picture", text)


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("phone.webp", picture("PNG"), "is something else than its name says"),
        ("phone.webp", b"<script>", "cannot be read"),
        ("phone.webp", picture("WEBP")[:40], "cannot be read"),
        ("phone.webp", secretive("WEBP"), "has metadata"),
        ("phone.png", secretive("PNG"), "has metadata"),
        ("phone.png", moving("PNG"), "moves"),
        ("phone.png", picture(size=(2001, 1)), "is too large, expected at most 2000"),
        ("phone.png", bomb(), "is too large"),
        ("phone.jpg", picture("JPEG"), "has a name we do not serve"),
        ("Phone.png", picture(), "has a name we do not serve"),
    ],
    ids=lambda value: "",
)
def test_a_picture_in_the_folder_is_checked(name, raw, told, mistakes, folder):
    (folder / "courses/basics/media" / name).write_bytes(raw)
    line = next(each for each in mistakes() if name in each and "shown nowhere" not in each)
    assert told in line


def test_a_photo_is_drawn_by_address_and_the_drawing_goes_first():
    raw, text = pictures.encode(picture()), ':::figure a "> <script>\nCaption\n:::'
    media = {"a.webp": raw, "a.zh.png": picture()}
    english = render(Lesson(text, "en", "c", media))
    assert not english.flaws
    assert 'src="/courses/media/c/a.webp?v=' in english.before_check
    assert 'alt="&#34;&gt; &lt;script&gt;" width="40" height="30"' in english.before_check
    assert "/courses/media/c/a.zh.png?v=" in render(Lesson(text, "zh", "c", media)).before_check
    draft = render(Lesson(text, "en", "c", media, media_at="/studio/drafts/1/pictures"))
    assert 'src="/studio/drafts/1/pictures/a.webp?v=' in draft.before_check
    assert render(Lesson(':::figure a"b x\n:::', "en", "c", {'a"b.webp': raw})).flaws


def test_a_published_photo_is_sent_with_strict_headers_and_exported_as_it_is(
    session, client, tmp_path
):
    raw = pictures.encode(picture())
    revision = content.publish_course(session, slug="photo", lessons=1)
    files = revision.read_files() | {"courses/photo/media/desk.webp": raw}
    files["courses/photo/01-lesson-1.en.md"] += b"\n:::figure desk A desk\n:::\n"
    content.publish(session, "course", "photo", files)
    employee = make_employee(session)
    session.commit()
    export_files(session, tmp_path)
    assert (tmp_path / "courses/photo/media/desk.webp").read_bytes() == raw
    client.sign_in(employee)
    sent = client.get("/courses/media/photo/desk.webp?v=1")
    assert (sent.status_code, sent.data) == (200, raw)
    assert sent.headers["Content-Type"] == "image/webp"
    assert sent.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert b'src="/courses/media/photo/desk.webp?v=' in client.get("/courses/photo/lesson-1").data
