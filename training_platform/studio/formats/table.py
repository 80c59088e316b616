"""Questions as rows of the CSV and XLSX template, read. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from training_platform.core import list_files
from training_platform.core.errors import RuleError
from training_platform.studio.formats import labels
from training_platform.studio.formats.bytes_in import MOST_LINE, expect_sane_workbook
from training_platform.studio.formats.columns import LETTERS, Column, column_of
from training_platform.studio.formats.markup import ByLanguage, plain_text
from training_platform.studio.formats.results import Found, Refusal, RefusedError
from training_platform.studio.formats.weights import number, truth

_LETTERS_ONLY = re.compile(r"[A-G](?:\s*[,，、;；/]?\s*[A-G])*")
Cells = Mapping[Column, str]


def looks_like(text: str) -> bool:
    """Tell whether the first line of a text is a header of the template."""
    first = next((line for line in text.split("\n") if line.strip()), "")[:20_000]
    names = [column_of(cell.strip('"')) for cell in re.split(r"[,;\t，]", first)]
    known = [name.field for name in names if name is not None]
    return "stem" in known and len(known) > 1


def read(raw: bytes, name: str, *, is_workbook: bool) -> Iterator[Found | Refusal]:
    """Yield every row as a question; RefusedError where the file is no such table."""
    if is_workbook:
        expect_sane_workbook(raw)
    try:
        upload = list_files.read_upload(raw, name)
    except RuleError as error:
        raise RefusedError("no_table", problem=error.text, **error.values) from None
    columns = [column_of(header) for header in upload.header]
    if not any(column is not None and column.field == "stem" for column in columns):
        raise RefusedError("no_stem_column")
    for place, row in upload.rows:
        cells = {
            column: cell
            for column, cell in zip(columns, row, strict=False)
            if column is not None and cell
        }
        if cells:
            yield read_row(place, cells)
    if not is_workbook and raw.count(b'"') % 2:
        # The last row swallowed what follows its open quotation mark.
        yield RefusedError("unfinished").at(upload.rows[-1][0], is_row=True)


def read_row(place: int, cells: Cells) -> Found | Refusal:
    """Return a row as a question, or why it is refused."""
    shown = next((text for column, text in cells.items() if column.field == "stem"), "")
    row = _Row(cells)
    try:
        for text in cells.values():
            if len(text) > MOST_LINE:
                raise RefusedError("too_long", text, count=len(text), most=MOST_LINE)
        return Found(place, row.plain("id"), _value(row), shown, row.notes, is_row=True)
    except RefusedError as error:
        text = shown or " ".join(cells.values())
        return error.at(place, text, is_row=True, value=_readable(row))


def _readable(row: "_Row") -> dict[str, Any]:
    """Return what can be shown of a row that is wrong, for somebody to mend."""
    right = set(re.findall(r"[A-G]", row.plain("answer").upper()))
    options = [
        {"text": row.cell("option", letter)}
        | ({"correct": True} if letter in right else {})
        | ({"why": why} if (why := row.cell("option_why", letter)) else {})
        for letter in row.letters("option")
    ]
    found: dict[str, Any] = {"stem": row.cell("stem"), "explanation": row.cell("explanation")}
    if skills := [word for word in re.split(r"[,，、;；\s]+", row.plain("skills")) if word]:
        found["skills"] = skills
    return found | ({"options": options} if options else {})


class _Row:
    """The cells of a row by what they hold."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self.notes: list[str] = []

    def plain(self, field: str) -> str:
        """Return a cell that has no language."""
        return self._cells.get(Column(field), "").strip()

    def cell(self, field: str, letter: str = "") -> dict[str, str]:
        """Return the cells of a text: language, "" for a column without one, and what it says."""
        return {
            language: found
            for language in ("zh", "en", "")
            if (found := self._cells.get(Column(field, letter, language), "").strip())
        }

    def text(self, field: str, letter: str = "") -> ByLanguage:
        """Return a text; a column without a language may hold marks of languages itself."""
        cells = self.cell(field, letter)
        if "" in cells and len(cells) == 1:
            return plain_text(cells[""], self.notes)
        return {
            language: "".join(plain_text(said, self.notes).values())
            for language, said in cells.items()
            if language
        }

    def letters(self, field: str) -> list[str]:
        """Return the letters up to the last one that has a text."""
        used = [letter for letter in LETTERS if self.cell(field, letter)]
        return list(LETTERS[: LETTERS.index(used[-1]) + 1]) if used else []

    def lines(self, field: str) -> dict[str, list[str]]:
        """Return the lines of a cell in each language."""
        return {
            language: [line.strip() for line in said.split("\n") if line.strip()]
            for language, said in self.cell(field).items()
        }


def _value(row: _Row) -> dict[str, Any]:
    kind = _kind(row)
    value: dict[str, Any] = {"kind": kind, "stem": row.text("stem")}
    value |= _READERS[kind](row)
    for name in ("explanation", "source"):
        if text := row.text(name):
            value[name] = text
    if difficulty := row.plain("difficulty"):
        value["difficulty"] = _known(labels.DIFFICULTIES, difficulty, "difficulty")
    if skills := [word for word in re.split(r"[,，、;；\s]+", row.plain("skills")) if word]:
        value["skills"] = skills
    if lesson := row.plain("lesson"):
        value["lesson"] = lesson
    _scoring(row, value)
    return value


def _scoring(row: _Row, value: dict[str, Any]) -> None:
    for field, known, key in (
        ("scoring", labels.ALL_OR_NOTHING, "partial"),
        ("order", labels.FIXED, "shuffle"),
    ):
        if said := row.plain(field):
            if said.casefold() not in {word.casefold() for word in known}:
                raise RefusedError("unknown_value", value=said[:40], key=labels.shown(field))
            value[key] = False


def _known(table: Mapping[str, tuple[str, ...]], text: str, key: str) -> str:
    code = labels.code_of(table, text)
    if code is None:
        raise RefusedError("unknown_value", value=text[:40], key=labels.shown(key))
    return code


def _kind(row: _Row) -> str:
    said, answer = row.plain("kind"), row.plain("answer")
    several = len(set(re.findall(r"[A-G]", answer))) > 1
    if said:
        code = labels.code_of(labels.KINDS, said)
        if code is None:
            raise RefusedError("unknown_type", type=said[:40])
        return "multiple_choice" if said == "选择题" and several else code
    if row.cell("text") or row.cell("gaps"):
        return "gap_text"
    if row.letters("right"):
        return "matching"
    if row.letters("option"):
        return "multiple_choice" if several else "single_choice"
    if truth(answer) is not None:
        return "true_false"
    return "short_answer" if row.cell("accepted") or not _is_number(answer) else "numeric"


def _is_number(text: str) -> bool:
    try:
        number(text)
    except RefusedError:
        return False
    return True


def _answer(row: _Row) -> str:
    if not (answer := row.plain("answer")):
        raise RefusedError("no_answer")
    return answer


def _choice(row: _Row) -> dict[str, Any]:
    answer, letters = " ".join(_answer(row).upper().split()), row.letters("option")
    right = re.findall(r"[A-G]", answer) if _LETTERS_ONLY.fullmatch(answer) else []
    if not right or not set(right) <= set(letters):
        raise RefusedError("unknown_answer", answer=answer[:40])
    options = []
    for letter in letters:
        option: dict[str, Any] = {"text": row.text("option", letter)}
        if letter in right:
            option["correct"] = True
        if why := row.text("option_why", letter):
            option["why"] = why
        options.append(option)
    return {"options": options}


def _true_false(row: _Row) -> dict[str, Any]:
    answer = _answer(row)
    if (value := truth(answer)) is None:
        raise RefusedError("unknown_answer", answer=answer[:40])
    why = row.text("why")
    return {"answer": value, "why": why} if why else {"answer": value}


def _short(row: _Row) -> dict[str, Any]:
    accepted = {name: _forms(said) for name, said in row.cell("accepted").items()}
    if not accepted:
        accepted = {"": _forms(_answer(row))}
    found: dict[str, Any] = {"accepted": accepted}
    whys = row.lines("wrong_why")
    wrong = []
    for at, line in enumerate(row.plain("wrong").split("\n")):
        why = {name: lines[at] for name, lines in whys.items() if at < len(lines)}
        if forms := _forms(line):
            wrong.append({"forms": forms, "why": why} if why else {"forms": forms})
    return {**found, "wrong": wrong} if wrong else found


def _forms(said: str) -> list[str]:
    return [form.strip() for form in re.split(r"[|｜\n]", said) if form.strip()]


def _numeric(row: _Row) -> dict[str, Any]:
    found: dict[str, Any] = {"answer": number(_answer(row))}
    if tolerance := number(row.plain("tolerance") or "0"):
        found["tolerance"] = tolerance
    if unit := row.text("unit"):
        found["unit"] = unit
    return found


def _matching(row: _Row) -> dict[str, Any]:
    letters = sorted({*row.letters("option"), *row.letters("right")})
    pairs = []
    for letter in letters:
        pair = {"left": row.text("option", letter), "right": row.text("right", letter)}
        if why := row.text("option_why", letter):
            pair["why"] = why
        pairs.append(pair)
    extra = _zipped(row.lines("extra"))
    return {"pairs": pairs, "extra": extra} if extra else {"pairs": pairs}


def _zipped(lines: Mapping[str, Sequence[str]]) -> list[ByLanguage]:
    """Return lines in each language as texts: the first of one belongs to the first of another."""
    count = max(map(len, lines.values()), default=0)
    return [
        {name: said[at] for name, said in lines.items() if at < len(said)} for at in range(count)
    ]


def _ordering(row: _Row) -> dict[str, Any]:
    letters = row.letters("option")
    answer = row.plain("answer").upper()
    order = re.findall(r"[A-G]", answer) if answer else letters
    if sorted(order) != letters:
        raise RefusedError("unknown_answer", answer=answer[:40])
    return {"items": [row.text("option", letter) for letter in order]}


def _gap_text(row: _Row) -> dict[str, Any]:
    lines = row.lines("gaps") or {"": _answer(row).split("\n")}
    gaps = [
        {"accepted": {name: _forms(said) for name, said in each.items()}} for each in _zipped(lines)
    ]
    return {"text": row.text("text"), "gaps": gaps}


_READERS = {
    "single_choice": _choice,
    "multiple_choice": _choice,
    "true_false": _true_false,
    "short_answer": _short,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "gap_text": _gap_text,
}
