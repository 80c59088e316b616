"""Publishing pins revisions, changes only what changed, and loses nothing."""

import base64
import shutil

import pytest
from flask import g
from sqlalchemy import func, select

from tests.factories import content
from training_platform.assessment.models import Question
from training_platform.content import queries, services
from training_platform.content.events import RevisionPublished
from training_platform.content.exports import export_files
from training_platform.content.library import parse, read_library
from training_platform.content.models import ContentItem, ContentRevision
from training_platform.core import clock, events
from training_platform.core.audit import AuditEvent
from training_platform.core.errors import NotFoundError
from training_platform.core.kinds import registered
from training_platform.core.permissions import SYSTEM
from training_platform.curricula.models import Course, Lesson, LessonText

QUESTION = "question_bank/questions/basics/number.yaml"


@pytest.fixture
def sync(app, session, folder):
    def run(**options):
        library = read_library(registered(app), folder)
        assert library.mistakes() == []
        return services.sync_library(session, library, SYSTEM, **options)

    return run


@pytest.fixture
def publish_in_studio(app, session, folder):
    """Publish a question as the studio does: from text that lies in no file."""

    def run(old, new):
        (kind,) = (each for each in registered(app) if each.name == "question")
        text = (folder / QUESTION).read_text(encoding="utf-8").replace(old, new)
        draft = parse(kind, "basics/number", {QUESTION: text.encode("utf-8")})
        return services.publish_revision(session, kind, draft, SYSTEM)

    return run


def revisions(session):
    return session.scalar(select(func.count()).select_from(ContentRevision))


def stem(session):
    return session.get_one(Question, "basics/number", populate_existing=True).stem["en"]


def test_everything_is_published_audited_and_announced_once(app, session, sync):
    heard = []
    events.wire(app, [events.on(RevisionPublished, lambda _session, event: heard.append(event))])

    report = sync()

    assert sorted(report.published) == [
        "competencies/competencies",
        "course/basics",
        "curricula/curricula",
        "paper/basics",
        "question/basics/number",
    ]
    assert [event.kind for event in heard] == [
        "competencies",
        "question",
        "course",
        "paper",
        "curricula",
    ]
    audited = select(func.count()).where(AuditEvent.action == "content.publish")
    assert session.scalar(audited) == 5


def test_nothing_changed_makes_no_revision(session, sync):
    sync()
    report = sync()
    assert (report.published, report.unchanged, revisions(session)) == ([], 5, 5)


def test_a_changed_file_becomes_the_next_revision_and_the_old_one_stays(session, sync, replace):
    sync()
    before = session.get_one(Question, "basics/number").revision_id
    replace(QUESTION, "Which one?", "Which of them?")

    assert sync().published == ["question/basics/number"]

    question = session.get_one(Question, "basics/number", populate_existing=True)
    assert question.revision_id != before
    assert question.stem["en"] == "Which of them?"
    assert session.get_one(ContentRevision, before).data["stem"]["en"] == "Which one?"


def test_the_revision_holds_the_file_with_texts_in_both_languages_and_defaults(session, sync):
    sync()
    question = session.get_one(Question, "basics/number")
    data = queries.revision_data(session, question.revision_id)
    assert data["options"][0] == {
        "text": {"zh": "16400007326", "en": "16400007326"},
        "correct": True,
    }
    assert data["options"][1]["why"]["en"] == "It has hyphens"
    assert data["shuffle"] is True
    assert data["kind"] == "single_choice"


@pytest.mark.parametrize(
    ("kind", "defaults"),
    [
        ("multiple_choice", {"shuffle": True, "partial": True}),
        ("numeric", {"tolerance": 1}),
        ("matching", {"extra": [content.both("belongs to none")]}),
    ],
)
def test_defaults_are_filled_in_each_kind(session, kind, defaults):
    data = content.publish_question(session, kind=kind).data
    assert {key: data[key] for key in defaults} == defaults


def test_gone_files_withdraw_and_files_that_come_back_restore(session, sync, folder, tmp_path):
    sync()
    before = revisions(session)
    kept = tmp_path / "kept"
    shutil.move(folder / "courses/basics", kept)
    curricula = (folder / "courses/curricula.yaml").read_text(encoding="utf-8")
    for name in ("courses/curricula.yaml", "question_bank/papers/basics.yaml"):
        (folder / name).unlink()
    question = (folder / QUESTION).read_text(encoding="utf-8")
    (folder / QUESTION).write_text(question.replace("lesson: basics/phones\n", ""), "utf-8")

    report = sync()

    assert sorted(report.withdrawn) == ["course/basics", "curricula/curricula", "paper/basics"]
    assert session.get_one(Course, "basics", populate_existing=True).is_withdrawn
    assert sync().withdrawn == []

    shutil.move(kept, folder / "courses/basics")
    (folder / QUESTION).write_text(question, "utf-8")
    paper = session.scalars(select(ContentItem).where(ContentItem.kind == "paper")).one()
    for path, raw in paper.current.read_files().items():
        (folder / path).write_bytes(raw)
    (folder / "courses/curricula.yaml").write_text(curricula, "utf-8")
    report = sync()
    assert sorted(report.restored) == ["course/basics", "curricula/curricula", "paper/basics"]
    assert not session.get_one(Course, "basics", populate_existing=True).is_withdrawn
    assert revisions(session) == before + 2  # the question, twice


def test_a_lesson_that_is_taken_out_is_withdrawn_and_the_others_move_up(session):
    content.publish_course(session, slug="alpha", lessons=3)
    changed = content.publish_course(session, slug="alpha", lessons=3)
    assert changed.number == 1
    entries = [
        {"slug": "lesson-3", "minutes": 4, "check": "alpha/check-3"},
        {"slug": "lesson-1", "minutes": 4, "check": "alpha/check-1"},
    ]
    item = session.scalars(select(ContentItem).where(ContentItem.slug == "alpha")).one()
    files = {p: f for p, f in item.current.read_files().items() if "02-lesson-2" not in p}
    course = dict(item.current.data) | {"lessons": entries}
    text = content.json.dumps(course).encode("utf-8")
    files["courses/alpha/course.yaml"] = text
    content.publish(session, "course", "alpha", files)

    rows = session.scalars(select(Lesson).order_by(Lesson.id)).all()
    assert [(row.slug, row.is_withdrawn) for row in rows] == [
        ("lesson-1", False),
        ("lesson-2", True),
        ("lesson-3", False),
    ]
    listed = select(Lesson.slug).where(~Lesson.is_withdrawn).order_by(Lesson.position)
    assert session.scalars(listed).all() == ["lesson-3", "lesson-1"]


def test_changed_in_the_studio_only_the_file_is_left_alone(session, sync, publish_in_studio):
    sync()
    publish_in_studio("Which one?", "From the studio?")
    report = sync()
    assert (report.ahead, report.published) == (["question/basics/number"], [])
    assert stem(session) == "From the studio?"


@pytest.mark.parametrize("choice", [("file", "From the file?"), ("studio", "From the studio?")])
def test_changed_on_both_sides_nothing_happens_until_one_is_taken(
    session, sync, publish_in_studio, replace, choice
):
    take, result = choice
    sync()
    publish_in_studio("Which one?", "From the studio?")
    replace(QUESTION, "Which one?", "From the file?")
    replace("question_bank/papers/basics.yaml", "minutes: 15", "minutes: 16")
    before = revisions(session)

    report = sync()

    assert report.conflicts == ["question/basics/number"]
    assert revisions(session) == before

    report = sync(take=services.Take(take))
    assert report.conflicts == []
    assert stem(session) == result
    assert sync().conflicts == []


def test_what_is_exported_equals_what_was_read_byte_for_byte(session, sync, folder, tmp_path):
    video = bytes(range(256))
    (folder / "courses/basics/media/talk.mp4").write_bytes(video)
    shown = next((folder / "question_bank/questions").glob("*/*.yaml"))
    shown.write_text(f"{shown.read_text()}picture: {{zh: 一张图, en: A picture}}\n")
    (shown.parent / "media").mkdir()
    for language in ("zh", "en"):
        start = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
        svg = f'{start}<g lang="{language}"/></svg>'
        (shown.parent / f"media/{shown.stem}.{language}.svg").write_text(svg)
    lesson = folder / "courses/basics/01-phones.en.md"
    lesson.write_bytes(
        lesson.read_bytes().replace(b"\n", b"\r\n") + b"\r\n:::video talk.mp4 Talk\r\nHi\r\n:::\r\n"
    )
    sync()
    target = tmp_path / "out"

    export_files(session, target)

    def whole(root):
        return {
            path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()
        }

    assert whole(target) == whole(folder)


def test_an_export_never_leaves_its_folder(session, tmp_path):
    item = content.publish_question(session).item
    item.current = ContentRevision(
        item=item,
        number=2,
        files={"../../outside.yaml": "x"},
        data={},
        digest="x",
        significant_revision=1,
        published_at=clock.now(),
    )
    session.flush()
    with pytest.raises(ValueError, match="leads out"):
        export_files(session, tmp_path / "a" / "b")
    assert not (tmp_path / "outside.yaml").exists()


def test_a_draft_with_mistakes_is_not_published(app, session):
    (kind,) = (each for each in registered(app) if each.name == "question")
    draft = parse(kind, "basics/number", {QUESTION: b"id: ["})
    with pytest.raises(ValueError, match="has mistakes"):
        services.publish_revision(session, kind, draft, SYSTEM)


def test_lessons_are_drawn_when_they_are_published(session, sync):
    sync()
    zh = session.get_one(LessonText, ("basics/phones", "zh"))
    assert (zh.title, zh.objective) == ("电话", "电话 can be done")
    assert 'id="fig1-shaft"' in zh.html_before_check
    assert '<a href="/courses/basics/phones">a link</a>' in zh.html_after_check
    assert "电话" in zh.search_text


def test_rebuilding_draws_again_without_a_revision(session, sync):
    sync()
    text = session.get_one(LessonText, ("basics/phones", "en"))
    text.html_before_check = "old"
    before = revisions(session)
    sync(rebuild=True)
    assert session.get_one(LessonText, ("basics/phones", "en")).html_before_check != "old"
    assert revisions(session) == before


def test_revisions_are_read_once_and_only_when_they_are_committed(session):
    revision = content.publish_question(session)
    g.writing = True
    queries.revision_data(session, revision.id)
    assert not queries._kept_for(session)
    session.commit()
    g.writing = False
    first = queries.revisions_data(session, [revision.id])[revision.id]
    assert queries.revision_data(session, revision.id) is first
    with pytest.raises(NotFoundError):
        queries.revision_data(session, 10**6)


def test_bytes_that_are_no_text_are_kept_as_base64():
    from training_platform.content.models import packed, unpacked  # noqa: PLC0415

    for raw in (b"\xff\x00", b"a\x00b", "文字\r\n".encode(), b""):
        assert unpacked(packed(raw)) == raw
    assert packed(b"\xff") == {"base64": base64.b64encode(b"\xff").decode()}
