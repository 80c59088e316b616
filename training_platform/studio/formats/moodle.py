"""Moodle XML, read: no entity is resolved, nothing is fetched, depth and size have limits. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lxml import etree

from training_platform.studio.formats.gift import short_answer
from training_platform.studio.formats.markup import ByLanguage, plain_text
from training_platform.studio.formats.results import Found, Refusal, RefusedError
from training_platform.studio.formats.tags import apply_tags
from training_platform.studio.formats.weights import Answer, choice, number, percent, truth

_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|nbsp|#[0-9]{1,6});")
_BEGINS = re.compile(r"<(?:\?xml|!DOCTYPE|!--|quiz\b)")
_ELEMENT = re.compile(r"<[A-Za-z][^<>]{0,300}>")
_OPENED = re.compile(r"<(?:!DOCTYPE|quiz|question)\b[^<>]{0,300}>")
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")


def looks_like(text: str) -> bool:
    """Tell whether a text is XML of any sort, be it cut off: a sign alone makes none."""
    head, tail = text[:2_000].lstrip(), text[-2_000:].rstrip()
    if _BEGINS.match(head) and (_DECLARED.match(head) or _OPENED.search(text)):
        return True
    is_begun = _BEGINS.match(head) or _ELEMENT.match(head)
    return bool(is_begun) and tail.endswith(">")


def read(text: str) -> Iterator[Found | Refusal]:
    """Yield every question, or why it is refused; RefusedError where the file is no quiz."""
    for element in parse(text):
        kind = str(element.get("type", "")).strip()
        if element.tag != "question" or kind == "category":
            continue
        place = int(element.sourceline or 1)
        try:
            yield read_question(element, place)
        except RefusedError as error:
            yield error.at(place, _said(element))


def parse(text: str) -> Any:
    """Return the root of a quiz; RefusedError with the line for anything else."""
    # The text is decoded already: what the file says of its encoding would only confuse.
    raw = _DECLARED.sub(lambda found: "\n" * found[0].count("\n"), text).encode()
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise _broken(error, text) from None
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise RefusedError("doctype")
    if root.tag != "quiz":
        raise RefusedError("not_moodle", tag=str(root.tag)[:40])
    return root


def _broken(error: etree.XMLSyntaxError, text: str) -> RefusedError:
    if "<!DOCTYPE" in text[:4000] or "<!ENTITY" in text[:4000]:
        return RefusedError("doctype")
    line = min(error.lineno or 1, text.count("\n") + 1)
    if "</quiz>" not in text[-2000:] and "<quiz" in text[:4000]:
        return RefusedError("cut_off", text[-80:], line)
    problem = str(error.msg or "").split(", line")[0][:120]
    return RefusedError("not_xml", text.split("\n")[line - 1], line, problem=problem)


def _said(element: Any) -> str:
    """Return what a question says, roughly, for the list of refusals."""
    raw = element.findtext("questiontext/text") or element.findtext("name/text") or ""
    return re.sub(r"<[^<>]{0,500}>", " ", raw[:2000])


def read_question(element: Any, place: int) -> Found:
    """Return one question element as it was found."""
    kind = str(element.get("type", "")).strip()
    reader = _READERS.get(kind)
    if reader is None:
        raise RefusedError("unknown_type", type=kind[:40] or "?")
    notes: list[str] = []
    value = {
        "stem": _text(element.find("questiontext"), notes),
        **reader(element, notes),
    }
    if any((explanation := _text(element.find("generalfeedback"), notes)).values()):
        value["explanation"] = explanation
    apply_tags(value, [tag.findtext("text") or "" for tag in element.iterfind("tags/tag")])
    name = (element.findtext("idnumber") or "").strip() or element.findtext("name/text") or ""
    return Found(place, name, value, _said(element), notes)


def _text(element: Any, notes: list[str]) -> ByLanguage:
    if element is None:
        return {"": ""}
    if any(isinstance(child.tag, str) is False for child in element.iter()):
        raise RefusedError("doctype")  # an entity that was never resolved
    form = str(element.get("format", "")) or "moodle_auto_format"
    raw = element.findtext("text") or ""
    return plain_text(raw, notes, markup=form == "html")


def _answers(element: Any, notes: list[str]) -> list[Answer]:
    return [
        Answer(
            percent(answer.get("fraction", "0")),
            _text(answer, notes),
            {k: v for k, v in _text(answer.find("feedback"), notes).items() if v},
        )
        for answer in element.iterfind("answer")
    ]


def _flag(element: Any, name: str, default: bool) -> bool:
    said = (element.findtext(name) or "").strip().lower()
    return said in {"true", "1"} if said else default


def _choice(element: Any, notes: list[str]) -> dict[str, Any]:
    is_single = _flag(element, "single", True)
    found = choice(_answers(element, notes), is_single=is_single, notes=notes)
    if not _flag(element, "shuffleanswers", True) and found["kind"] != "true_false":
        found["shuffle"] = False
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        _note_feedback(element.find(name), notes)
    return found


#: What Moodle itself puts there.
_STANDARD = ("your answer is", "回答正确", "回答错误", "您的回答", "你的回答")


def _note_feedback(element: Any, notes: list[str]) -> None:
    said = "".join(_text(element, notes).values()).lower()
    if said and not said.startswith(_STANDARD):
        notes.append("feedback")


def _true_false(element: Any, notes: list[str]) -> dict[str, Any]:
    answers = _answers(element, notes)
    right = [answer for answer in answers if answer.weight > 0]
    if len(right) != 1 or len(answers) != 2:
        raise RefusedError("no_answer" if not right else "several_answers")
    value = truth(right[0].text.get("", ""))
    if value is None:
        raise RefusedError("unknown_answer", answer="".join(right[0].text.values())[:40])
    why = next((answer.why for answer in answers if answer.weight <= 0), {})
    if right[0].why:
        notes.append("feedback")
    found: dict[str, Any] = {"kind": "true_false", "answer": value}
    return {**found, "why": why} if why else found


def _short(element: Any, notes: list[str]) -> dict[str, Any]:
    if _flag(element, "usecase", False):
        notes.append("case")
    answers = _answers(element, notes)
    return short_answer([(a.weight, "".join(a.text.values()), a.why) for a in answers], notes)


def _numeric(element: Any, notes: list[str]) -> dict[str, Any]:
    right = []
    for answer in element.iterfind("answer"):
        weight = percent(answer.get("fraction", "0"))
        if 0 < weight < 100:
            raise RefusedError("weights_partial")
        if any(_text(answer.find("feedback"), notes).values()):
            notes.append("feedback")
        if weight == 100:
            right.append((answer.findtext("text") or "", answer.findtext("tolerance") or "0"))
    if len(right) != 1:
        raise RefusedError("several_numbers" if right else "no_answer")
    found: dict[str, Any] = {"kind": "numeric", "answer": number(right[0][0])}
    if tolerance := number(right[0][1]):
        found["tolerance"] = tolerance
    if units := _units(element):
        found["unit"] = units
    return found


def _units(element: Any) -> ByLanguage:
    """Return the unit: two equal ones are the same in two languages."""
    names = []
    for unit in element.iterfind("units/unit"):
        if number(unit.findtext("multiplier") or "1") != 1:
            raise RefusedError("several_numbers")
        names.append((unit.findtext("unit_name") or "").strip())
    chinese = [name for name in names if re.search(r"[\u3400-\u9fff]", name)]
    others = [name for name in names if name and name not in chinese]
    if chinese and others:
        return {"zh": chinese[0], "en": others[0]}
    return {"": names[0]} if names and names[0] else {}


def _matching(element: Any, notes: list[str]) -> dict[str, Any]:
    pairs, extra = [], []
    for each in element.iterfind("subquestion"):
        left = _text(each, notes)
        right = _right_side(each.find("answer"), notes)
        if any(left.values()):
            pairs.append({"left": left, "right": right})
        else:
            extra.append(right)
    found: dict[str, Any] = {"kind": "matching", "pairs": pairs}
    return {**found, "extra": extra} if extra else found


def _right_side(element: Any, notes: list[str]) -> ByLanguage:
    """Return a right side: its form is never named, but Moodle draws it as HTML."""
    raw = "" if element is None else element.findtext("text") or ""
    return plain_text(raw, notes, markup=bool(_ENTITY.search(raw)))


def _ordering(element: Any, notes: list[str]) -> dict[str, Any]:
    answers = [
        (percent(answer.get("fraction", "0")), _text(answer, notes))
        for answer in element.iterfind("answer")
    ]
    return {"kind": "ordering", "items": [text for _weight, text in sorted(answers, key=_weight)]}


def _weight(answer: tuple[Any, ByLanguage]) -> Any:
    return answer[0]


_READERS: Mapping[str, Callable[[Any, list[str]], dict[str, Any]]] = {
    "multichoice": _choice,
    "truefalse": _true_false,
    "shortanswer": _short,
    "numerical": _numeric,
    "matching": _matching,
    "ordering": _ordering,
}
