"""Questions as rows of the template, written. Pure."""

from collections.abc import Callable, Mapping, Sequence

from training_platform.core import sheets
from training_platform.core.kinds import LANGUAGES
from training_platform.studio.formats import labels, shape
from training_platform.studio.formats.columns import COLUMNS, LETTERS, Column
from training_platform.studio.formats.file_text import plain_number
from training_platform.studio.formats.labels import written
from training_platform.studio.formats.markup import ByLanguage

KINDS = frozenset(labels.KINDS)
Cells = dict[Column, str]


def piece(question: shape.Question, locale: str) -> Cells:
    """Return a question as cells; what has no column is left out."""
    cells: Cells = {
        Column("id"): question["id"],
        Column("kind"): written(labels.KINDS[question["kind"]], locale),
        Column("skills"): ", ".join(question.get("skills", ())),
        Column("lesson"): question.get("lesson", ""),
    }
    if question.get("difficulty"):
        word = written(labels.DIFFICULTIES[question["difficulty"]], locale)
        cells[Column("difficulty")] = word
    if question.get("partial") is False:
        cells[Column("scoring")] = written(labels.ALL_OR_NOTHING, locale)
    if question.get("shuffle") is False:
        cells[Column("order")] = written(labels.FIXED, locale)
    for name in ("stem", "explanation", "source", "why", "unit", "text"):
        _put(cells, name, question.get(name, {}))
    _WRITERS[question["kind"]](cells, question, locale)
    return {column: text for column, text in cells.items() if text}


def rows(pieces: Sequence[Cells], locale: str) -> list[list[str]]:
    """Return the header and a row for each question."""
    header = [column.header(locale) for column in COLUMNS]
    return [header, *([cells.get(column, "") for column in COLUMNS] for cells in pieces)]


def join_csv(pieces: Sequence[Cells], locale: str) -> bytes:
    """Return a CSV; what looks like a formula is made harmless."""
    return sheets.write_csv(rows(pieces, locale))


def join_xlsx(pieces: Sequence[Cells], locale: str) -> bytes:
    """Return a spreadsheet of texts that offers kinds and difficulties as lists."""
    name = "题目" if locale == "zh" else "Questions"
    return sheets.write_xlsx(rows(pieces, locale), name=name, choices=_choices(locale))


def _choices(locale: str) -> Mapping[int, Sequence[str]]:
    offered = {
        "kind": [written(names, locale) for names in labels.KINDS.values()],
        "difficulty": [written(names, locale) for names in labels.DIFFICULTIES.values()],
        "scoring": [written(labels.ALL_OR_NOTHING, locale)],
        "order": [written(labels.FIXED, locale)],
    }
    return {COLUMNS.index(Column(name)): texts for name, texts in offered.items()}


def _put(cells: Cells, field: str, text: ByLanguage, letter: str = "") -> None:
    for language in LANGUAGES:
        cells[Column(field, letter, language)] = text.get(language, "")


def _put_lines(cells: Cells, field: str, texts: Sequence[Mapping[str, str]]) -> None:
    """Write texts one a line; a line that breaks would belong to another text."""
    for language in LANGUAGES:
        said = [text.get(language, "").replace("\n", " ") for text in texts]
        cells[Column(field, "", language)] = "\n".join(said)


def _choice(cells: Cells, question: shape.Question, _locale: str) -> None:
    right = ""
    for letter, option in zip(LETTERS, question["options"], strict=False):
        _put(cells, "option", option["text"], letter)
        _put(cells, "option_why", option.get("why", {}), letter)
        right += letter if option.get("correct") else ""
    cells[Column("answer")] = right


def _true_false(cells: Cells, question: shape.Question, locale: str) -> None:
    cells[Column("answer")] = written(labels.TRUE if question["answer"] else labels.FALSE, locale)


def _short(cells: Cells, question: shape.Question, _locale: str) -> None:
    _put(cells, "accepted", {k: "|".join(v) for k, v in question["accepted"].items()})
    wrong = question.get("wrong", ())
    cells[Column("wrong")] = "\n".join("|".join(entry["forms"]) for entry in wrong)
    _put_lines(cells, "wrong_why", [entry.get("why", {}) for entry in wrong])


def _numeric(cells: Cells, question: shape.Question, _locale: str) -> None:
    cells[Column("answer")] = plain_number(question["answer"])
    if question.get("tolerance"):
        cells[Column("tolerance")] = plain_number(question["tolerance"])


def _matching(cells: Cells, question: shape.Question, _locale: str) -> None:
    for letter, pair in zip(LETTERS, question["pairs"], strict=False):
        _put(cells, "option", pair["left"], letter)
        _put(cells, "right", pair["right"], letter)
        _put(cells, "option_why", pair.get("why", {}), letter)
    _put_lines(cells, "extra", question.get("extra", ()))


def _ordering(cells: Cells, question: shape.Question, _locale: str) -> None:
    items = question["items"]
    for letter, text in zip(LETTERS, items, strict=False):
        _put(cells, "option", text, letter)
    cells[Column("answer")] = LETTERS[: len(items)]


def _gap_text(cells: Cells, question: shape.Question, _locale: str) -> None:
    forms = [gap.get("accepted", {}) for gap in question["gaps"]]
    lines = [{name: "|".join(each) for name, each in gap.items()} for gap in forms]
    _put_lines(cells, "gaps", lines)


_WRITERS: Mapping[str, Callable[[Cells, shape.Question, str], None]] = {
    "single_choice": _choice,
    "multiple_choice": _choice,
    "true_false": _true_false,
    "short_answer": _short,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "gap_text": _gap_text,
}
