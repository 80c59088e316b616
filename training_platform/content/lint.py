"""Style: what is no mistake, but should be better before people learn from it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from training_platform.content import figures, markdown
from training_platform.core.kinds import LANGUAGES, Draft, Library

#: Nobody has a mobile number that begins so.
UNDIALABLE = frozenset({"154", "160", "163", "164", "168", "169", "179", "194"})
HANZI = (350, 700)
WORDS = (250, 500)
MIN_TEXT_UNITS = 12
MIN_SENTENCE = {"zh": 12, "en": 40}
_HAN = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'’%.,-]*")
_PHONE = re.compile(r"(?<![0-9A-Za-z.])1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])")
_SENTENCE_END = re.compile(r"[。！？!?\n]|(?<=[a-z\")])\.(?=\s)")


@dataclass(frozen=True, order=True)
class Finding:
    """Something that should be better."""

    path: str
    problem: str

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


def lint_library(library: Library) -> list[Finding]:
    """Return every finding, by path; the library has no mistakes."""
    found: set[Finding] = set()
    for draft in library.drafts.get("course", {}).values():
        found.update(_course(draft))
    found.update(_sentences(library))
    found.update(_longest_answers(library))
    for drafts in library.drafts.values():
        for draft in drafts.values():
            found.update(_phones(draft))
            found.update(_languages(draft))
    return sorted(found)


def rendered_lessons(
    draft: Draft,
) -> Iterator[tuple[dict[str, Any], str, str, markdown.Rendered]]:
    """Yield each lesson of a course in each language: entry, language, path, rendered."""
    start = f"courses/{draft.slug}/"
    media = {
        path.removeprefix(f"{start}media/"): content
        for path, content in draft.files.items()
        if path.startswith(f"{start}media/")
    }
    for lesson in (draft.data or {}).get("lessons", []):
        for language, text in lesson["texts"].items():
            source = markdown.Lesson(text["text"], language, draft.slug, media)
            path = next(p for p in draft.files if p.endswith(f"-{lesson['slug']}.{language}.md"))
            yield lesson, language, path, markdown.render(source)


def _course(draft: Draft) -> Iterator[Finding]:
    lessons = with_figure = 0
    for lesson, language, path, rendered in rendered_lessons(draft):
        count, (low, high), unit = _length(rendered.words, language)
        if not low <= count <= high:
            yield Finding(path, f"has {count} {unit}; {low} to {high} are a lesson")
        objective = lesson["texts"][language]["objective"]
        if language == "zh" and "能" not in objective:
            yield Finding(path, "objective does not say what one can do (你能……)")
        if language == "en" and "can" not in objective.lower().split():
            yield Finding(path, "objective does not say what one can do (you can …)")
        if language == "zh":
            lessons += 1
            text = lesson["texts"][language]["text"]
            with_figure += ":::figure" in text or "\n|" in text
    if with_figure * 3 < lessons:
        yield Finding(
            f"courses/{draft.slug}", f"{with_figure} of {lessons} lessons have a figure or table"
        )
    for path, content in draft.files.items():
        if path.endswith(".svg"):
            smallest = figures.smallest_text(content)
            if smallest is not None and smallest < MIN_TEXT_UNITS:
                yield Finding(path, f"has text of {smallest:g} units on a width of 320; 12 or more")


def _length(text: str, language: str) -> tuple[int, tuple[int, int], str]:
    if language == "zh":
        return len(_HAN.findall(text)), HANZI, "hanzi"
    return len(_WORD.findall(text)), WORDS, "words"


def _sentences(library: Library) -> Iterator[Finding]:
    """No sentence stands in two lessons."""
    first: dict[str, str] = {}
    for draft in library.drafts.get("course", {}).values():
        for _lesson, language, path, rendered in rendered_lessons(draft):
            for sentence in _SENTENCE_END.split(rendered.words):
                short = " ".join(sentence.split())
                if len(short) < MIN_SENTENCE[language]:
                    continue
                other = first.setdefault(short, path)
                if other != path:
                    yield Finding(path, f"shares a sentence with {other}: {short}")


def _longest_answers(library: Library) -> Iterator[Finding]:
    """Length gives nothing away: the right answer is the longest in at most a third of a topic."""
    for language in LANGUAGES:
        asked: dict[str, int] = defaultdict(int)
        longest: dict[str, int] = defaultdict(int)
        for slug, data in library.data("question").items():
            if data["kind"] != "single_choice":
                continue
            topic = slug.split("/")[0]
            asked[topic] += 1
            right = [len(o["text"][language]) for o in data["options"] if o["correct"]]
            wrong = [len(o["text"][language]) for o in data["options"] if not o["correct"]]
            longest[topic] += right[0] > max(wrong)
        for topic, count in asked.items():
            if longest[topic] * 3 > count:
                yield Finding(
                    f"question_bank/questions/{topic}",
                    f"the right answer is the longest ({language}) in {longest[topic]} of {count} "
                    "single-choice questions; at most a third",
                )


def _phones(draft: Draft) -> Iterator[Finding]:
    for path, content in draft.files.items():
        if not path.endswith((".md", ".yaml", ".svg")):
            continue
        for number in _PHONE.findall(content.decode("utf-8", errors="replace")):
            if number[:3] not in UNDIALABLE:
                yield Finding(path, f"{number} may be somebody's number; use 164…")


def _languages(draft: Draft) -> Iterator[Finding]:
    """Chinese is written in hanzi, and not left in English."""
    path = next(iter(sorted(draft.files)))
    for text in _texts(draft.data):
        zh, en = text["zh"], text["en"]
        if zh == en:
            if len(_WORD.findall(zh)) > 3 and re.search(r"[A-Za-z]{3}", zh):
                yield Finding(path, f"zh and en are the same: {zh[:40]}")
        elif re.search(r"[A-Za-z]{3,} [A-Za-z]{2,} [A-Za-z]{2,}", zh) and not _HAN.search(zh):
            yield Finding(path, f"zh has no hanzi: {zh[:40]}")


def _texts(value: Any) -> Iterator[Mapping[str, str]]:
    if isinstance(value, dict):
        if set(value) == set(LANGUAGES) and all(isinstance(each, str) for each in value.values()):
            yield value
            return
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
