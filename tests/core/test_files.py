"""Files that people upload."""

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from training_platform.core import files
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.files import StoredFile

HOSTILE = [
    "../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/shadow",
    "C:\\boot.ini",
    "a\x00.png",
    "a\r\nSet-Cookie: sid=1",
    'x".html; filename="y.exe',
    "<script>alert(1)</script>.svg",
    "证书（王小满）.pdf",
    "." * 300,
    "",
    "\u202egnp.exe",
]


def store(session, name="a.txt", data=b"hello", media_type="text/plain"):
    return files.store(
        session, data, name=name, media_type=media_type, purpose="test", owner_id=None
    )


def picture(form="PNG", size=(400, 300), color=(200, 30, 90), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, color).save(out, form, **options)
    return out.getvalue()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_never_becomes_a_path_or_a_header(app, session, name):
    stored = store(session, name)

    assert [path.name for path in files.folder().iterdir()] == [stored.token]
    with app.test_request_context():
        response = files.respond(stored)
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "\n" not in disposition
    assert "\r" not in disposition
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    response.close()


def test_what_is_stored_comes_back(session):
    assert files.read(store(session, data=b"\x00\xff" * 1000)) == b"\x00\xff" * 1000


def test_a_file_that_is_gone_is_not_found(session):
    stored = store(session)
    (files.folder() / stored.token).unlink()

    with pytest.raises(NotFoundError):
        files.read(stored)


def test_no_half_written_file_is_left_where_the_disk_is_full(session, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store(session)

    assert list(files.folder().glob("*")) == []
    assert session.query(StoredFile).count() == 0


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_square_without_metadata(form):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"

    square = files.square_picture(picture(form, exif=exif))

    with Image.open(io.BytesIO(square)) as seen:
        assert (seen.format, seen.size) == ("WEBP", (256, 256))
        assert not seen.getexif()
    assert b"taken at home" not in square


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
        picture()[:60],
        picture("GIF"),
        picture("BMP"),
        picture(size=(6000, 5000)),
    ],
    ids=["empty", "svg", "pdf", "broken", "cut", "gif", "bmp", "huge"],
)
def test_what_is_no_picture_is_refused_at_its_field(data):
    with pytest.raises(RuleError) as refusal:
        files.square_picture(data)

    assert refusal.value.field == "picture"


def test_files_know_when_they_expire(session):
    until = datetime(2026, 12, 1, tzinfo=UTC)
    stored = files.store(
        session,
        b"x",
        name="x",
        media_type="text/plain",
        purpose="export",
        owner_id=None,
        expires_at=until,
    )

    assert stored.expires_at == until


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("报" * 300 + ".pdf", "报" * 196 + ".pdf"),
        ("a" * 300, "a" * 200),
        ("a." + "b" * 300, ("a." + "b" * 300)[:200]),
        ("\u202efdp.exe", "fdp.exe"),
        ("a\nb\t\x7f.txt", "ab.txt"),
        ("../../x.png", ".._.._x.png"),
        ("\x00\u200b", "file"),
    ],
)
def test_a_name_is_shown_in_one_line_and_keeps_its_ending_however_long(name, shown):
    assert files.shown_name(name) == shown
