"""Moodle XML written: one element for each question. Pure."""

from typing import Any

from lxml import etree

from training_platform.studio.formats import shape
from training_platform.studio.formats.file_text import plain_number
from training_platform.studio.formats.gift_out import all_forms
from training_platform.studio.formats.markup import ByLanguage, html_of, spans_of
from training_platform.studio.formats.tags import tags_of
from training_platform.studio.formats.weights import share_of

KINDS = frozenset(
    {"single_choice", "multiple_choice", "true_false", "short_answer", "numeric", "matching"}
    | {"ordering"}
)
_TYPES = {
    "single_choice": "multichoice",
    "multiple_choice": "multichoice",
    "true_false": "truefalse",
    "short_answer": "shortanswer",
    "numeric": "numerical",
}


def piece(question: shape.Question, locale: str) -> Any:
    """Return a question as an element; what has no place in it is left out."""
    kind = question["kind"]
    element = etree.Element("question", type=_TYPES.get(kind, kind))
    out = _Writer(question, locale)
    _plain(etree.SubElement(element, "name"), question["id"])
    out.text(element, "questiontext", question["stem"])
    out.text(element, "generalfeedback", question.get("explanation", {}))
    etree.SubElement(element, "defaultgrade").text = "1"
    etree.SubElement(element, "idnumber").text = question["id"]
    _WRITERS[kind](element, question, out)
    tags = etree.SubElement(element, "tags")
    for tag in tags_of(question):
        _plain(etree.SubElement(tags, "tag"), tag)
    return element


def join(pieces: list[Any], _locale: str) -> bytes:
    """Return the file."""
    root = etree.Element("quiz")
    root.extend(pieces)
    etree.indent(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


class _Writer:
    """Writes texts as HTML, with a mark for each language where there are two."""

    def __init__(self, question: shape.Question, locale: str) -> None:
        texts = [text for _place, text in shape.texts_of(question)]
        self._is_marked = any(set(text) != {locale} for text in texts)

    def text(self, parent: Any, name: str, text: ByLanguage, **attributes: str) -> Any:
        """Add an element that holds a text."""
        element = etree.SubElement(parent, name, format="html", **attributes)
        said = next(iter(text.values()), "")
        _plain(element, spans_of(text) if self._is_marked and text else html_of(said))
        return element


def _plain(element: Any, text: str) -> None:
    etree.SubElement(element, "text").text = text


def _choice(element: Any, question: shape.Question, out: _Writer) -> None:
    is_single = question["kind"] == "single_choice"
    options = question["options"]
    share = share_of(sum(bool(option.get("correct")) for option in options))
    etree.SubElement(element, "single").text = "true" if is_single else "false"
    shuffles = question.get("shuffle", True)
    etree.SubElement(element, "shuffleanswers").text = "true" if shuffles else "false"
    etree.SubElement(element, "answernumbering").text = "ABCD"
    for option in options:
        is_right = bool(option.get("correct"))
        weight = ("100" if is_right else "0") if is_single else f"{'' if is_right else '-'}{share}"
        answer = out.text(element, "answer", option["text"], fraction=weight)
        out.text(answer, "feedback", option.get("why", {}))


def _true_false(element: Any, question: shape.Question, out: _Writer) -> None:
    for value in (True, False):
        is_right = question["answer"] is value
        answer = etree.SubElement(element, "answer", fraction="100" if is_right else "0")
        _plain(answer, "true" if value else "false")
        out.text(answer, "feedback", {} if is_right else question.get("why", {}))


def _short(element: Any, question: shape.Question, out: _Writer) -> None:
    etree.SubElement(element, "usecase").text = "0"
    rows: list[tuple[str, str, ByLanguage]] = [
        (form, "100", {}) for form in all_forms(question["accepted"])
    ]
    for entry in question.get("wrong", ()):
        rows += [(form, "0", entry.get("why", {})) for form in entry["forms"]]
    for form, weight, why in rows:
        answer = etree.SubElement(element, "answer", fraction=weight, format="plain_text")
        _plain(answer, form)
        out.text(answer, "feedback", why)


def _numeric(element: Any, question: shape.Question, _out: _Writer) -> None:
    answer = etree.SubElement(element, "answer", fraction="100")
    _plain(answer, plain_number(question["answer"]))
    etree.SubElement(answer, "tolerance").text = plain_number(question.get("tolerance", 0))
    names = list(dict.fromkeys(question.get("unit", {}).values()))
    if names:
        units = etree.SubElement(element, "units")
        for name in names:
            unit = etree.SubElement(units, "unit")
            etree.SubElement(unit, "multiplier").text = "1"
            etree.SubElement(unit, "unit_name").text = name


def _matching(element: Any, question: shape.Question, out: _Writer) -> None:
    nothing: ByLanguage = {}
    rows = [(pair["left"], pair["right"]) for pair in question["pairs"]]
    for left, right in [*rows, *((nothing, text) for text in question.get("extra", ()))]:
        part = out.text(element, "subquestion", left)
        answer = etree.SubElement(part, "answer")
        _plain(answer, spans_or_text(right, out))


def spans_or_text(text: ByLanguage, out: _Writer) -> str:
    """Return a right side: Moodle filters its languages, but draws no other markup in it."""
    holder = etree.Element("x")
    return str(out.text(holder, "y", text).findtext("text"))


def _ordering(element: Any, question: shape.Question, out: _Writer) -> None:
    for number, text in enumerate(question["items"], 1):
        out.text(element, "answer", text, fraction=str(number))


_WRITERS = {
    "single_choice": _choice,
    "multiple_choice": _choice,
    "true_false": _true_false,
    "short_answer": _short,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
}
