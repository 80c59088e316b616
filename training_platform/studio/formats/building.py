"""From what a reader found to the file of a question: languages, id, the real check. Pure.

A text in one language only stays so in the file: the other language is then missing, and the
content check names it. A draft is right when it has no other mistake than what is missing.
"""

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from training_platform.assessment.content_kinds import QuestionKind, path_of
from training_platform.core.kinds import LANGUAGES, SLUG, Draft, Mistake
from training_platform.core.text import fold
from training_platform.studio.formats import shape
from training_platform.studio.formats.file_text import file_text
from training_platform.studio.formats.markup import ByLanguage
from training_platform.studio.formats.results import (
    Found,
    ImportedQuestion,
    Missing,
    Note,
    RefusedError,
    shortened,
)
from training_platform.studio.formats.slugs import slug_of
from training_platform.studio.formats.wanted import expect_whole, fill_in, missing_of

_HANZI = re.compile(r"[\u3400-\u9fff]")
_KIND = QuestionKind()


class _ValueDraft(Draft):
    """A draft whose value is known: the real parse() without reading YAML again."""

    def __init__(self, slug: str, value: dict[str, Any]) -> None:
        super().__init__("question", slug, {})
        self.value = value

    def yaml(self, path: str) -> Any:
        """Return the value as if it stood in the file."""
        return self.value


@dataclass
class Building:
    """What the questions of one file have in common."""

    topic: str
    locale: str
    skills: tuple[str, ...] = ()
    difficulty: str | None = None
    _ids: dict[str, int] = field(default_factory=dict)
    _prints: dict[str, int] = field(default_factory=dict)

    def build(self, found: Found) -> ImportedQuestion:
        """Return the question as its file; RefusedError for what cannot become one."""
        notes = list(dict.fromkeys(found.notes))
        question = in_languages(found.value, self.locale, notes)
        if self.skills and not question.get("skills"):
            question["skills"] = list(self.skills)
        if self.difficulty and not question.get("difficulty"):
            question["difficulty"] = self.difficulty
        expect_whole(question)
        self._expect_new(question, found.place)
        question["id"] = slug = slug_of(found.name, question, self.topic)
        if slug in self._ids:
            raise RefusedError("double_id", id=slug, first=self._ids[slug])
        question = shape.canonical(question)
        missing = examine(slug, question)
        self._ids[slug] = found.place
        told = tuple(Note(code) for code in notes)
        return ImportedQuestion(found.place, slug, question, file_text(question), missing, told)

    def _expect_new(self, question: Mapping[str, Any], place: int) -> None:
        told = {key: value for key, value in question.items() if key != "id"}
        digest = sha256(repr(told).encode()).hexdigest()
        if digest in self._prints:
            raise RefusedError("double_question", first=self._prints[digest])
        self._prints[digest] = place


def examine(slug: str, question: Mapping[str, Any]) -> tuple[Missing, ...]:
    """Return what a draft still needs; RefusedError for anything else that the check refuses."""
    missing = missing_of(question)
    draft = _ValueDraft(slug, fill_in(question) if missing else dict(question))
    _KIND.parse(draft)
    if draft.mistakes:
        raise _refusal(draft.mistakes[0])
    return missing


def draft_of(slug: str, value: Mapping[str, Any], text: str) -> Draft:
    """Return a question of a file that was read as publishing takes it: checked by its value.

    The text says the same: that is what file_text() promises. Reading YAML anew takes ten times
    as long, and a batch has thousands.
    """
    draft = _ValueDraft(slug, dict(value))
    draft.files = {path_of(slug): text.encode()}
    draft.data = _KIND.parse(draft)
    return draft


def mistakes_of(slug: str, text: str) -> list[Mistake]:
    """Return what the content check says of a file's text: the long way, through YAML."""
    draft = Draft("question", slug, {path_of(slug): text.encode()})
    _KIND.parse(draft)
    return draft.mistakes


def _refusal(mistake: Mistake) -> RefusedError:
    if mistake.expected == "different texts":
        return RefusedError("doubled", said=mistake.problem.removeprefix("repeats ").strip("'\""))
    problem, expected = shortened(mistake.problem), shortened(mistake.expected)
    return RefusedError("refused_by_check", key=mistake.key, problem=problem, expected=expected)


def in_languages(value: Mapping[str, Any], locale: str, notes: list[str]) -> shape.Question:
    """Return the question with every text under zh, en or both.

    In a file of one language, texts without letters (48, 3 %) stand for both. Where any text of
    the question names its language, those without a mark stand for both as well: so Moodle shows
    them. Chinese characters never stand for English.
    """
    question: shape.Question = deepcopy(dict(value))
    texts = list(shape.texts_of(question))
    is_marked = any(language in text for _place, text in texts for language in LANGUAGES)
    for _place, text in texts:
        bare = text.pop("", "")
        for language in [name for name in text if name not in LANGUAGES or not text[name]]:
            del text[language]
        only = "".join(text.values())
        if len(text) == 1 and not any(map(str.isalpha, only)):
            text.update(dict.fromkeys(LANGUAGES, only))
        if bare and not text:
            text.update(_spread(bare, locale, is_marked, notes))
    for _place, forms in shape.forms_of(question):
        bare_forms = forms.pop("", [])
        if bare_forms:
            forms.update(split_forms(list(bare_forms), locale, is_marked=is_marked))
    _drop_empty(question)
    return question


def _spread(text: str, locale: str, is_marked: bool, notes: list[str]) -> ByLanguage:
    if not any(sign.isalpha() for sign in text):
        return dict.fromkeys(LANGUAGES, text)
    if not is_marked:
        return {locale: text}
    if _HANZI.search(text):
        return {"zh": text}
    if "shared" not in notes:
        notes.append("shared")
    return dict.fromkeys(LANGUAGES, text)


def split_forms(forms: list[str], locale: str, *, is_marked: bool) -> dict[str, list[str]]:
    """Return accepted forms by language: those with Chinese characters are Chinese.

    Any language's form counts, so nothing is lost where the guess is wrong. A language without
    a form of its own gets them all.
    """
    forms = list(dict.fromkeys(forms))
    if not any(sign.isalpha() for form in forms for sign in form):
        return {language: list(forms) for language in LANGUAGES}
    if not is_marked:
        return {locale: forms}
    chinese = [form for form in forms if _HANZI.search(form)]
    others = [form for form in forms if not _HANZI.search(form)]
    return {"zh": chinese or forms, "en": others or forms}


def _drop_empty(question: shape.Question) -> None:
    """Leave out optional texts that say nothing; options and items without a text stay."""
    for key in ("explanation", "source", "why", "unit"):
        if question.get(key) == {}:
            del question[key]
    for group in ("options", "pairs", "wrong"):
        for entry in question.get(group, ()):
            if entry.get("why") == {}:
                del entry["why"]


def is_slug(text: str) -> bool:
    """Tell whether a text can be one word of an id."""
    return bool(SLUG.fullmatch(text))


def same_text(first: str, second: str) -> bool:
    """Tell whether two texts are the same for a reader."""
    return fold(first) == fold(second)
