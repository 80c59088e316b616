"""The commands say what they did, and fail with 1 where something is wrong."""

import json

import pytest
from sqlalchemy import func, select

from tests.factories import content
from tests.factories.people import make_employee
from training_platform.content.models import ContentRevision
from training_platform.core.db import db

QUESTION = "question_bank/questions/basics/number.yaml"


@pytest.fixture
def run(app, folder):
    app.config["CONTENT_DIR"] = str(folder)
    return lambda *words: app.test_cli_runner().invoke(args=["content", *words])


def test_check_counts_what_is_in_order(run):
    result = run("check")
    assert result.exit_code == 0
    assert "1 course" in result.output


def test_check_tells_mistakes_and_fails(run, replace):
    replace(QUESTION, "kind: single_choice", "kind: essay")
    result = run("check")
    assert result.exit_code == 1
    assert f"{QUESTION}:2: kind: is 'essay', expected one of" in result.output


def test_sync_publishes_and_says_so(app, run):
    assert "5 published" in run("sync").output
    assert "0 published, 0 restored, 0 withdrawn, 5 unchanged" in run("sync", "--quiet").output
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ContentRevision)) == 5


def test_sync_of_a_folder_with_mistakes_publishes_nothing(app, run, replace):
    replace(QUESTION, "kind: single_choice", "kind: essay")
    assert run("sync").exit_code == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ContentRevision)) == 0


def test_lint_names_what_should_be_better(run, replace):
    replace("courses/basics/01-phones.en.md", "First paragraph.", "Call 138 1234 5678.")
    result = run("lint")
    assert result.exit_code == 1
    assert "01-phones.en.md: has" in result.output
    assert "138 1234 5678 may be somebody's number" in result.output


def test_export_writes_every_file(run, tmp_path):
    run("sync", "--quiet")
    result = run("export", str(tmp_path / "out"))
    assert "8 files written" in result.output
    assert (tmp_path / "out" / QUESTION).exists()


def test_schemas_are_json(run, tmp_path):
    run("schemas", "--folder", str(tmp_path))
    names = sorted(path.stem for path in tmp_path.glob("*.json"))
    assert names == [
        *("case", "competencies", "course", "curricula", "exam", "faq", "lesson", "paper"),
        *("practical", "practical-solution", "question", "rubric"),
    ]
    assert json.loads((tmp_path / "question.json").read_text("utf-8"))["oneOf"]


def test_a_video_is_sent_in_parts_to_people_who_are_signed_in(app, client):
    folder = "courses/clip"
    with app.app_context():
        from training_platform.core.db import writing  # noqa: PLC0415

        with writing() as session:
            revision = content.publish_course(session, slug="clip", lessons=1)
            files = revision.read_files() | {f"{folder}/media/talk.mp4": bytes(range(100))}
            lesson = f"{folder}/01-lesson-1.en.md"
            files[lesson] += b"\n:::video talk.mp4 Talk\nHello\n:::\n"
            content.publish(session, "course", "clip", files)
            employee = make_employee(session)
        assert client.get("/courses/media/clip/talk.mp4").status_code in {302, 303, 401}
        client.sign_in(employee)
    part = client.get("/courses/media/clip/talk.mp4", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, bytes(range(10, 20)))
    assert part.headers["Content-Type"] == "video/mp4"
    for name in ("gone.mp4", "shape.svg", "..%2fcourse.yaml"):
        assert client.get(f"/courses/media/clip/{name}").status_code == 404
