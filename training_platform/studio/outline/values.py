"""A course's file as its form shows it, and the form back into the file's value. Pure.

What is not filled in is left out, and what is no number stays as it was typed: a draft may be
half done, and the checks say beside the field what is missing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from training_platform.core.kinds import LANGUAGES

TEXTS = ("title", "summary")
#: The keys of the format in their order.
ORDER = (
    "id",
    *TEXTS,
    "area",
    "level",
    "job_roles",
    "competencies",
    "significant_revision",
    "refresher_months",
    "delta_paper",
    "sources",
    "lessons",
    "complete_when",
)
MOST_SOURCES = 30
MOST_PAPERS = 10
KEEP, RAISE = "keep", "raise"


def is_shown(value: Mapping[str, Any]) -> bool:
    """Tell whether a form can show the file without losing anything of it."""
    return (
        all(isinstance(value.get(name, ""), str | dict) for name in TEXTS)
        and isinstance(value.get("competencies", {}), dict)
        and _all(value, "job_roles", str)
        and _all(value, "sources", str | dict)
        and _all(value, "lessons", dict)
        and _all(value, "complete_when", dict)
    )


def changed(
    value: Mapping[str, Any], given: "MultiDict[str, str]", published: int | None
) -> dict[str, Any]:
    """Return the file's value with what the form says; keys that it does not show stay.

    published: the significant revision of the published course; None for a new one.
    """
    found = dict(value)
    for name in TEXTS:
        found[name] = _texts(
            value.get(name), [given.get(f"{name}-{code}", "") for code in LANGUAGES]
        )
    for name in ("area", "level", "delta_paper"):
        _put(found, name, given.get(name, "").strip())
    _put(found, "refresher_months", number(given.get("refresher_months", "")))
    found["job_roles"] = _kept(value.get("job_roles") or [], given.getlist("job_roles"))
    found["competencies"] = _competencies(value.get("competencies") or {}, given)
    if published is not None and given.get("significant") in (KEEP, RAISE):
        significant = published + (given["significant"] == RAISE)
        if significant != found.get("significant_revision", 1):
            found["significant_revision"] = significant
    _put(found, "sources", _sources(value.get("sources") or [], given))
    found["lessons"] = [
        _with(lesson, "minutes", number(given.get(f"minutes-{lesson.get('slug')}", "")))
        for lesson in value.get("lessons") or []
    ]
    found["complete_when"] = _conditions(value.get("complete_when") or [], given)
    return found


def fields_of(value: Mapping[str, Any], published: int | None) -> dict[str, str | list[str]]:
    """Return what the form's fields hold, by name: what a browser would send of them."""
    found: dict[str, str | list[str]] = {
        f"{name}-{code}": text_in(value.get(name), code) for name in TEXTS for code in LANGUAGES
    }
    for name in ("area", "level", "delta_paper", "refresher_months"):
        found[name] = f"{value.get(name, '')}"
    found["job_roles"] = [*(value.get("job_roles") or [])]
    for competency, level in (value.get("competencies") or {}).items():
        found[f"competency-{competency}"] = f"{level}"
    if published is not None:
        found["significant"] = [RAISE if is_raised(value, published) else KEEP]
    sources = [*(value.get("sources") or []), ""]
    for code in LANGUAGES:
        found[f"source-{code}"] = [text_in(each, code) for each in sources]
    for lesson in value.get("lessons") or []:
        found[f"minutes-{lesson.get('slug')}"] = f"{lesson.get('minutes', '')}"
    conditions = value.get("complete_when") or []
    found["all_lessons"] = ["1"] if any("lessons" in each for each in conditions) else []
    found["paper"] = [*papers_of(value), ""]
    return found


def papers_of(value: Mapping[str, Any]) -> list[str]:
    """Return the quizzes that complete the course."""
    return [f"{each['paper']}" for each in value.get("complete_when") or [] if "paper" in each]


def is_raised(value: Mapping[str, Any], published: int) -> bool:
    """Tell whether the draft says that what was learned before no longer counts."""
    now = value.get("significant_revision", 1)
    return isinstance(now, int) and now > published


def text_in(text: Any, code: str) -> str:
    """Return a text in a language; a plain one stands for both."""
    if isinstance(text, dict):
        return f"{text.get(code) or ''}"
    return text if isinstance(text, str) else ""


def number(text: str) -> int | str | None:
    """Return a whole number; what is none stays as it was typed; None for nothing."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 7:
        return int(text)
    return text[:100] or None


def _all(value: Mapping[str, Any], name: str, kind: Any) -> bool:
    each_one = value.get(name) or []
    return isinstance(each_one, list) and all(isinstance(each, kind) for each in each_one)


def _put(found: dict[str, Any], name: str, value: Any) -> None:
    if value:
        found[name] = value
    elif found.get(name):
        del found[name]


def _with(old: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    found = dict(old)
    _put(found, name, value)
    return found


def _texts(old: Any, given: Sequence[str]) -> Any:
    texts = {code: " ".join(text.split()) for code, text in zip(LANGUAGES, given, strict=True)}
    if isinstance(old, str) and set(texts.values()) == {old}:
        return old
    return {**old, **texts} if isinstance(old, dict) else texts


def _kept(old: Sequence[str], chosen: Sequence[str]) -> list[str]:
    """Return what is chosen, in the order of the file; new ones stand at the end."""
    return [*(each for each in old if each in chosen), *(x for x in chosen if x not in old)]


def _competencies(old: Mapping[str, Any], given: "MultiDict[str, str]") -> dict[str, Any]:
    found = dict(old)
    for name, level in given.items():
        start, _sign, competency = name.partition("-")
        if start == "competency" and competency:
            _put(found, competency, number(level))
    return found


def _sources(old: Sequence[Any], given: "MultiDict[str, str]") -> list[Any]:
    pairs = zip(*(given.getlist(f"source-{code}") for code in LANGUAGES), strict=False)
    found = []
    for index, pair in enumerate(pairs):
        if any(text.strip() for text in pair):
            found.append(_texts(old[index] if index < len(old) else None, pair))
    return found[: MOST_SOURCES + 1]


def _conditions(
    old: Sequence[Mapping[str, Any]], given: "MultiDict[str, str]"
) -> list[Mapping[str, Any]]:
    papers = [each for each in given.getlist("paper") if each][: MOST_PAPERS + 1]
    wanted = [{"lessons": "all"}] if given.get("all_lessons") == "1" else []
    wanted += [{"paper": each} for each in dict.fromkeys(papers)]
    stay = [each for each in old if each in wanted]
    return [*stay, *(each for each in wanted if each not in stay)]
