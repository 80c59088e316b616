"""What comes from outside runs nothing, reaches nothing and fills nothing."""

import io
import json
import re
import socket
import tempfile
import time
import zipfile
from pathlib import Path

import pytest

from tests.factories.content import publish_competencies, publish_course
from tests.studio import hostile
from training_platform.content import figures
from training_platform.content import markdown as lessons
from training_platform.core.errors import RuleError
from training_platform.core.files import StoredFile
from training_platform.studio.formats import moodle
from training_platform.studio.formats.results import RefusedError
from training_platform.studio.lesson_import import converting, from_docx
from training_platform.studio.models import StudioDraft
from training_platform.studio.packages import contents, leaving
from training_platform.studio.services.drafts import start_draft

MARKER = "http://127.0.0.1:9"
#: Nothing of the markup may be one of these: what runs, fetches or frames.
RUNS = re.compile(r"<(script|iframe|object|embed|link|style|img|base|meta)\b|<[^>]*\son\w+=", re.I)
LEADS = re.compile(r'(?:href|src)="(?!https://|/|#)')


@pytest.fixture
def cut_off(monkeypatch, tmp_path):
    """Nothing may connect anywhere, and the folder of temporary files is looked at afterwards."""

    def refuse(*args):
        raise AssertionError(f"reached out: {args}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.rglob("*")) == []


def told(refused):
    return refused.value.text % refused.value.values


@pytest.mark.parametrize("ending", ["md", "docx"])
def test_a_hostile_text_becomes_harmless_words(cut_off, ending):
    raw = hostile.word(MARKER) if ending == "docx" else hostile.markdown(MARKER).encode()

    made = converting.from_file(raw, f"x.{ending}", "en")
    drawn = lessons.render(lessons.Lesson(made.body, "en", "calls"))

    assert not RUNS.search(drawn.before_check + drawn.after_check)
    assert not LEADS.search(drawn.before_check + drawn.after_check)
    assert made.lost
    assert made.pictures == {}


@pytest.mark.parametrize(("words", "raw"), hostile.refused_words().items())
def test_a_hostile_word_file_is_refused_and_named(cut_off, words, raw):
    began = time.monotonic()
    with pytest.raises(RuleError) as refused:
        from_docx.read(raw)

    assert words in told(refused)
    assert refused.value.field == "file"
    assert time.monotonic() - began < 5


#: Texts that make careless readers work for minutes.
ENDLESS = {
    "brackets": "[" * 9_000,
    "pictures": "![a](" * 1_900,
    "stars": "**a " * 2_400,
    "quotes": "> " * 4_000,
    "lists": "- " * 4_000 + "x",
    "ticks": "`a``" * 2_400,
    "tags": "<a " * 3_000,
    "tables": "a|" * 4_000 + "\n" + "-|" * 4_000 + "\n" + "|" * 9_000,
    "blocks": ":::case x\n" * 4_000,
    "entities": "&#x0;" * 1_900,
    "turned": "\u202e" * 9_000 + "x",
    "references": "[a]: b\n" * 5_000 + "[a]" * 3_000,
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_no_text_keeps_the_reader_busy(text):
    began = time.monotonic()

    made = converting.from_text(text, "en")
    lessons.render(lessons.Lesson(made.body, "en", "calls"))

    assert time.monotonic() - began < 3


def test_a_hostile_drawing_is_not_drawn(cut_off):
    assert figures.draw(hostile.svg(MARKER), "x", "f") == ""
    assert len(figures.examine(hostile.svg(MARKER))) > 4


def test_questions_with_entities_are_refused(cut_off):
    reading = '<!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>'
    for text in (reading, f"{hostile.ENTITIES}<quiz>&b;</quiz>"):
        with pytest.raises(RefusedError) as refused:
            moodle.parse(text)
        assert refused.value.code == "doctype"


@pytest.fixture
def sound(session):
    publish_competencies(session)
    publish_course(session, slug="calls", lessons=1)
    return contents.write(leaving.of_course(session, "calls"))


def broken_packages(sound):
    """Packages that are refused, by the words of the answer."""
    with zipfile.ZipFile(io.BytesIO(sound)) as archive:
        whole = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    listed = json.loads(whole[0][1])
    path = whole[1][0]
    newer = json.dumps({**listed, "version": 99}).encode()
    deep = b"[" * 100_000
    media = "courses/calls/media/a.svg"
    return {
        "damaged or cut off": sound[: len(sound) // 2],
        "no course package": b"GIF89a",
        "This is no course package": hostile.archive(("a.txt", b"x")),
        "Choose the zip file": hostile.archive(("package.json", deep)),
        "newer version": hostile.archive(("package.json", newer), *whole[1:]),
        "lie outside": hostile.archive(*whole, ("../../etc/cron.d/x", b"x")),
        "“/etc/passwd” would lie": hostile.archive(*whole, ("/etc/passwd", b"x")),
        "“c:\\x” would lie": hostile.archive(*whole, ("c:\\x", b"x")),
        "is a link": hostile.archive(*whole, (media, b"/etc/passwd"), link=media),
        "stands in the file twice": hostile.archive(*whole, whole[1]),
        "does not belong": hostile.archive(*whole, ("courses/calls/media/run.exe", b"MZ")),
        "an archive within": hostile.archive(*whole, (media, sound)),
        "own list": hostile.archive(whole[0], (path, b"other"), *whole[2:]),
        "“courses/calls/media/a.svg”. Get": hostile.archive(*whole, (media, b"<svg/>")),
        "unpack to far more": hostile.archive(*whole, (media, b"\0" * 30_000_000)),
        "more than 2000 files": hostile.archive(*((f"a{n}", b"") for n in range(2_100))),
        "is no text": hostile.archive(*whole, (media, b"\xff\xfe")),
        "longer than": hostile.archive(*whole, (media, hostile.noise(300_000))),
    }


def test_a_hostile_package_is_refused_as_a_whole_and_named(client, session, author, sound):
    session.commit()
    client.sign_in(author)
    folder = Path(client.application.config["FILES_DIR"])
    before = sorted(folder.rglob("*"))

    for words, raw in broken_packages(sound).items():
        answer = client.post("/studio/packages/", data={"file": (io.BytesIO(raw), "x.zip")})
        assert answer.status_code == 422, words
        assert words in answer.get_data(as_text=True).replace("&#39;", "'"), words

    large = {"CONTENT_LENGTH": str(200 * 1024 * 1024)}
    answer = client.post("/studio/packages/", environ_overrides=large)
    assert answer.status_code in {413, 422}
    assert "at most 20" in answer.get_data(as_text=True)
    assert sorted(folder.rglob("*")) == before
    assert session.query(StudioDraft).count() == session.query(StoredFile).count() == 0


def test_hostile_files_within_a_sound_package_stay_words_on_every_page(
    client, session, author, viewers, sound
):
    """Whatever a package says, its comparison, its draft and its previews show it as text."""
    package = contents.read(sound)
    files = dict(package.items["course", "calls"])
    files["courses/calls/01-lesson-1.en.md"] = hostile.markdown(MARKER).encode()
    files["courses/calls/media/evil.svg"] = hostile.svg(MARKER)
    title = {"en": "<script>alert(1)</script>", "zh": "<img src=x onerror=alert(1)>"}
    odd = {"job_role": ["<script>alert(1)</script>"]}
    items = {**package.items, ("course", "calls"): files}
    raw = contents.write(contents.Package("calls", title, items, odd))
    draft = start_draft(session, viewers[0], "course", "calls")
    draft_id = draft.id
    session.commit()
    client.sign_in(author)

    kept = client.post("/studio/packages/", data={"file": (io.BytesIO(raw), "<b>.zip")}).location
    page = client.page(kept)
    seen = page.select("//input[@name='seen']")[0].get("value")
    assert client.post(kept, data={"seen": seen, "item": ["course:calls"]}).status_code == 303

    address = f"/studio/drafts/{draft_id}"
    session.expire_all()
    media = [each.id for each in session.get_one(StudioDraft, draft_id).files if "svg" in each.path]
    session.commit()
    path = "courses/calls/01-lesson-1.en.md"
    pages = [kept, address, f"{address}/edit?path={path}", f"{address}/history?path={path}"]
    for each in pages:
        body = client.get(each).get_data(as_text=True)
        assert "<script>alert" not in body
        assert f'src="{MARKER}' not in body
        assert f'href="{MARKER}' not in body
    sent = client.get(f"{address}/media/{media[0]}")
    assert sent.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
