"""What the buttons of a question's form do to its value: rows, another kind. Pure."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from training_platform.studio.questions.parts import EMPTY, KINDS, Rows
from training_platform.studio.questions.values import MOST_ROWS, parts_of

#: Where a kind keeps what people choose from, match or put in order.
_LISTS = {
    "single_choice": "options",
    "multiple_choice": "options",
    "matching": "pairs",
    "ordering": "items",
}
_FEWEST = 3


def acted(value: Mapping[str, Any], act: str) -> tuple[dict[str, Any], str]:
    """Return the value after a button, and the id of the place to look at; "" for none.

    Acts are words with a list and a number: add:options, up:options:1, down:gaps-0-choices:2,
    remove:pairs:0, way:gaps:0, kind:ordering. Others change nothing.
    """
    found = deepcopy(dict(value))
    word, _sign, rest = act.partition(":")
    name, _sign, number = rest.partition(":")
    if word == "kind":
        return (converted(found, name), "answers") if name in KINDS else (found, "")
    rows, values = _list_at(found, name)
    if rows is None or values is None:
        return found, ""
    if word == "add" and len(values) < MOST_ROWS:
        values.append(deepcopy(rows.new))
        return found, f"{name}-{len(values) - 1}"
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 3 else -1
    if not 0 <= at < len(values):
        return found, ""
    if word == "way":
        values[at] = _other_way(values[at])
        return found, f"{name}-{at}"
    to = _moved(values, at, word)
    return found, f"{name}-{to}" if to is not None else "answers"


def converted(value: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return a question as another kind of question; what both have in common is kept."""
    known = {name for each in KINDS.values() for name in each}
    found = {key: each for key, each in value.items() if key not in known}
    mine = {key: each for key, each in value.items() if key in KINDS[kind]}
    found |= {"kind": kind} | mine
    if kind in _LISTS and _LISTS[kind] not in mine:
        found[_LISTS[kind]] = _listed(_texts_of(value), kind)
    if kind == "gap_text" and "gaps" not in mine:
        text = value.get("stem") or EMPTY
        found |= {"text": _with_gap(text), "gaps": [{"accepted": {"zh": [], "en": []}}]}
    if kind == "short_answer" and "accepted" not in mine:
        found["accepted"] = _accepted(value)
    if kind == "true_false":
        found.setdefault("why", dict(EMPTY))
    if isinstance(found.get("answer"), bool) != (kind == "true_false"):
        found.pop("answer", None)
    return found


def _list_at(value: dict[str, Any], name: str) -> tuple[Rows | None, list[Any] | None]:
    """Return the rows of a list named as its fields are: options, gaps-0-choices."""
    first, _sign, rest = name.partition("-")
    rows = parts_of(value.get("kind")).get(first)
    if not isinstance(rows, Rows):
        return None, None
    values = value.setdefault(first, [])
    if not rest:
        return rows, values
    number, _sign, inner = rest.partition("-")
    is_there = number.isdigit() and len(number) < 3 and int(number) < len(values)
    part = rows.parts.get(inner)
    if not is_there or not isinstance(part, Rows):
        return None, None
    return part, values[int(number)].setdefault(inner, [])


def _moved(values: list[Any], at: int, word: str) -> int | None:
    to = {"up": at - 1, "down": at + 1}.get(word, at)
    if word == "remove":
        del values[at]
        return min(at, len(values) - 1) if values else None
    if 0 <= to < len(values):
        values.insert(to, values.pop(at))
        return to
    return at


def _other_way(gap: Mapping[str, Any]) -> dict[str, Any]:
    """Return a gap that is chosen instead of typed, or typed instead of chosen."""
    if "choices" in gap:
        right = [each["text"] for each in gap["choices"] if each.get("correct")]
        forms = {code: [each.get(code, "") for each in right if each.get(code)] for code in EMPTY}
        return {"accepted": forms}
    accepted = gap.get("accepted") or {}
    first = {code: (accepted.get(code) or [""])[0] for code in EMPTY}
    wrong = [{"text": dict(EMPTY)} for _each in range(_FEWEST - 1)]
    return {"choices": [{"text": first, "correct": True}, *wrong]}


def _texts_of(value: Mapping[str, Any]) -> list[tuple[Any, bool]]:
    """Return the texts that a question offers, and whether each is right."""
    kind = value.get("kind")
    if kind in ("single_choice", "multiple_choice"):
        return [
            (each.get("text"), bool(each.get("correct"))) for each in value.get("options") or ()
        ]
    if kind == "matching":
        return [(each.get("left"), True) for each in value.get("pairs") or ()]
    if kind == "ordering":
        return [(each, True) for each in value.get("items") or ()]
    return []


def _listed(texts: list[tuple[Any, bool]], kind: str) -> list[Any]:
    rows = texts + [(dict(EMPTY), False)] * (_FEWEST - len(texts))
    if kind == "ordering":
        return [text for text, _right in rows]
    if kind == "matching":
        return [{"left": text, "right": dict(EMPTY)} for text, _right in rows]
    return [
        {"text": text, "correct": True} if is_right else {"text": text} for text, is_right in rows
    ]


def _with_gap(text: Any) -> dict[str, str]:
    texts = text if isinstance(text, Mapping) else dict.fromkeys(EMPTY, text)
    return {code: f"{texts.get(code) or ''} {{{{1}}}}".strip() for code in EMPTY}


def _accepted(value: Mapping[str, Any]) -> dict[str, list[str]]:
    right = [text for text, is_right in _texts_of(value) if is_right][:1]
    return {
        code: [each[code] for each in right if isinstance(each, Mapping) and each.get(code)]
        for code in EMPTY
    }
