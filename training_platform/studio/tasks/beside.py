"""Mistakes of a task beside their fields, in plain words."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from training_platform.core.kinds import Mistake
from training_platform.practicals.files import FOLDER, SCENARIOS
from training_platform.studio.tasks import texts
from training_platform.studio.tasks.areas import area_text, line_of, unreadable
from training_platform.studio.tasks.cards import ASKS, UNREADABLE, rest_of, slip_rest

_CHECK = re.compile(r"checks\[(\d+)\](?:\.(.+))?")
_SLIP = re.compile(r"misconceptions\[(\d+)\](?:\.(.+))?")
_WRONG = re.compile(r"wrong\[(\d+)\](?:\.(.+))?")
#: Fields by the key of the file; what is wrong with the whole belongs to the checks, as points do.
_SAME = ("minutes", "seller", "generator", "course", "options", "job_roles", "skills")
_FIELDS = {name: name for name in (*_SAME, "checks", "wrong")}
_FIELDS |= {"exam": "exam_minutes", "file": "checks"}


@dataclass(frozen=True)
class Said:
    """A mistake at its field; line counts within the area, 0 where the field is none."""

    field: str
    text: str
    line: int = 0


def beside(
    mistakes: Iterable[Mistake], value: Mapping[str, Any], slug: str
) -> dict[str, list[Said]]:
    """Return the mistakes by the field that they stand beside; "" for none."""
    found: dict[str, list[Said]] = defaultdict(list)
    told = [*_areas_unread(value), *(_said(each, value, slug) for each in sorted(mistakes))]
    for each in told:
        if each is not None and each not in found[each.field]:
            found[each.field].append(each)
    return {field: each for field, each in found.items() if each}


def _areas_unread(value: Mapping[str, Any]) -> Iterator[Said | None]:
    """Tell where what was typed into an area cannot be read."""
    yield _unread("options", value.get("options"))
    for at, check in enumerate(value.get("checks") or []):
        yield _unread(f"c{at}-rest", check.get(UNREADABLE))
        for number, slip in enumerate(check.get("misconceptions") or []):
            yield _unread(f"c{at}-m{number}-rest", slip.get(UNREADABLE))


def _unread(field: str, text: Any) -> Said | None:
    if not isinstance(text, str):
        return None
    line, problem = unreadable(text) or (1, "names what stands in a field above")
    return Said(field, texts.area_problem("", problem, ""), line)


def _said(each: Mistake, value: Mapping[str, Any], slug: str) -> Said | None:
    folder = f"{SCENARIOS}/{slug}/"
    if each.problem == "is not proved as it stands" or UNREADABLE in each.key:
        return None
    if each.path.startswith(folder):
        return _in_scenario(each, value, each.path.removeprefix(folder))
    if each.path != f"{FOLDER}/{slug}.yaml":
        return Said("", texts.problem(each))
    field, inner = field_of(each, value)
    if field.endswith("rest") or field == "options":
        if _is_unread(field, value):
            return None
        text = _area(field, value)
        return Said(
            field, texts.area_problem(inner, each.problem, each.expected), line_of(text, inner)
        )
    return Said(field, texts.problem(each))


def _in_scenario(each: Mistake, value: Mapping[str, Any], name: str) -> Said:
    if name.startswith("brief."):
        return Said(f"brief-{name.split('.')[1]}", texts.problem(each))
    text = texts.area_problem(each.key, each.problem, each.expected)
    names = [wrong.get("name") for wrong in value.get("wrong") or []]
    wrong = name.removeprefix("wrong/").removesuffix(".yaml")
    field = f"w{names.index(wrong)}-steps" if wrong in names else "solution"
    return Said(field, text, each.line)


def field_of(mistake: Mistake, value: Mapping[str, Any]) -> tuple[str, str]:
    """Return the form's field that a mistake belongs to, and what of an area is meant."""
    key = mistake.key
    if match := _CHECK.fullmatch(key):
        return _check_field(int(match[1]), match[2] or "", value)
    if match := _WRONG.fullmatch(key):
        name = re.split(r"[.\[]", match[2] or "loses")[0]
        return f"w{match[1]}-{'loses' if name == 'name' else name}", ""
    name, _sign, rest = key.partition(".")
    name = name.partition("[")[0]
    if name in ("title", "summary"):
        return f"{name}-{rest or 'zh'}", ""
    if name == "passing":
        return "checks" if rest.startswith("required") else "pass_percent", ""
    return _FIELDS.get(name, ""), rest if name == "options" else ""


def _check_field(at: int, inner: str, value: Mapping[str, Any]) -> tuple[str, str]:
    start, checks = f"c{at}-", value.get("checks") or []
    check = checks[at] if at < len(checks) else {}
    if match := _SLIP.fullmatch(inner):
        text = match[2] or ""
        if text.startswith("text"):
            return f"{start}m{match[1]}-{text.replace('.', '-') if '.' in text else 'text-zh'}", ""
        return f"{start}m{match[1]}-rest", text
    name, _sign, code = inner.partition(".")
    if name in ("title", "feedback"):
        return f"{start}{name}-{code or 'zh'}", ""
    if name == ASKS.get(str(check.get("type"))):
        return f"{start}ask-{code or 'zh'}", ""
    if name in ("points", "after", "lesson", "rule"):
        return f"{start}{name}", ""
    return f"{start}rest", inner


def _is_unread(field: str, value: Mapping[str, Any]) -> bool:
    return isinstance(_part(field, value), str)


def _area(field: str, value: Mapping[str, Any]) -> str:
    return area_text(_part(field, value))


def _part(field: str, value: Mapping[str, Any]) -> Any:
    """Return the part of the file that an area shows."""
    if field == "options":
        return value.get("options") or {}
    numbers = [int(each) for each in re.findall(r"\d+", field)]
    checks = value.get("checks") or []
    if numbers[0] >= len(checks):
        return {}
    if len(numbers) == 1:
        return rest_of(checks[numbers[0]])
    slips = checks[numbers[0]].get("misconceptions") or []
    return slip_rest(slips[numbers[1]]) if numbers[1] < len(slips) else {}
