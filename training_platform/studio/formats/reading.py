"""A file of questions read: its format found, each question built or refused by name. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath

from training_platform.core import sheets
from training_platform.studio.formats import aiken, chinese, gift, moodle, own, table
from training_platform.studio.formats.building import Building, in_languages
from training_platform.studio.formats.bytes_in import MOST_BYTES, text_of
from training_platform.studio.formats.results import (
    Found,
    ImportedQuestion,
    ImportedQuestions,
    Refusal,
    RefusedError,
)

MOST_QUESTIONS = 10_000
#: In this order: what is most certain comes first.
_LOOKS: Sequence[tuple[str, Callable[[str], bool]]] = (
    ("moodle", moodle.looks_like),
    ("yaml", own.looks_like),
    ("csv", table.looks_like),
    ("gift", gift.looks_like),
    ("aiken", aiken.looks_like),
    ("chinese", chinese.looks_like),
)
#: Endings that promise one format.
_PROMISES = {
    "xml": "moodle",
    "gift": "gift",
    "yaml": "yaml",
    "yml": "yaml",
    "csv": "csv",
    "xlsx": "xlsx",
    "xlsm": "xlsx",
}


@dataclass(frozen=True)
class Manner:
    """How a file is read: its format and encoding where somebody said them, and who is told.

    Told are how many questions were read, of how many, every now and then.
    """

    format: str = ""
    encoding: str = ""
    tell: Callable[[int, int], None] | None = None


#: Everything is found out.
FOUND_OUT = Manner()
#: So many questions lie between two words of how far it is.
STEP = 250


def read_questions(
    name: str,
    raw: bytes,
    *,
    topic: str,
    locale: str,
    skills: Sequence[str] = (),
    difficulty: str | None = None,
    manner: Manner = FOUND_OUT,
) -> ImportedQuestions:
    """Return every question of a file as the file that it would become, and every refusal.

    The format is found by the content unless it is said. Texts are in the given language (zh or
    en) unless the file says otherwise. skills and difficulty stand in where a question names none.
    Nothing is raised: a file that cannot be read at all is one refusal.
    """
    found: str | None = None
    encoding: str | None = None
    try:
        if manner.encoding and not sheets.is_xlsx(raw):
            raw = _in_utf8(raw, manner.encoding)
        found, encoding, entries = _open(name, raw, locale, manner.format)
        encoding = encoding and (manner.encoding or encoding)
        built = Building(topic, locale, tuple(skills), difficulty)
        questions, refused = _build(list(islice(entries, MOST_QUESTIONS + 1)), built, manner)
    except RefusedError as error:
        return ImportedQuestions(found, encoding, refused=(error.at(1),))
    if not questions and not refused:
        refused.append(RefusedError("unknown_format").at(1))
    return ImportedQuestions(found, encoding, tuple(questions), tuple(refused))


def detect(name: str, raw: bytes) -> tuple[str, str | None]:
    """Return the format and the encoding of a file; RefusedError where it is none of ours."""
    if len(raw) > MOST_BYTES:
        raise RefusedError("too_large_file")
    if not raw.strip():
        raise RefusedError("empty_file")
    ending = PurePath(name).suffix.lower().removeprefix(".")[:10]
    if sheets.is_xlsx(raw):
        if ending not in {"xlsx", "xlsm", "csv"}:
            raise RefusedError("wrong_format", ending=ending or "?")
        return "xlsx", None
    if raw[:4] == b"PK\x05\x06" or ending in {"xlsx", "xlsm"}:
        raise RefusedError("old_excel" if raw[:2] == b"\xd0\xcf" else "wrong_format", ending="xlsx")
    text, encoding = text_of(raw)
    promised = _PROMISES.get(ending)
    if promised and dict(_LOOKS)[promised](text):
        return promised, encoding
    alike = [name for name, looks_like in _LOOKS if looks_like(text)]
    if promised:
        raise RefusedError(
            "wrong_format" if alike or promised != "csv" else "no_stem_column", ending=ending
        )
    if not alike:
        raise RefusedError("unknown_format", text[:200])
    return _likeliest(alike, text), encoding


def _likeliest(alike: list[str], text: str) -> str:
    """Return the format in which most questions can be read: a brace alone makes no GIFT."""
    if len(alike) == 1 or alike[0] in {"moodle", "yaml", "csv"}:
        return alike[0]
    counts = {
        name: sum(isinstance(entry, Found) for entry in _entries(name, text, "zh"))
        for name in alike
    }
    return max(alike, key=lambda name: counts[name])


def _in_utf8(raw: bytes, encoding: str) -> bytes:
    try:
        return raw.decode(encoding).encode("utf-8")
    except UnicodeDecodeError:
        raise RefusedError("not_text") from None


def _said(wanted: str, raw: bytes) -> tuple[str, str | None]:
    """Return the format that somebody chose, once the file can be one at all."""
    is_workbook = sheets.is_xlsx(raw)
    if not raw.strip():
        raise RefusedError("empty_file")
    if is_workbook or wanted == "xlsx":
        if not is_workbook or wanted not in {"xlsx", "csv"}:
            raise RefusedError("wrong_format", ending=wanted)
        return "xlsx", None
    return wanted, text_of(raw)[1]


def _open(
    name: str, raw: bytes, locale: str, wanted: str
) -> tuple[str, str | None, Iterable[Found | Refusal]]:
    found, encoding = _said(wanted, raw) if wanted else detect(name, raw)
    if found in {"xlsx", "csv"}:
        is_workbook = found == "xlsx"
        return found, encoding, table.read(raw, f"q.{found}", is_workbook=is_workbook)
    return found, encoding, _entries(found, text_of(raw)[0], locale)


def _entries(found: str, text: str, locale: str) -> Iterator[Found | Refusal]:
    if found == "chinese":
        return chinese.read(text, locale)
    readers = {"gift": gift.read, "moodle": moodle.read, "aiken": aiken.read, "yaml": own.read}
    return readers[found](text)


def _refused(error: RefusedError, entry: Found, locale: str) -> Refusal:
    value = in_languages(entry.value, locale, [])
    return error.at(entry.place, entry.text, is_row=entry.is_row, value=value)


def _build(
    entries: Sequence[Found | Refusal], built: Building, manner: Manner
) -> tuple[list[ImportedQuestion], list[Refusal]]:
    questions: list[ImportedQuestion] = []
    refused: list[Refusal] = []
    for number, entry in enumerate(entries):
        if number >= MOST_QUESTIONS:
            raise RefusedError("too_many")
        if manner.tell and number % STEP == 0:
            manner.tell(number, len(entries))
        if isinstance(entry, Refusal):
            refused.append(entry)
            continue
        try:
            questions.append(built.build(entry))
        except RefusedError as error:
            refused.append(_refused(error, entry, built.locale))
    return questions, refused
