"""Drafts of the studio, made by the services that people use."""

from typing import Any

from sqlalchemy.orm import Session

from training_platform.content.models import ContentItem
from training_platform.core.permissions import Person
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.practicals.drawing import Drawn, Handout
from training_platform.studio.batches.models import QuestionBatch, QuestionBatchRow
from training_platform.studio.batches.rules import BatchState, RowState
from training_platform.studio.batches.services import Sent, send_batch
from training_platform.studio.lesson_import import services as texts
from training_platform.studio.lesson_import.blocks import Converted
from training_platform.studio.models import StudioDraft, StudioSave
from training_platform.studio.packages import contents, leaving
from training_platform.studio.packages import services as packages
from training_platform.studio.rehearsal.services import Wish, begin_rehearsal
from training_platform.studio.services import drafts, reviewing
from training_platform.studio.services.reviewing import Remark
from training_platform.studio.transfer import services as transfer
from training_platform.studio.transfer.kept import Question, Reading

#: Stands in all that only trainers may read; whoever looks for the word must not be led there.
MARKER, WORD = "ZZSTUDIOZZ", "quokka"


def mark(session: Session, trainer: Employee, draft: StudioDraft) -> None:
    """Put the marker into a draft: its title, a lesson, a picture; and a question with its key."""
    author = viewer_of(session, trainer)
    start = f"courses/{draft.slug}"
    course = draft.read_files()[f"{start}/course.yaml"].decode()
    lesson = f'---\ntitle: "{WORD} {MARKER}"\nobjective: ""\nsummary: ""\n---\n{MARKER}\n'
    figure = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>{MARKER}</text></svg>'
    )
    files: dict[str, bytes | None] = {
        f"{start}/course.yaml": course.replace('en: ""', f'en: "{WORD} {MARKER}"', 1).encode(),
        f"{start}/01-first-lesson.zh.md": lesson.encode(),
        f"{start}/media/marked.svg": figure.encode(),
    }
    drafts.put_files(session, draft, author, files)
    question = make_draft(session, trainer, f"{draft.slug}/marked", "question")
    (path, raw) = next(iter(question.read_files().items()))
    key = raw.replace(b'en: ""', f'en: "{WORD} {MARKER}"'.encode())
    picture = f"{path.rpartition('/')[0]}/media/marked.svg"
    drafts.put_files(session, question, author, {path: key, picture: figure.encode()})


def make_draft(
    session: Session, trainer: Employee, slug: str = "talk-well", kind: str = "course"
) -> StudioDraft:
    return drafts.create_draft(session, viewer_of(session, trainer), kind, slug)


def make_names(session: Session, trainer: Employee, item: ContentItem) -> dict[str, str]:
    """Return what the addresses of the studio name: a draft in review, with a comment."""
    author = viewer_of(session, trainer)
    draft = make_draft(session, trainer)
    mark(session, trainer, draft)
    path = draft.files[0].path
    figure = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"></svg>'
    drafts.put_files(session, draft, author, {"courses/talk-well/media/sketch.svg": figure})
    comment = reviewing.add_comment(
        session, draft, author, Remark(path, f"Shorter, {WORD} {MARKER}.", "no such words", MARKER)
    )
    reviewing.ask_review(session, draft, author, None, "")
    session.flush()
    save = session.query(StudioSave).filter_by(draft_id=draft.id, path=path).first()
    assert save is not None
    package = contents.write(leaving.of_course(session, item.slug))
    text = Converted({"title": WORD}, f"{MARKER}\n", (), {"picture-1": MARKER.encode()})
    names: dict[str, Any] = {
        "draft_id": draft.id,
        "paper_draft_id": make_draft(session, trainer, "mixed-quiz", "paper").id,
        "question_draft_id": make_draft(session, trainer, "calls/first", "question").id,
        "rubric_draft_id": make_draft(session, trainer, "some-rubric", "rubric").id,
        "library_draft_id": make_draft(session, trainer, "some-answer", "faq").id,
        "task_draft_id": _make_task(session, author).id,
        "handout_number": 0,
        "schema_name": "practical",
        "comment_id": comment.id,
        "save_id": save.id,
        "studio_file_id": draft.files[0].id,
        "revision_id": item.current_revision_id,
        "lesson_slug": "first-lesson",
        "media_name": "sketch.svg",
        "studio_path": "courses/talk-well/01-first-lesson.zh.md",
        "content_kind": item.kind,
        "item_slug": item.slug,
        "text_token": texts.keep_text(session, author, texts.Kept(text, "en", "text.md")).token,
        "picture_name": "picture-1.webp",
        "format_id": "xlsx",
        "question_batch_id": _make_batch(session, author).id,
        "questions_token": transfer.keep_reading(session, author, _reading()).token,
        "package_token": packages.keep_upload(session, author, package, "course.zip").token,
    }
    return {name: str(value) for name, value in names.items()}


def _make_batch(session: Session, author: Person) -> QuestionBatch:
    sent = Sent(f"{WORD} {MARKER}.txt", MARKER.encode(), WORD, "en")
    batch = send_batch(session, author, sent)
    batch.state = BatchState.OPEN
    row = {"slug": f"{WORD}/{MARKER}", "state": RowState.REFUSED, "text": MARKER}
    session.add(QuestionBatchRow(batch_id=batch.id, position=0, place=1, code="empty_file", **row))
    session.flush()
    return batch


def _make_task(session: Session, author: Person) -> StudioDraft:
    """Begin a task whose key is nobody's business but the trainer's."""
    files = {
        "question_bank/practicals/some-task.yaml": b"id: some-task\n",
        "question_bank/scenarios/some-task/solution.yaml": f"steps: []\n# {MARKER}\n".encode(),
    }
    draft = drafts.create_from_files(session, author, "practical", "some-task", files)
    _try_out(session, author, draft)
    return draft


def _try_out(session: Session, author: Person, draft: StudioDraft) -> None:
    """Sit the author down in a scratch workspace: what was drawn there is the key."""
    handout = Handout("list.csv", [["name"], [MARKER]])
    key = Drawn(params={"seen": MARKER}, key={"answer": MARKER}, handouts=[handout])
    wish = Wish(MARKER, 1, "en", is_recording=True)
    begin_rehearsal(session, draft, author, key, wish)


def _reading() -> Reading:
    """Return what a file of one question held; its key is nobody's business but the trainer's."""
    stem = {"zh": WORD, "en": MARKER}
    one = Question(1, "calls/from-a-file", stem, "true_false", 0, f"why: {MARKER}\n")
    return Reading("q.txt", "chinese", "utf-8", (one,), ())
