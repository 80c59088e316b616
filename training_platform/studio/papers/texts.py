"""What the form of a paper calls things, and its mistakes in plain words beside their fields."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_platform.core.kinds import Mistake
from training_platform.studio.mistake_words import sentence

KINDS = [
    ("course_quiz", _l("Quiz of a course")),
    ("final", _l("Final quiz")),
    ("self_test", _l("Self-test, for practice only")),
]
REVIEWS = [
    ("after_submission", _l("As soon as it is handed in")),
    ("after_pass", _l("Only after it is passed")),
    ("never", _l("Never")),
]
DIFFICULTIES = [
    ("foundation", _l("Foundation")),
    ("applied", _l("Application")),
    ("advanced", _l("Advanced")),
]
_RANGES = {
    "minutes": (1, 240),
    "pass_percent": (0, 100),
    "distinction_percent": (0, 100),
    "count": (1, 100),
    "points": (1, 100),
}
_BELOW = "distinction_percent is below"
_FIELDS = frozenset(
    {
        "title",
        "summary",
        "kind",
        "course",
        "minutes",
        "pass_percent",
        "distinction_percent",
        "ladder",
        "review",
        "sections",
    }
)
_SO_MANY = re.compile(r"at most (\d+), so many fit")
#: What the checks say, by words of it, in plain words; the first that fits.
_PLAIN = (
    ("is missing", _l("Fill this in.")),
    ("is blank", _l("Fill this in.")),
    ("is no text", _l("Fill this in.")),
    ("sections is not right", _l("Add at least one section.")),
    ("draws from everything", _l("Choose a topic or at least one skill.")),
    (_BELOW, _l("At least as high as the pass mark.")),
    ("stands twice", _l("This question stands in the quiz twice.")),
    ("is no question", _l("There is no published question with this id.")),
    ("is no course", _l("There is no published course with this id.")),
)
_SECTION = re.compile(r"sections\[(\d+)\](?:\.(draw|questions|points))?(?:\.(\w+)|\[(\d+)\])?.*")


def beside(mistakes: Iterable[Mistake]) -> dict[str, list[str]]:
    """Return the mistakes in plain words by the field that they stand beside; "" for none."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in sorted(mistakes):
        field = field_of(each)
        text = _plainly(each, field)
        if text not in found[field]:
            found[field].append(text)
    return dict(found)


def field_of(mistake: Mistake) -> str:
    """Return the name of the form's field that a mistake belongs to; "" where it has none."""
    key = "distinction_percent" if mistake.problem.startswith(_BELOW) else mistake.key
    if match := _SECTION.fullmatch(key):
        index, part, inner, number = match.groups()
        if part == "questions" and number is not None:
            return f"s{index}-question-{number}"
        if part == "draw" and inner:
            return f"s{index}-{inner}"
        name = {"draw": "topic", "points": "points"}.get(part or "", "rows")
        return f"s{index}-{name}"
    if key in ("title", "summary"):
        return f"{key}-zh"
    return key.replace(".", "-") if key.partition(".")[0] in _FIELDS else ""


def _plainly(mistake: Mistake, field: str) -> str:
    name = field.rpartition("-")[2]
    said = f"{mistake.key} {mistake.problem}"
    plain: Any = next((text for part, text in _PLAIN if part in said), None)
    if name == "rows":
        plain = _("Add at least one question.")
    elif match := _SO_MANY.fullmatch(mistake.expected):
        plain = _("Only %(number)s can be found for it.", number=match[1])
    elif plain is None and name in _RANGES:
        low, high = _RANGES[name]
        plain = _("A whole number from %(low)s to %(high)s.", low=low, high=high)
    return str(plain or sentence(mistake))


def words() -> dict[str, Any]:
    """Return what templates call things."""
    return {
        "paper_kinds": KINDS,
        "review_policies": REVIEWS,
        "difficulties": DIFFICULTIES,
    }
