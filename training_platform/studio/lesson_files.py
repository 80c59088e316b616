"""Lesson files as the editor shows them: three fields and a text, and back to the same file."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from training_platform.content.lint import HANZI, WORDS
from training_platform.core.yaml_files import Document, UnreadableError

FIELDS = ("title", "objective", "summary")
_FILE = re.compile(r"courses/([a-z0-9-]+)/([0-9]{2})-([a-z0-9-]+)\.(zh|en)\.md")
_FRONT_MATTER = re.compile(r"---\n(.*?\n)---[ ]*\n(.*)", re.DOTALL)
_HAN = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'’%.,-]*")
#: So many hanzi, or English words, does somebody read in a minute.
PER_MINUTE = {"zh": 260, "en": 180}


@dataclass(frozen=True)
class LessonPath:
    """What the path of a lesson's file says."""

    course: str
    number: str
    slug: str
    language: str

    def beside(self, language: str) -> str:
        """Return the path of the same lesson in a language."""
        return f"courses/{self.course}/{self.number}-{self.slug}.{language}.md"


@dataclass(frozen=True)
class LessonFile:
    """A lesson in one language as it is edited."""

    title: str
    objective: str
    summary: str
    body: str


@dataclass(frozen=True)
class Length:
    """How long a lesson is in its language, against what a microlesson may be."""

    count: int
    low: int
    high: int
    minutes: int

    @property
    def is_right(self) -> bool:
        """Tell that it is neither too short nor too long."""
        return self.low <= self.count <= self.high


def path_parts(path: str) -> LessonPath | None:
    """Return what a path says; None if it is no lesson's."""
    match = _FILE.fullmatch(path)
    return LessonPath(*match.groups()) if match else None


def is_same_lesson(path: str, wanted: LessonPath) -> bool:
    """Tell whether a path is that of a lesson in its language, under whatever number."""
    parts = path_parts(path)
    return parts is not None and replace(parts, number=wanted.number) == wanted


def counterpart(path: str, paths: Collection[str]) -> str | None:
    """Return the path of the same file among others: a lesson may have another number there."""
    if path in paths or (wanted := path_parts(path)) is None:
        return path if path in paths else None
    return next((each for each in paths if is_same_lesson(each, wanted)), None)


def split(text: str) -> LessonFile | None:
    """Return a file's fields and text; None where its front matter cannot be read as such."""
    match = _FRONT_MATTER.fullmatch(text)
    if match is None:
        return None
    try:
        value = Document(match[1]).value or {}
    except UnreadableError:
        return None
    if not isinstance(value, dict) or set(value) - set(FIELDS):
        return None
    title, objective, summary = (_plain(value.get(name)) for name in FIELDS)
    return LessonFile(title, objective, summary, match[2])


def joined(fields: Mapping[str, str], body: str) -> str:
    """Return the file with these fields and this text; split() gives them back."""
    lines = [f"{name}: {_scalar(fields.get(name, ''))}\n" for name in FIELDS]
    ending = "" if not body or body.endswith("\n") else "\n"
    return f"---\n{''.join(lines)}---\n{body}{ending}"


def length_of(words: str, language: str) -> Length:
    """Return how long the words of a lesson are, and how long reading them takes."""
    count = len((_HAN if language == "zh" else _WORD).findall(words))
    low, high = HANZI if language == "zh" else WORDS
    return Length(count, low, high, max(1, round(count / PER_MINUTE[language])))


def _plain(value: object) -> str:
    return "" if value is None else " ".join(f"{value}".split())


def _scalar(text: str) -> str:
    """Return a text as YAML: bare where it reads back as itself, else in quotes."""
    text = " ".join(text.split())
    try:
        is_bare = bool(text) and Document(f"x: {text}\n").value == {"x": text}
    except UnreadableError:
        is_bare = False
    return text if is_bare else json.dumps(text, ensure_ascii=False)
