"""GIFT written: one piece of text for each question. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from training_platform.studio.formats import shape
from training_platform.studio.formats.file_text import plain_number
from training_platform.studio.formats.markup import ByLanguage, html_of, spans_of
from training_platform.studio.formats.tags import tags_of
from training_platform.studio.formats.weights import share_of

KINDS = frozenset(
    {"single_choice", "multiple_choice", "true_false", "short_answer", "numeric", "matching"}
)
_SPECIAL = re.compile(r"[~=#{}:\\]")
_WEIGHT = re.compile(r"%-?[0-9.]{1,12}%")


def piece(question: shape.Question, locale: str) -> str:
    """Return a question as GIFT; what has no place in it is left out."""
    out = _Writer(question, locale)
    lines = [f"// [id:{question['id']}]" + "".join(f" [tag:{tag}]" for tag in tags_of(question))]
    lines.append(f"::{_escaped(question['id'])}::{out.prefix}{out.text(question['stem'])} {{")
    lines += [f"\t{line}" for line in _inside(question, out)]
    if question.get("explanation"):
        lines.append(f"\t####{out.text(question['explanation'])}")
    return "\n".join([*lines, "}", ""])


def join(pieces: list[str], _locale: str) -> bytes:
    """Return the file: an empty line between questions."""
    return "\n".join(pieces).encode()


class _Writer:
    """Writes texts either plainly, in one language, or as HTML with a mark for each language."""

    def __init__(self, question: shape.Question, locale: str) -> None:
        texts = [text for _place, text in shape.texts_of(question)]
        self._is_marked = any(set(text) != {locale} and not _is_neutral(text) for text in texts)
        odd = any(_needs_markup(said) for text in texts for said in text.values())
        self._is_markup = self._is_marked or odd
        self.prefix = "[html]" if self._is_markup else ""

    def text(self, text: ByLanguage) -> str:
        """Return a text, escaped."""
        said = next(iter(text.values()), "")
        if self._is_marked and not _is_neutral(text):
            return _escaped(spans_of(text))
        if not self._is_markup:
            return _escaped(said)
        found = html_of(said)
        return _escaped(f"&#37;{found[1:]}" if found.startswith("%") else found)


def _is_neutral(text: ByLanguage) -> bool:
    """Tell whether a text without letters stands for both languages."""
    values = set(text.values())
    return len(text) == 2 and len(values) == 1 and not any(map(str.isalpha, values.pop()))


def _needs_markup(text: str) -> bool:
    return any(sign in text for sign in "<>&[") or bool(_WEIGHT.match(text))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", text).replace("\n", "\\n")


def _inside(question: shape.Question, out: _Writer) -> Iterator[str]:
    kind = question["kind"]
    if kind in {"single_choice", "multiple_choice"}:
        yield from _options(question["options"], out, is_single=kind == "single_choice")
    elif kind == "true_false":
        why = f"#{out.text(question['why'])}" if question.get("why") else ""
        yield ("TRUE" if question["answer"] else "FALSE") + why
    elif kind == "short_answer":
        yield from _forms(question, out)
    elif kind == "numeric":
        spread = question.get("tolerance", 0)
        around = f":{plain_number(spread)}" if spread else ""
        yield f"#{plain_number(question['answer'])}{around}"
    else:
        for pair in question["pairs"]:
            yield f"={out.text(pair['left'])} -> {out.text(pair['right'])}"
        for text in question.get("extra", ()):
            yield f"= -> {out.text(text)}"


def _options(options: list[dict[str, Any]], out: _Writer, *, is_single: bool) -> Iterator[str]:
    share = share_of(sum(bool(option.get("correct")) for option in options))
    for option in options:
        is_right = bool(option.get("correct"))
        why = f"#{out.text(option['why'])}" if option.get("why") else ""
        sign = ("=" if is_right else "~") if is_single else f"~%{'' if is_right else '-'}{share}%"
        yield f"{sign}{out.text(option['text'])}{why}"


def _forms(question: shape.Question, out: _Writer) -> Iterator[str]:
    for form in all_forms(question["accepted"]):
        yield f"={_escaped(form)}"
    for entry in question.get("wrong", ()):
        why = f"#{out.text(entry['why'])}" if entry.get("why") else ""
        yield from (f"=%0%{_escaped(form)}{why}" for form in entry["forms"])


def all_forms(accepted: dict[str, list[str]]) -> list[str]:
    """Return accepted forms of all languages, each once: they count wherever they come from."""
    return list(dict.fromkeys(form for forms in accepted.values() for form in forms))
