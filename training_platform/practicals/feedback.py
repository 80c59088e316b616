"""What a grading says to people: each check with what was seen, what was wanted, and where."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from training_platform.core.i18n import format_datetime, language, pick, translate
from training_platform.crm.cells import field_of, plain
from training_platform.crm.fields import FieldKind
from training_platform.crm.queries.names import Names
from training_platform.crm.registry import ENTITIES
from training_platform.crm.values import from_plain
from training_platform.practicals.schemas import AnyCheck, Rubric, TaskFile

_PLACE = re.compile(r"\{(\w+)\}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z")
#: So many entries of a list are said; the others are counted.
_MOST = 8


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: What a check says of a whole record.
KEPT = _("Nothing was harmed. The points count as far as the rest of the task is done.")
#: What is said of a text: there is nothing to compare it with.
EMPTY, SCORED = _("Nothing was written here."), _("People scored this text.")
_MARKS = {"not_merged": _("Not merged"), "missing": _("Forgotten"), "extra": _("Too many")}


@dataclass(frozen=True)
class GapLine:
    """One value that is not as wanted: the record, the field, and both values."""

    entity: str | None
    record_id: int | None
    record: str
    label: str
    seen: str
    wanted: str


@dataclass(frozen=True)
class CheckLine:
    """One check as the page shows it. Points are texts as they are printed."""

    id: str
    title: str
    status: str
    points: str
    most: str
    message: str = ""
    seen: str = ""
    wanted: str = ""
    gaps: Sequence[GapLine] = ()
    more: int = 0
    misconceptions: Sequence[str] = field(default_factory=list)
    rule: str | None = None
    lesson: str | None = None
    is_critical: bool = False


def lines_of(
    task: TaskFile, outcomes: Iterable[Mapping[str, Any]], names: Names | None = None
) -> list[CheckLine]:
    """Return the checks of a grading in the page's language, in the task's order."""
    checks = {each.id: each for each in task.checks}
    return [
        _line(checks[each["check"]], each, names or Names())
        for each in outcomes
        if each["check"] in checks
    ]


def records_named(outcomes: Iterable[Mapping[str, Any]]) -> Mapping[str, set[int]]:
    """Return the records that the gaps name or refer to, by entity: what needs a title."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for outcome in outcomes:
        for entity, ident, name, *values in outcome.get("gaps") or ():
            if entity not in ENTITIES:
                continue
            if ident:
                wanted[entity].add(ident)
            known = field_of(ENTITIES[entity], name) if name else None
            if known is not None and known.kind is FieldKind.REFERENCE and known.refers_to:
                wanted[known.refers_to] |= {each for each in values if isinstance(each, int)}
    return wanted


def say(value: Any) -> str:
    """Return a plain value as a sentence holds it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, Mapping):
        return pick(dict(value)) if {"zh", "en"} <= value.keys() else ""
    if isinstance(value, list | tuple):
        said = [say(each) for each in value[:_MOST]]
        return ("、" if language() == "zh" else ", ").join(said) + ("…" if value[_MOST:] else "")
    text = str(value)
    if _INSTANT.fullmatch(text):
        return format_datetime(datetime.fromisoformat(text))
    return text


def points_text(value: Any) -> str:
    """Return points as they are printed: 15, 7.5."""
    return f"{float(value):g}"


def _line(check: AnyCheck, outcome: Mapping[str, Any], names: Names) -> CheckLine:
    gaps = [_gap(each, names) for each in outcome.get("gaps") or ()]
    is_whole = outcome["status"] == "passed"
    return CheckLine(
        id=check.id,
        title=pick(check.title.model_dump()),
        status=outcome["status"],
        points=points_text(outcome["points"]),
        most=points_text(outcome["most"]),
        message=_message(check, outcome),
        seen="" if is_whole or check.feedback else say(outcome.get("seen")),
        wanted="" if is_whole or check.feedback else say(outcome.get("wanted")),
        gaps=[] if is_whole else gaps,
        more=0 if is_whole else int(outcome.get("more") or 0),
        misconceptions=[
            pick(check.misconceptions[each].text.model_dump())
            for each in outcome.get("misconceptions") or ()
            if each < len(check.misconceptions)
        ],
        rule=check.rule,
        lesson=check.lesson,
        is_critical=check.critical,
    )


def _message(check: AnyCheck, outcome: Mapping[str, Any]) -> str:
    if outcome["status"] == "passed":
        is_kept = float(outcome["points"]) < float(outcome["most"])
        return translate(KEPT) if is_kept else ""
    if outcome["status"] in {"awaiting", "not_assessed", "fault"}:
        return ""
    if isinstance(check, Rubric):
        return translate(SCORED if outcome.get("seen") else EMPTY)
    if check.feedback is None:
        return ""
    said = {
        **(outcome.get("values") or {}),
        "seen": outcome.get("seen"),
        "wanted": outcome.get("wanted"),
    }
    text = pick(check.feedback.model_dump())
    return _PLACE.sub(lambda found: say(said[found[1]]) if found[1] in said else "", text)


def _gap(gap: Sequence[Any], names: Names) -> GapLine:
    entity, ident, name, seen, wanted = gap
    kind = ENTITIES.get(entity or "")
    known = field_of(kind, name) if kind is not None and name else None
    return GapLine(
        entity=entity if kind is not None else None,
        record_id=ident,
        record=names.of(entity, ident),
        label=_label(entity, known, name) if name or not names.of(entity, ident) else "",
        seen=_value(known, seen, names),
        wanted=_value(known, wanted, names) if name or wanted is not None else "",
    )


def _label(entity: str | None, known: Any, name: str) -> str:
    if known is not None:
        return translate(known.label)
    if name.isdecimal():
        return translate(_("Row %(number)s"), number=name)
    if name:
        return " · ".join(_in_words(each) for each in name.split(" · "))
    return translate(ENTITIES[entity].label) if entity and entity in ENTITIES else ""


def _value(known: Any, value: Any, names: Names) -> str:
    if known is None and value in _MARKS:
        return translate(_MARKS[value])
    if known is None or value is None or isinstance(value, Mapping | list):
        return say(value)
    try:
        return plain(known, from_plain(value, known.kind), names) or say(value)
    except (TypeError, ValueError, ArithmeticError):  # a key may hold what no record can
        return say(value)


@cache
def _codes() -> Mapping[str, str]:
    """Return what codes of lists mean; one that means different things in two lists is left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for entity in ENTITIES.values():
        for known in entity.fields.values():
            for code, text in (known.choices or {}).items():
                found[str(code)].add(text)
    return {code: texts.pop() for code, texts in found.items() if len(texts) == 1}


def _in_words(code: str) -> str:
    """Return what a code means; whatever is none stands as it is."""
    text = _codes().get(code)
    return translate(text) if text else code


def labels_of(entity: str | None, names: Iterable[str]) -> str:
    """Return what fields of an entity are called, in one line."""
    kind = ENTITIES.get(entity or "")
    if kind is None:
        return ""
    said = [translate(kind.fields[each].label) for each in names if each in kind.fields]
    return ("、" if language() == "zh" else ", ").join(said)
