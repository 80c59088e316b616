"""Mistakes of a course in plain words, beside the field of the form that they belong to."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from training_platform.core.kinds import Mistake
from training_platform.studio.mistake_words import sentence

#: What to do, by the field.
_TEXTS: dict[str, Any] = {
    "title": _l("Write it in both languages."),
    "summary": _l("Write it in both languages."),
    "area": _l("Choose an area."),
    "level": _l("Choose a level."),
    "job_roles": _l("Choose at least one job role."),
    "competencies": _l("Choose a level from 1 to 4."),
    "refresher_months": _l("A whole number from 1 to 120."),
    "delta_paper": _l("There is no published quiz with this id."),
    "sources": _l("Write each source in both languages."),
    "minutes": _l("3 to 7 minutes."),
    "check": _l("Choose a question that exists."),
    "complete_when": _l("Choose what completes the course."),
}
_LESSON = re.compile(r"lessons\[(\d+)\]\.(minutes|check)")
_FIRST = re.compile(r"[a-z_]+")


def beside(
    mistakes: Iterable[Mistake], path: str, lessons: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """Return what to do by the name of the field; "" holds what belongs to no field."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in sorted(mistakes):
        if each.path == path:
            field, text = _placed(each, lessons)
            if text not in found[field]:
                found[field].append(text)
    return {field: " ".join(texts) for field, texts in found.items()}


def _placed(mistake: Mistake, lessons: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    if (match := _LESSON.match(mistake.key)) and int(match[1]) < len(lessons):
        return f"{match[2]}-{lessons[int(match[1])].get('slug')}", f"{_TEXTS[match[2]]}"
    first = _FIRST.match(mistake.key)
    if first and first[0] in _TEXTS:
        return first[0], f"{_TEXTS[first[0]]}"
    return "", sentence(mistake)
