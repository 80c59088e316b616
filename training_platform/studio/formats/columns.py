"""The columns of the CSV and XLSX template. Pure; docs/question-formats.md explains them.

A text has one column for each language. A column without a language ("题干") holds the language
of the whole file.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from training_platform.core.kinds import LANGUAGES
from training_platform.core.text import fold
from training_platform.studio.formats import labels

LETTERS = "ABCDEFG"
#: How a language is called inside a header, Chinese and English.
_LANGUAGE_NAMES = {"zh": ("中文", "Chinese"), "en": ("英文", "English")}
_PLAIN = {
    "id": labels.LABELS["id"],
    "kind": labels.LABELS["kind"],
    "difficulty": labels.LABELS["difficulty"],
    "skills": labels.LABELS["skills"],
    "lesson": labels.LABELS["lesson"],
    "answer": labels.LABELS["answer"],
    "tolerance": labels.LABELS["tolerance"],
    "scoring": labels.LABELS["scoring"],
    "order": labels.LABELS["order"],
    "wrong": ("错误答案", "Wrong answers"),
}
_TEXTS = {
    "stem": ("题干", "Question", "题目", "试题", "stem", "question text"),
    "explanation": labels.LABELS["explanation"],
    "why": labels.LABELS["why"],
    "unit": labels.LABELS["unit"],
    "accepted": ("可接受的答案", "Accepted answers"),
    "wrong_why": ("错误答案的原因", "Reasons of wrong answers"),
    "text": ("填空正文", "Text with gaps"),
    "gaps": ("各空答案", "Answers of the gaps"),
    "extra": ("多余的右项", "Rights without a left"),
    "source": labels.LABELS["source"],
}
_PER_LETTER = {
    "option": ("选项{}", "Option {}", "{}", "{}选项", "答案选项{}"),
    "option_why": ("选项{}的解析", "Why {}", "{}解析", "{}项解析"),
    "right": ("右项{}", "Right {}"),
}


@dataclass(frozen=True)
class Column:
    """What a column holds: a field, perhaps of one option, perhaps in one language."""

    field: str
    letter: str = ""
    language: str = ""

    def header(self, locale: str) -> str:
        """Return the column's header."""
        at = 0 if locale == "zh" else 1
        name = _names(self.field)[at].format(self.letter)
        if not self.language:
            return name
        said = _LANGUAGE_NAMES[self.language][at]
        return f"{name}（{said}）" if locale == "zh" else f"{name} ({said})"


def _names(field: str) -> tuple[str, ...]:
    return _PLAIN.get(field) or _TEXTS.get(field) or _PER_LETTER[field]


def _columns() -> Iterator[Column]:
    yield from (Column(name) for name in ("id", "kind"))
    yield from _both("stem")
    for letter in LETTERS[:5]:
        yield from _both("option", letter)
    yield Column("answer")
    yield from _both("explanation")
    yield from (Column(name) for name in ("difficulty", "skills", "lesson"))
    for letter in LETTERS[:5]:
        yield from _both("option_why", letter)
    yield from (Column(name) for name in ("scoring", "order"))
    for name in ("why", "accepted"):
        yield from _both(name)
    yield Column("wrong")
    yield from _both("wrong_why")
    yield Column("tolerance")
    for name in ("unit", "text", "gaps"):
        yield from _both(name)
    for letter in LETTERS[5:]:
        yield from _both("option", letter)
    for letter in LETTERS[:6]:
        yield from _both("right", letter)
    for name in ("extra", "source"):
        yield from _both(name)


def _both(name: str, letter: str = "") -> Iterator[Column]:
    yield from (Column(name, letter, language) for language in LANGUAGES)


#: Every column of the template, in order.
COLUMNS: tuple[Column, ...] = tuple(_columns())


def _known() -> dict[str, Column]:
    """Map every way to write a header, folded, to its column."""
    found: dict[str, Column] = {}
    bare = {(column.field, column.letter) for column in COLUMNS}
    for field, letter in sorted(bare):
        for name in _names(field):
            plain = name.format(letter)
            found.setdefault(fold(plain), Column(field, letter))
            if field in _PLAIN:
                continue
            for language, words in _LANGUAGE_NAMES.items():
                for word in (*words, language):
                    column = Column(field, letter, language)
                    for shape in ("{} ({})", "{}({})", "{}_{}", "{} {}", "{}-{}", "{}[{}]"):
                        found.setdefault(fold(shape.format(plain, word)), column)
    return found


KNOWN = _known()


def column_of(header: str) -> Column | None:
    """Return the column that a header names; None for one that is not ours."""
    return KNOWN.get(fold(header).strip("*").strip())
