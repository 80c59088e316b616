"""Kinds of content files that curricula owns: courses with their lessons, and curricula."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from training_platform.content import figures, pictures
from training_platform.content import markdown as lessons
from training_platform.content import media as media_files
from training_platform.core.kinds import (
    LANGUAGES,
    ContentKind,
    Draft,
    Library,
    Revision,
    expect_id,
)
from training_platform.core.kinds import register as register_kind
from training_platform.core.text import fold
from training_platform.core.yaml_files import Place
from training_platform.curricula.models import (
    Course,
    Curriculum,
    CurriculumItem,
    Lesson,
    LessonText,
)
from training_platform.curricula.schemas import CourseFile, CurriculaFile, FrontMatter

FOLDER = "courses"
#: Folders beside the courses that hold other kinds of content.
NO_COURSES = frozenset({"cases", "faq"})
CURRICULA = "courses/curricula.yaml"
MAX_MEDIA_BYTES = 20_000_000
_LESSON_FILE = re.compile(r"[0-9]{2}-([a-z0-9-]+)\.(zh|en)\.md")
_FRONT_MATTER = re.compile(r"---\n(.*?\n)---[ ]*\n(.*)", re.DOTALL)


class CourseKind(ContentKind):
    """courses/<slug>/: course.yaml, the lessons in both languages, media."""

    name = "course"
    position = 30
    names = ("lesson",)
    schemas = {"course": CourseFile, "lesson": FrontMatter}

    def find(self, root: Path) -> dict[str, list[Path]]:
        """Return every folder of courses/ that holds anything, with all its files."""
        found = {}
        for folder in sorted(path for path in (root / FOLDER).glob("*") if path.is_dir()):
            files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
            files = [path for path in files if not path.name.startswith(".")]
            if files and folder.name not in NO_COURSES:
                found[folder.name] = files
        return found

    def parse(self, draft: Draft) -> dict[str, Any] | None:
        """Return course.yaml with the texts of each lesson beside it."""
        path = f"{FOLDER}/{draft.slug}/course.yaml"
        if path not in draft.files:
            draft.wrong_at(path, 1, "file", "is missing", "course.yaml in every course's folder")
            return None
        value = draft.yaml(path)
        data = None if value is None else draft.validate(path, value, CourseFile)
        if data is None:
            return None
        expect_id(draft, path, data, draft.slug)
        _check_course(draft, path, data)
        found = _lesson_files(draft, [lesson["slug"] for lesson in data["lessons"]])
        media = media_of(draft.slug, draft.files)
        shown: set[str] = set()
        for index, lesson in enumerate(data["lessons"]):
            lesson["texts"] = {}
            for language in LANGUAGES:
                file = found.get((lesson["slug"], language))
                if file is None:
                    place = ("lessons", index, "slug")
                    expected = f"NN-{lesson['slug']}.{language}.md"
                    draft.wrong(path, place, f"has no text in {language}", expected)
                elif text := _parse_lesson(draft, file, language, media, shown):
                    lesson["texts"][language] = text
        _check_media(draft, media, shown)
        is_whole = all(set(lesson["texts"]) == set(LANGUAGES) for lesson in data["lessons"])
        return data if is_whole else None

    def names_in(self, slug: str, data: dict[str, Any]) -> Mapping[str, Iterable[str]]:
        """Return the lessons."""
        return {"lesson": [f"{slug}/{lesson['slug']}" for lesson in data["lessons"]]}

    def check(self, draft: Draft, library: Library) -> None:
        """Refuse what the course refers to and does not exist."""
        assert draft.data is not None  # noqa: S101  # the caller's promise
        data, path = draft.data, f"{FOLDER}/{draft.slug}/course.yaml"
        for index, role in enumerate(data["job_roles"]):
            if not library.knows("job_role", role):
                place: Place = ("job_roles", index)
                draft.wrong(path, place, f"{role} is no job role", "one of competencies.yaml")
        for competency in data["competencies"]:
            if not library.knows("competency", competency):
                place = ("competencies", competency)
                draft.wrong(path, place, "is no competency", "one of competencies.yaml")
        for index, lesson in enumerate(data["lessons"]):
            if not library.knows("question", lesson["check"]):
                place = ("lessons", index, "check")
                draft.wrong(path, place, f"{lesson['check']} is no question", "<topic>/<question>")
        for file, line, target in draft.notes.get("links", ()):
            if not library.knows("lesson", target):
                problem = f"leads to lesson:{target}, which does not exist"
                draft.wrong_at(file, line, "link", problem, "<course>/<lesson>")
        for index, condition in enumerate(data["complete_when"]):
            paper = condition.get("paper")
            if paper and not library.knows("paper", paper):
                place = ("complete_when", index, "paper")
                draft.wrong(path, place, f"{paper} is no paper", "a file of question_bank/papers/")

        if (paper := data.get("delta_paper")) and not library.knows("paper", paper):
            problem, expected = f"{paper} is no paper", "a file of question_bank/papers/"
            draft.wrong(path, ("delta_paper",), problem, expected)

    def project(self, session: Session, revision: Revision) -> None:
        """Fill course, lesson and lesson_text; lessons are drawn here, once."""
        data, slug = revision.data, revision.slug
        papers = [each["paper"] for each in data["complete_when"] if "paper" in each]
        words = [data[key][language] for key in ("title", "summary") for language in LANGUAGES]
        session.merge(
            Course(
                id=slug,
                title=data["title"],
                summary=data["summary"],
                area=data["area"],
                level=data["level"],
                job_roles=data["job_roles"],
                competencies=data["competencies"],
                complete_when=data["complete_when"],
                paper_id=papers[0] if papers else None,
                refresher_months=data.get("refresher_months"),
                significant_revision=data["significant_revision"],
                lesson_count=len(data["lessons"]),
                minutes=sum(lesson["minutes"] for lesson in data["lessons"]),
                revision_id=revision.id,
                is_withdrawn=False,
                search_text=fold(" ".join(words)),
            )
        )
        session.flush()
        _clear_positions(session, slug)
        media = media_of(slug, revision.read_files())
        for position, lesson in enumerate(data["lessons"], start=1):
            session.merge(
                Lesson(
                    id=f"{slug}/{lesson['slug']}",
                    course_id=slug,
                    slug=lesson["slug"],
                    position=position,
                    minutes=lesson["minutes"],
                    check_question_id=lesson["check"],
                    is_withdrawn=False,
                )
            )
            session.flush()
            for language, text in lesson["texts"].items():
                session.merge(_lesson_text(slug, lesson["slug"], language, text, media))
        session.flush()

    def withdraw(self, session: Session, slug: str) -> None:
        """Assign the course no more; whoever is in it may finish."""
        if course := session.get(Course, slug):
            course.is_withdrawn = True


class CurriculaKind(ContentKind):
    """courses/curricula.yaml: one item, a curriculum for each job role."""

    name = "curricula"
    position = 50
    schemas = {"curricula": CurriculaFile}

    def find(self, root: Path) -> dict[str, list[Path]]:
        """Return the one file."""
        path = root / CURRICULA
        return {"curricula": [path]} if path.exists() else {}

    def parse(self, draft: Draft) -> dict[str, Any] | None:
        """Return the file as its schema has it."""
        value = draft.yaml(CURRICULA)
        return None if value is None else draft.validate(CURRICULA, value, CurriculaFile)

    def check(self, draft: Draft, library: Library) -> None:
        """Refuse unknown job roles and courses, repeated ones, and impossible orders."""
        assert draft.data is not None  # noqa: S101  # the caller's promise
        roles: set[str] = set()
        for index, curriculum in enumerate(draft.data["curricula"]):
            role, place = curriculum["job_role"], ("curricula", index, "job_role")
            if not library.knows("job_role", role):
                draft.wrong(CURRICULA, place, f"{role} is no job role", "one of competencies.yaml")
            if role in roles:
                draft.wrong(CURRICULA, place, f"{role} stands twice", "one curriculum a job role")
            roles.add(role)
            _check_curriculum(draft, library, index, curriculum)

    def project(self, session: Session, revision: Revision) -> None:
        """Fill curriculum and curriculum_item anew."""
        session.execute(delete(CurriculumItem))
        roles = [each["job_role"] for each in revision.data["curricula"]]
        session.execute(delete(Curriculum).where(Curriculum.job_role_id.not_in(roles)))
        for curriculum in revision.data["curricula"]:
            session.merge(
                Curriculum(
                    job_role_id=curriculum["job_role"],
                    title=curriculum["title"],
                    summary=curriculum["summary"],
                    phases=curriculum["phases"],
                    revision_id=revision.id,
                )
            )
            session.flush()
            position = 0
            for phase in curriculum["phases"]:
                for item in phase["items"]:
                    position += 1
                    session.add(
                        CurriculumItem(
                            job_role_id=curriculum["job_role"],
                            course_id=item["course"],
                            phase=phase["id"],
                            position=position,
                            is_required=item["required"],
                            due_days=item.get("due_days"),
                            after=item["after"],
                        )
                    )
        session.flush()

    def withdraw(self, session: Session, slug: str) -> None:
        """Take every curriculum away; assignments stay as they are."""
        session.execute(delete(CurriculumItem))
        session.execute(delete(Curriculum))


def media_of(course: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a course's media files by their names."""
    start = f"{FOLDER}/{course}/media/"
    return {path.removeprefix(start): files[path] for path in files if path.startswith(start)}


def _check_course(draft: Draft, path: str, data: dict[str, Any]) -> None:
    seen: set[str] = set()
    for index, lesson in enumerate(data["lessons"]):
        if lesson["slug"] in seen:
            place = ("lessons", index, "slug")
            draft.wrong(path, place, f"{lesson['slug']} stands twice", "each lesson once")
        seen.add(lesson["slug"])


def _lesson_files(draft: Draft, slugs: list[str]) -> dict[tuple[str, str], str]:
    """Return the lesson files by slug and language; strays and doubles are mistakes."""
    found: dict[tuple[str, str], str] = {}
    start = f"{FOLDER}/{draft.slug}/"
    for path in sorted(draft.files):
        name = path.removeprefix(start)
        if name == "course.yaml" or name.startswith("media/"):
            continue
        match = _LESSON_FILE.fullmatch(name)
        if match is None:
            expected = "course.yaml, NN-<lesson>.zh.md, NN-<lesson>.en.md or media/"
            draft.wrong_at(path, 1, "file", "does not belong here", expected)
        elif match[1] not in slugs:
            draft.wrong_at(path, 1, "file", f"{match[1]} is no lesson", "a slug of course.yaml")
        elif (match[1], match[2]) in found:
            other = found[match[1], match[2]]
            draft.wrong_at(path, 1, "file", f"doubles {other}", "one file a lesson and language")
        else:
            found[match[1], match[2]] = path
    return found


def _parse_lesson(
    draft: Draft, path: str, language: str, media: Mapping[str, bytes], shown: set[str]
) -> dict[str, Any] | None:
    text = draft.text(path)
    if text is None:
        return None
    match = _FRONT_MATTER.fullmatch(text)
    if match is None:
        draft.wrong_at(
            path, 1, "file", "has no front matter", "title, objective, summary between ---"
        )
        return None
    value = draft.yaml_text(path, match[1], first_line=2)
    front = None if value is None else draft.validate(path, value, FrontMatter)
    first_line = match[1].count("\n") + 3
    if not text.endswith("\n"):
        line = text.count("\n") + 1
        draft.wrong_at(path, line, "file", "ends within a line; is it cut off?", "a line end")
    if "\x00" in match[2]:
        draft.wrong_at(path, first_line, "text", "has a control character", "text")
    rendered = lessons.render(
        lessons.Lesson(match[2], language, draft.slug, media, first_line=first_line)
    )
    for flaw in rendered.flaws:
        draft.wrong_at(path, flaw.line, flaw.key, flaw.problem, flaw.expected)
    shown |= rendered.media
    draft.notes.setdefault("links", []).extend((path, *link) for link in rendered.links)
    return None if front is None else {**front, "text": match[2]}


def _check_media(draft: Draft, media: Mapping[str, bytes], shown: set[str]) -> None:
    if len(media) > media_files.MOST_FILES:
        path = f"{FOLDER}/{draft.slug}/media"
        draft.wrong_at(path, 1, "file", "has too many files", f"at most {media_files.MOST_FILES}")
    for name, content in media.items():
        path = f"{FOLDER}/{draft.slug}/media/{name}"
        if not media_files.NAME.fullmatch(name):
            expected = "<name>.svg, .webp, .png, .mp4 or .webm"
            draft.wrong_at(path, 1, "file", "has a name we do not serve", expected)
            continue
        if len(content) > MAX_MEDIA_BYTES:
            draft.wrong_at(path, 1, "file", "is too large", f"at most {MAX_MEDIA_BYTES:,} bytes")
        flaws = figures.examine(content) if name.endswith(".svg") else []
        if media_files.is_picture(name):
            flaws = pictures.examine(content, name)
        for flaw in flaws:
            draft.wrong_at(path, flaw.line, flaw.key, flaw.problem, flaw.expected)
        if name not in shown:
            draft.wrong_at(
                path, 1, "file", "is shown nowhere", "a lesson with :::figure or :::video"
            )


def _clear_positions(session: Session, course: str) -> None:
    """Make room: positions are unique, lessons move, and those no longer listed are withdrawn."""
    known = session.scalars(
        select(Lesson.id).where(Lesson.course_id == course).order_by(Lesson.position, Lesson.id)
    ).all()
    lowest = min([0, *session.scalars(select(Lesson.position).where(Lesson.course_id == course))])
    for number, lesson in enumerate(known, start=1):
        session.execute(
            update(Lesson)
            .where(Lesson.id == lesson)
            .values(position=lowest - number, is_withdrawn=True)
        )
    session.expire_all()


def _lesson_text(
    course: str, slug: str, language: str, text: dict[str, Any], media: Mapping[str, bytes]
) -> LessonText:
    rendered = lessons.render(lessons.Lesson(text["text"], language, course, media))
    words = " ".join((text["title"], text["objective"], text["summary"], rendered.words))
    return LessonText(
        lesson_id=f"{course}/{slug}",
        locale=language,
        title=text["title"],
        objective=text["objective"],
        summary=text["summary"],
        html_before_check=rendered.before_check,
        html_after_check=rendered.after_check,
        search_text=fold(words),
    )


def _check_curriculum(
    draft: Draft, library: Library, index: int, curriculum: dict[str, Any]
) -> None:
    before: set[str] = set()
    for number, phase in enumerate(curriculum["phases"]):
        for entry, item in enumerate(phase["items"]):
            place = ("curricula", index, "phases", number, "items", entry)
            course = item["course"]
            if not library.knows("course", course):
                draft.wrong(
                    CURRICULA, (*place, "course"), f"{course} is no course", "a course's id"
                )
            if course in before:
                draft.wrong(CURRICULA, (*place, "course"), f"{course} stands twice", "each once")
            for required in item["after"]:
                if required not in before:
                    problem = f"{required} does not come before"
                    expected = "courses that stand above in this curriculum"
                    draft.wrong(CURRICULA, (*place, "after"), problem, expected)
            before.add(course)


def register(app: Flask) -> None:
    """Tell content which files belong here."""
    register_kind(app, CourseKind())
    register_kind(app, CurriculaKind())
