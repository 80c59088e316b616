"""Pictures of a course draft: written anew, shown with words, replaced and removed as a whole."""

import io

import pytest
from PIL import Image

from tests.content.test_pictures import bomb, moving, picture, secretive
from tests.factories.people import make_employee
from training_platform.core.errors import RuleError
from training_platform.studio.models import StudioDraft, StudioFile
from training_platform.studio.outline import pictures
from training_platform.studio.services import drafts
from training_platform.studio.uploaded_pictures import prepared

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'
LESSON = "courses/talk-well/01-first-lesson.en.md"
GIVEN = {"lesson": "first-lesson", "alt_zh": "一张桌子", "alt_en": "A desk", "name": ""}


def draft_of(**files):
    start = "courses/talk/"
    return StudioDraft(
        kind="course",
        slug="talk",
        files=[StudioFile(path=start + path, content=text) for path, text in files.items()],
    )


@pytest.mark.parametrize(
    "raw",
    [
        SVG.format("<script>alert(1)</script>").encode(),
        SVG.format('<a href="https://evil.example"><rect/></a>').encode(),
        SVG.format('<image href="https://evil.example/x.png"/>').encode(),
        SVG.format('<rect onload="alert(1)"/>').encode(),
        SVG.format('<rect style="fill:url(//evil.example)"/>').encode(),
        SVG.format("<foreignObject><iframe/></foreignObject>").encode(),
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + SVG.format("&b;").encode(),
        b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        SVG.format("<g>" * 200 + "</g>" * 200).encode() * 40,
        SVG.format("").encode()[:30],
        "\ufeff".encode() + b"<html><script>alert(1)</script></html>",
        b"<" * 5_000,
        b"PK\x03\x04" + b"x" * 500,
        b"\xff\xd8\xff\xe0 no JPEG",
        bomb(),
        moving("PNG"),
    ],
    ids=lambda value: "",
)
def test_hostile_and_broken_uploads_are_refused_beside_their_field(raw):
    with pytest.raises(RuleError) as refused:
        prepared(raw)
    assert refused.value.field == "picture"


def test_a_plain_drawing_stays_and_a_photo_is_written_anew():
    assert prepared(SVG.format("<rect/>").encode())[0] == "svg"
    ending, made = prepared(secretive("JPEG"))
    assert ending == "webp"
    assert b"MARKER" not in made


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("My Desk.PNG", "my-desk"),
        ("../../etc/passwd.png", "passwd"),
        ("C:\\fakepath\\desk.png", "desk-2"),
        ("照片.jpg", "picture"),
        ("", "picture"),
    ],
)
def test_a_name_is_made_of_the_files_own_name(filename, name):
    assert pictures.name_for("", filename, {"desk"}) == name


def test_blocks_that_show_a_picture_are_found_and_taken_out():
    text = "One.\n\n:::figure desk A desk\nCaption\n:::\n\nTwo.\n\n:::figure other X\n:::\n"
    draft = draft_of(**{
        "01-a.en.md": text,
        "01-a.zh.md": ":::figure desk 桌子\n:::\n",
        "media/desk.webp": "x",
        "media/desk.zh.svg": "<svg/>",
        "media/other.svg": "<svg/>",
    })  # fmt: skip
    names = pictures.media_names(draft)

    uses = pictures.uses_in(draft, names)

    assert [(use.language, use.alternative) for use in uses["desk.webp"]] == [("en", "A desk")]
    assert [use.alternative for use in uses["desk.zh.svg"]] == ["桌子"]
    left = pictures.without_blocks(text, "en", "desk.webp", names)
    assert left == "One.\n\nTwo.\n\n:::figure other X\n:::\n"
    assert pictures.without_blocks(text, "zh", "desk.webp", names) == text


def test_a_picture_goes_into_both_languages_and_out_again(session, client, author, viewers):
    draft = drafts.create_draft(session, viewers[0], "course", "talk-well")
    outsider = make_employee(session)
    draft_id, before = draft.id, draft.read_files()
    address = f"/studio/drafts/{draft_id}/pictures"
    session.commit()

    def files():
        session.expire_all()
        found = draft.read_files()
        session.commit()
        return found

    def upload(raw, filename="desk.png", to=address, **given):
        data = GIVEN | given | {"picture": (io.BytesIO(raw), filename)}
        return client.post(to, data=data, content_type="multipart/form-data")

    client.sign_in(author)
    assert upload(b"<svg onload=alert(1)>").status_code == 422
    assert upload(picture(), name="../x").status_code == 422
    assert upload(picture(), name="a/b").status_code == 422
    assert upload(picture(), alt_en="").status_code == 422
    assert upload(picture(), lesson="unknown").status_code == 422
    assert files() == before

    assert upload(picture("JPEG")).status_code == 303
    assert upload(picture(), name="desk").status_code == 422  # taken
    assert b":::figure desk A desk\n:::" in files()[LESSON]
    assert ":::figure desk 一张桌子" in files()[LESSON.replace(".en", ".zh")].decode()
    sent = client.get(f"{address}/desk.webp")
    assert sent.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert sent.headers["Content-Type"] == "image/webp"
    assert Image.open(io.BytesIO(sent.data)).format == "WEBP"
    drawn = client.post(
        f"/studio/drafts/{draft_id}/preview", data={"path": LESSON, "text": ":::figure desk x\n:::"}
    )
    assert f'src="{address}/desk.webp?v=' in drawn.text
    assert "A desk" in client.page(address).text

    drawing = SVG.format('<rect width="3"/>').encode()
    assert upload(drawing, to=f"{address}/desk.webp/replace").status_code == 303
    assert client.get(f"{address}/desk.webp").status_code == 404
    kept = client.get(f"{address}/desk.svg")
    assert (kept.data, kept.headers["X-Content-Type-Options"]) == (drawing, "nosniff")
    for name in ("../course.yaml", "course.yaml", "desk", "%2e%2e%2fcourse.yaml"):
        assert client.get(f"{address}/{name}").status_code == 404
    assert client.post(f"{address}/desk.svg/remove").status_code == 303
    assert b"figure" not in files()[LESSON]

    client.sign_in(outsider)
    assert client.get(f"{address}/desk.svg").status_code == 403
    assert upload(picture()).status_code == 403


def test_a_line_of_forty_thousand_characters_is_told_in_time(session, client, author, viewers):
    draft = drafts.create_draft(session, viewers[0], "course", "talk-well")
    address = f"/studio/drafts/{draft.id}/preview"
    session.commit()
    client.sign_in(author)
    for line in ("x" * 40_000, "[" * 40_000, "*a **b " * 6_000, ":::figure " * 4_000):
        told = client.post(address, data={"path": LESSON, "text": line})
        assert told.status_code == 200
        assert "is too long" in told.text
