"""Questions written as files of other programs; what does not fit is named, never dropped. Pure.

Each question is written, read back and compared before it goes into the file: what differs is
what the format does not hold.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training_platform.core import sheets
from training_platform.core.kinds import LANGUAGES
from training_platform.studio.formats import (
    aiken,
    chinese,
    chinese_out,
    gift,
    gift_out,
    moodle,
    moodle_out,
    shape,
    table,
    table_out,
)
from training_platform.studio.formats.building import Building, in_languages
from training_platform.studio.formats.results import (
    Exported,
    Found,
    NotHeld,
    Refusal,
    RefusedError,
)


@dataclass(frozen=True)
class Format:
    """How one format is written, and read back."""

    ending: str
    kinds: frozenset[str]
    piece: Callable[[shape.Question, str], Any]
    join: Callable[[list[Any], str], bytes]
    entries: Callable[[Any, str], list[Found | Refusal]]


def _row(cells: Any, _locale: str) -> list[Found | Refusal]:
    return [table.read_row(2, {column: _as_read(text) for column, text in cells.items()})]


def _as_read(text: str) -> str:
    """Return a cell as the reader of lists gives it: no blanks around, no mark before a formula."""
    text = text.strip()
    return text[1:] if text[:1] == "'" and sheets.safe_text(text[1:]) == text else text


def _element(element: Any, _locale: str) -> list[Found | Refusal]:
    return [moodle.read_question(element, 1)]


FORMATS: Mapping[str, Format] = {
    "gift": Format(
        "gift", gift_out.KINDS, gift_out.piece, gift_out.join, lambda text, _l: [*gift.read(text)]
    ),
    "moodle": Format("xml", moodle_out.KINDS, moodle_out.piece, moodle_out.join, _element),
    "aiken": Format(
        "txt", aiken.KINDS, aiken.piece, aiken.join, lambda text, _l: [*aiken.read(text)]
    ),
    "chinese": Format(
        "txt",
        chinese_out.KINDS,
        chinese_out.piece,
        chinese_out.join,
        lambda text, locale: [*chinese.read(text, locale)],
    ),
    "csv": Format("csv", table_out.KINDS, table_out.piece, table_out.join_csv, _row),
    "xlsx": Format("xlsx", table_out.KINDS, table_out.piece, table_out.join_xlsx, _row),
}


def write_questions(
    questions: Sequence[Mapping[str, Any]], format_name: str, *, locale: str = "zh"
) -> Exported:
    """Return a file of questions (their data as published, or a draft's), and what is not in it.

    locale is the language of labels, and of the texts where a format holds only one.
    """
    known = FORMATS[format_name]
    pieces: list[Any] = []
    not_held: list[NotHeld] = []
    for whole in questions:
        data = {key: value for key, value in whole.items() if key != "drawn"}  # made of the file
        # What has no letters stands for both languages: so it would come back.
        question = shape.canonical(in_languages(shape.canonical(data), locale, []))
        piece, lacking = _written(question, known, locale)
        if piece is not None:
            pieces.append(piece)
        not_held += lacking
    data_out = known.join(pieces, locale)
    return Exported(data_out, known.ending, len(pieces), tuple(not_held))


def _written(
    question: shape.Question, known: Format, locale: str
) -> tuple[Any | None, list[NotHeld]]:
    slug = str(question["id"])
    if question["kind"] not in known.kinds:
        return None, [NotHeld(slug, question["kind"], "kind_not_held")]
    if any("choices" in gap for gap in question.get("gaps", ())):
        return None, [NotHeld(slug, "gaps", "choices_not_held")]
    try:
        piece = known.piece(question, locale)
        entries = known.entries(piece, locale)
        if len(entries) != 1 or isinstance(entries[0], Refusal):
            raise RefusedError("unknown_format")
        topic = slug.split("/", maxsplit=1)[0]
        again = Building(topic, locale).build(entries[0]).value
    except (RefusedError, ValueError):  # lxml takes no control characters
        return None, [NotHeld(slug, "", "question_not_held")]
    return piece, [NotHeld(slug, key) for key in differences(question, again)]


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys that differ between two questions; texts with their language."""
    for key in dict.fromkeys([*first, *second]):
        one, other = first.get(key), second.get(key)
        if one == other:
            continue
        languages = [
            language for language in LANGUAGES if _only(one, language) != _only(other, language)
        ]
        yield key if len(languages) != 1 else f"{key}.{languages[0]}"


def _only(value: Any, language: str) -> Any:
    """Return a value with the texts of one language only."""
    if isinstance(value, Mapping):
        if value.keys() <= set(LANGUAGES):
            return value.get(language)
        return {key: _only(each, language) for key, each in value.items()}
    return [_only(each, language) for each in value] if isinstance(value, list) else value
