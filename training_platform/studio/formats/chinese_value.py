"""What the sorted lines of the Chinese text layout say as a question. Pure."""

import re
from typing import TYPE_CHECKING, Any

from training_platform.studio.formats import labels
from training_platform.studio.formats.markup import plain_text
from training_platform.studio.formats.results import RefusedError
from training_platform.studio.formats.weights import number, truth

if TYPE_CHECKING:
    from training_platform.studio.formats.chinese import Part

_LETTERS = "ABCDEFGH"
_ANSWER_LETTERS = re.compile(r"[A-H](?:\s*[,，、;；/]?\s*[A-H])*", re.IGNORECASE)
#: 第一空 as people leave it: ____, （　　）, ( ), {{1}}
_BLANK = re.compile(r"_{2,}|＿{2,}|[（(][\s\u3000_＿]+[）)]|\{\{\s*[0-9]+\s*\}\}")
IN_STEM = re.compile(r"[（(]\s*([A-Ha-h]{1,8}|[√×对错])\s*[）)]\s*([。.？?]?)\s*$")
_NUMBER = re.compile(
    r"([-+−]?[0-9][0-9,]*(?:\.[0-9]+)?)\s*(?:±\s*([0-9]+(?:\.[0-9]+)?))?\s*([^0-9\s].{0,20})?"
)
_BETWEEN_FORMS = re.compile(r"[|｜]")
_BETWEEN_GAPS = re.compile(r"[;；\n]")
LONGEST_FORM = 40
#: An answer inside the question stands among its last characters.
NEAR_THE_END = 40


def value_of(part: "Part", locale: str, notes: list[str]) -> tuple[str, dict[str, Any]]:
    """Return the name and the value of a question; RefusedError for what makes none."""
    said = part.labels
    stem = "\n".join(part.stem).strip()
    start = max(len(stem) - NEAR_THE_END, 0)
    if "answer" not in said and (inside := IN_STEM.search(stem, start)):
        said["answer"] = inside[1]
        blank = "（ ）" if inside[1].isascii() else ""  # letters leave a place for the answer
        stem = f"{stem[: inside.start()]}{blank}{inside[2]}"
    kind = _kind(part, stem)
    value: dict[str, Any] = {"stem": plain_text(stem, notes), "kind": kind}
    value |= _of_kind(kind, part, stem, locale, notes)
    for name in ("explanation", "source", "why", "unit"):
        if said.get(name, "").strip():
            value[name] = plain_text(said[name], notes)
    if "difficulty" in said:
        value["difficulty"] = _known(labels.DIFFICULTIES, said["difficulty"], "difficulty")
    if skills := [s for s in re.split(r"[,，、;；\s]+", said.get("skills", "")) if s]:
        value["skills"] = skills
    if lesson := said.get("lesson", "").strip():
        value["lesson"] = lesson
    if "scoring" in said and said["scoring"].strip() in labels.ALL_OR_NOTHING:
        value["partial"] = False
    if "order" in said and said["order"].strip() in labels.FIXED:
        value["shuffle"] = False
    return said.get("id", "").strip(), value


def _known(table: Any, text: str, key: str) -> str:
    code = labels.code_of(table, text)
    if code is None:
        raise RefusedError("unknown_value", value=text[:40], key=labels.shown(key))
    return code


def _kind(part: "Part", stem: str) -> str:
    """Return the kind: what is said of it, unless the answer shows that it is another."""
    if part.kind is not None:
        if code := labels.code_of(labels.KINDS, part.kind):
            return _between_choices(code, part)
        if part.kind.casefold() in labels.FOREIGN or part.kind.strip():
            raise RefusedError("unknown_type", type=part.kind[:40])
    answer = part.labels.get("answer", "").strip()
    if not answer:
        raise RefusedError("no_answer")
    if part.options:
        return "multiple_choice" if len(_letters(answer)) > 1 else "single_choice"
    if truth(answer) is not None:
        return "true_false"
    if _BLANK.search(stem) or "text" in part.labels:
        return "gap_text"
    return "numeric" if _NUMBER.fullmatch(" ".join(answer.split())) else "short_answer"


def _between_choices(code: str, part: "Part") -> str:
    """选择题 may mean either sort; 单选题 with two answers stays a mistake."""
    is_open = part.kind is not None and part.kind.strip() == "选择题"
    several = len(_letters(part.labels.get("answer", ""))) > 1
    return "multiple_choice" if is_open and several else code


def _letters(answer: str) -> list[str]:
    plain = " ".join(answer.split()).rstrip("。.")
    if not _ANSWER_LETTERS.fullmatch(plain):
        return []
    return list(dict.fromkeys(sign for sign in plain.upper() if sign in _LETTERS))


def _of_kind(kind: str, part: "Part", stem: str, locale: str, notes: list[str]) -> dict[str, Any]:
    answer = part.labels.get("answer", "").strip()
    if not answer:
        raise RefusedError("no_answer")
    if kind in {"single_choice", "multiple_choice"}:
        return {"options": _options(part, answer, kind, notes)}
    if kind == "ordering":
        order = _indices(answer, len(part.options))
        if sorted(order) != list(range(len(part.options))):
            raise RefusedError("unknown_answer", answer=answer[:40])
        return {"items": [plain_text(part.options[at], notes) for at in order]}
    if kind == "true_false":
        if (value := truth(answer)) is None:
            raise RefusedError("unknown_answer", answer=answer[:40])
        return {"answer": value}
    if kind == "numeric":
        return _numeric(part, answer, notes)
    if kind == "gap_text":
        return _gaps(part, answer, stem, locale, notes)
    if kind == "short_answer":
        return {"accepted": {"": _forms(answer, notes)}, **_wrong(part, notes)}
    raise RefusedError("unknown_type", type=labels.KINDS[kind][0])


def _indices(answer: str, count: int) -> list[int]:
    letters = _letters(answer)
    found = [_LETTERS.index(letter) for letter in letters]
    if not found or max(found) >= count:
        raise RefusedError("unknown_answer", answer=answer[:40])
    return found


def _options(part: "Part", answer: str, kind: str, notes: list[str]) -> list[dict[str, Any]]:
    right = _indices(answer, len(part.options))
    if kind == "single_choice" and len(right) > 1:
        raise RefusedError("several_answers")
    options = []
    for number_, text in enumerate(part.options):
        option: dict[str, Any] = {"text": plain_text(text, notes)}
        if number_ in right:
            option["correct"] = True
        if part.whys.get(number_, "").strip():
            option["why"] = plain_text(part.whys[number_], notes)
        options.append(option)
    return options


def _numeric(part: "Part", answer: str, notes: list[str]) -> dict[str, Any]:
    found = _NUMBER.fullmatch(" ".join(answer.split()))
    if not found:
        raise RefusedError("not_a_number", said=answer[:40])
    value: dict[str, Any] = {"answer": number(found[1].replace(",", ""))}
    around = part.labels.get("tolerance", "").strip() or found[2]
    if around and (tolerance := number(around)):
        value["tolerance"] = tolerance
    if found[3]:
        value["unit"] = plain_text(found[3], notes)
    return value


def _gaps(part: "Part", answer: str, stem: str, locale: str, notes: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    text = part.labels.get("text", "").strip()
    if not text:
        text = stem
        found["stem"] = {"": labels.GAP_STEM[locale]}
    pieces = _BLANK.split(text)
    answers = [each for each in _BETWEEN_GAPS.split(answer) if each.strip()]
    if len(pieces) - 1 != len(answers):
        raise RefusedError("gaps_differ", gaps=len(pieces) - 1, answers=len(answers))
    numbered = pieces[0] + "".join(f"{{{{{n}}}}}{piece}" for n, piece in enumerate(pieces[1:], 1))
    found["text"] = plain_text(numbered, notes)
    found["gaps"] = [{"accepted": {"": _forms(each, notes)}} for each in answers]
    return found


def _forms(answer: str, notes: list[str]) -> list[str]:
    forms = ["".join(plain_text(form, notes).values()) for form in _BETWEEN_FORMS.split(answer)]
    kept = [form for form in forms if form]
    if not kept:
        raise RefusedError("no_answer")
    if any(len(form) > LONGEST_FORM or "\n" in form for form in kept):
        raise RefusedError("long_answer")
    return kept


def _wrong(part: "Part", notes: list[str]) -> dict[str, Any]:
    """Return wrong forms with their reasons: 错误答案：加班|赶工 —— 那也是动手的时间."""
    found = []
    for line in part.labels.get("wrong", "").split("\n"):
        if line.strip():
            forms, _dash, why = line.partition("——")
            entry: dict[str, Any] = {"forms": _forms(forms, notes)}
            found.append({**entry, "why": plain_text(why, notes)} if why.strip() else entry)
    return {"wrong": found} if found else {}
