"""GIFT, Moodle's text format, read. Each question stands alone, ended by an empty line. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from training_platform.studio.formats.bytes_in import expect_short_lines
from training_platform.studio.formats.markup import ByLanguage, plain_text
from training_platform.studio.formats.results import Found, Refusal, RefusedError
from training_platform.studio.formats.tags import apply_tags
from training_platform.studio.formats.weights import (
    Answer,
    choice,
    number,
    percent,
    spread_of,
    truth,
)

#: An escaped sign becomes a character that no text may hold, until its part is cut out.
_SIGNS = "\\~=#{}:n"
_HIDDEN = {sign: chr(0xFDD0 + at) for at, sign in enumerate(_SIGNS)}
_SHOWN = {ord(hidden): "\n" if sign == "n" else sign for sign, hidden in _HIDDEN.items()}
_ESCAPE = re.compile(r"\\([\\~=#{}:n])")
_FORM = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
_IN_COMMENT = re.compile(r"\[(id|tag):([^\]]*)\]")
_ANSWER = re.compile(r"([=~])")
_WEIGHT = re.compile(r"\s*%(-?[0-9.]{1,12})%")
_SPAN = re.compile(r"(.+?)\.\.(.+)")
_TRUE_FALSE = re.compile(r"\s*(T|TRUE|F|FALSE)\s*(?:#|$)", re.IGNORECASE)
_LOOKS_LIKE = re.compile(r"(?<!\\)\{\s*(?:[=~#}]|T\b|F\b|TRUE\b|FALSE\b)")
_GAP = " _____ "


@dataclass
class _Part:
    """The lines of one question, and what stood in the comments above it."""

    start: int
    lines: list[str]
    comment: str

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def looks_like(text: str) -> bool:
    """Tell whether a text is GIFT."""
    return bool(_LOOKS_LIKE.search(text)) or text.lstrip().startswith(("::", "$CATEGORY:"))


def read(text: str) -> Iterator[Found | Refusal]:
    """Yield every question, or why it is refused."""
    for part in _parts(text):
        try:
            expect_short_lines(part.lines, part.start)
            yield _question(part)
        except RefusedError as error:
            yield error.at(part.start, part.text)


def _parts(text: str) -> Iterator[_Part]:
    lines: list[str] = []
    comments: list[str] = []
    start = 1
    for number_, line in enumerate([*text.split("\n"), ""], 1):
        plain = line.strip()
        if plain.startswith("//"):
            comments.append(plain)
        elif plain.startswith("$CATEGORY:"):
            continue
        elif plain:
            start = start if lines else number_
            lines.append(line)
        elif lines:
            yield _Part(start, lines, " ".join(comments))
            lines, comments = [], []


def _question(part: _Part) -> Found:
    notes: list[str] = []
    hidden = _ESCAPE.sub(lambda found: _HIDDEN[found[1]], _expect_no_hidden(part.text))
    name = ""
    if title := _TITLE.match(hidden):
        name, hidden = _shown(title[1]).strip(), hidden[title.end() :]
    before, inside, after = _cut(hidden)
    form = (_FORM.match(before) or [""])[0].strip().lower()
    before = _FORM.sub("", before, count=1)
    inside, _mark, general = inside.partition("####")
    reader = _Reader(form, notes)
    if after.strip():
        before = f"{before.rstrip()}{_GAP}{after.lstrip()}"
    value = {"stem": reader.text(before), **_answers(inside, reader)}
    if general.strip():
        value["explanation"] = reader.text(general)
    said = _IN_COMMENT.findall(part.comment)
    apply_tags(value, [text for sort, text in said if sort == "tag"])
    name = next((text for sort, text in said if sort == "id"), name)
    return Found(part.start, name, value, part.text, notes)


def _expect_no_hidden(text: str) -> str:
    if any(sign in text for sign in _HIDDEN.values()):
        raise RefusedError("control")
    return text


def _shown(hidden: str) -> str:
    return hidden.translate(_SHOWN)


def _cut(hidden: str) -> tuple[str, str, str]:
    """Return what stands before, in, and after the braces."""
    start, end = hidden.find("{"), hidden.find("}")
    if start == -1 and end == -1:
        raise RefusedError("unknown_type", type="description")
    if start == -1 or end < start:
        raise RefusedError("unfinished")
    if "{" in hidden[start + 1 : end] or "{" in hidden[end:] or "}" in hidden[end + 1 :]:
        raise RefusedError("unknown_type", type="cloze")
    return hidden[:start], hidden[start + 1 : end], hidden[end + 1 :]


@dataclass
class _Reader:
    """Turns parts into texts, in the form that the question names."""

    form: str
    notes: list[str]

    def text(self, hidden: str) -> ByLanguage:
        """Return a text by language."""
        found = _FORM.match(hidden)
        form = found[0].strip().lower() if found else self.form
        plain = _shown(hidden[found.end() :] if found else hidden).strip()
        return plain_text(plain, self.notes, markup=form == "[html]")

    def line(self, hidden: str) -> str:
        """Return an accepted form: Moodle compares it as it is, without languages."""
        return "".join(plain_text(_shown(hidden).strip(), self.notes).values())


def _answers(inside: str, reader: _Reader) -> dict[str, Any]:
    if not inside.strip():
        raise RefusedError("unknown_type", type="essay")
    if inside.lstrip().startswith("#"):
        return _numeric(inside.lstrip()[1:], reader)
    if _TRUE_FALSE.match(inside):
        return _true_false(inside, reader)
    pieces = _ANSWER.split(inside)
    if pieces[0].strip() or len(pieces) < 3:
        raise RefusedError("bad_syntax", problem=_shown(pieces[0]).strip()[:40] or "{}")
    signs = list(zip(pieces[1::2], pieces[2::2], strict=True))
    if all("->" in text for _sign, text in signs):
        return _matching(signs, reader)
    answers = [_weighted(sign, text) for sign, text in signs]
    if all(sign == "=" for sign, _text in signs):  # %0% marks a wrong form among them
        return _short(answers, reader)
    is_single = any(sign == "=" for sign, _text in signs) or _only_right(answers)
    options = [
        Answer(weight, reader.text(text), reader.text(why) if why.strip() else {})
        for weight, text, why in answers
    ]
    return choice(options, is_single=is_single, notes=reader.notes)


def _weighted(sign: str, text: str) -> tuple[Any, str, str]:
    default = "100" if sign == "=" else "0"
    if found := _WEIGHT.match(text):
        default, text = found[1], text[found.end() :]
    said, _mark, why = text.partition("#")
    return percent(default), said, why


def _only_right(answers: list[tuple[Any, str, str]]) -> bool:
    return [weight for weight, _text, _why in answers if weight > 0] in ([], [100])


def _short(answers: list[tuple[Any, str, str]], reader: _Reader) -> dict[str, Any]:
    forms = [(weight, reader.line(text), why) for weight, text, why in answers]
    return short_answer(
        [(weight, form, reader.text(why) if why.strip() else {}) for weight, form, why in forms],
        reader.notes,
    )


def short_answer(answers: list[tuple[Any, str, ByLanguage]], notes: list[str]) -> dict[str, Any]:
    """Return a short answer from forms with weights: whole ones are right, others wrong."""
    accepted: list[str] = []
    wrong: list[dict[str, Any]] = []
    for weight, form, why in answers:
        if weight not in {0, 100} and weight > 0:
            raise RefusedError("weights_partial")
        if form == "*" and weight <= 0:
            notes.append("feedback")
        elif "*" in form:
            raise RefusedError("wildcard", said=form[:40])
        elif not form:
            raise RefusedError("empty_option")
        elif weight == 100:
            accepted.append(form)
            notes.extend(["feedback"] if why else [])
        elif wrong and wrong[-1].get("why", {}) == why:
            wrong[-1]["forms"].append(form)
        else:
            wrong.append({"forms": [form], "why": why} if why else {"forms": [form]})
    if not accepted:
        raise RefusedError("no_answer")
    found: dict[str, Any] = {"kind": "short_answer", "accepted": {"": accepted}}
    return {**found, "wrong": wrong} if wrong else found


def _true_false(inside: str, reader: _Reader) -> dict[str, Any]:
    said, *remarks = inside.split("#")
    found: dict[str, Any] = {"kind": "true_false", "answer": truth(said)}
    if remarks and remarks[0].strip():
        found["why"] = reader.text(remarks[0])
    if len(remarks) > 1 and remarks[1].strip():
        reader.notes.append("feedback")
    return found


def _matching(signs: list[tuple[str, str]], reader: _Reader) -> dict[str, Any]:
    pairs, extra = [], []
    for _sign, text in signs:
        left, _arrow, right = text.partition("->")
        if left.strip():
            pairs.append({"left": reader.text(left), "right": reader.text(right)})
        else:
            extra.append(reader.text(right))
    found: dict[str, Any] = {"kind": "matching", "pairs": pairs}
    return {**found, "extra": extra} if extra else found


def _numeric(inside: str, reader: _Reader) -> dict[str, Any]:
    pieces = _ANSWER.split(inside)
    if len(pieces) > 1 and pieces[0].strip():
        raise RefusedError("bad_syntax", problem=_shown(inside).strip()[:40])
    given = (
        [("=", pieces[0])] if len(pieces) == 1 else [*zip(pieces[1::2], pieces[2::2], strict=True)]
    )
    right = []
    for sign, text in given:
        weight, said, why = _weighted(sign, text)
        if why.strip():
            reader.notes.append("feedback")
        if 0 < weight < 100:
            raise RefusedError("weights_partial")
        if weight == 100:
            right.append(_shown(said))
    if len(right) != 1:
        raise RefusedError("several_numbers" if right else "no_answer")
    if span := _SPAN.fullmatch(right[0].strip()):
        answer, tolerance = spread_of(span[1], span[2])
    else:
        middle, _colon, around = right[0].partition(":")
        answer, tolerance = number(middle), number(around) if around.strip() else 0
    found: dict[str, Any] = {"kind": "numeric", "answer": answer}
    return {**found, "tolerance": tolerance} if tolerance else found
