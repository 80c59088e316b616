"""What the pages of packages call things."""

from typing import Any

from flask_babel import lazy_gettext as _l

from training_platform.studio.packages.rules import Standing, Stop
from training_platform.studio.texts import KINDS

STANDINGS: dict[Standing, Any] = {
    Standing.NEW: _l("New here"),
    Standing.EQUAL: _l("The same here"),
    Standing.DIFFERS: _l("Says something else here"),
    Standing.OLDER: _l("Older than here"),
    Standing.IN_WORK: _l("Somebody is writing here"),
    Standing.TAKEN: _l("Id taken by something else"),
}
TONES: dict[Standing, str | None] = {
    Standing.NEW: "ok",
    Standing.EQUAL: None,
    Standing.DIFFERS: "info",
    Standing.OLDER: "warn",
    Standing.IN_WORK: "warn",
    Standing.TAKEN: "bad",
}
#: What bringing it in means, where that is not plain.
MEANINGS: dict[Standing, Any] = {
    Standing.DIFFERS: _l(
        "A draft is begun with the package's text; you see both before you publish."
    ),
    Standing.OLDER: _l(
        "It was published here before and improved since. Bringing it in goes back."
    ),
    Standing.IN_WORK: _l(
        "Bringing it in writes over the open draft; what stands there now stays among its saves."
    ),
    Standing.TAKEN: _l("What bears this id here is about something else, and would be replaced."),
}
#: What keeps a draft, and with it the whole, from being published.
STOPS: dict[Stop, Any] = {
    Stop.MISTAKES: _l("Has mistakes"),
    Stop.UNPROVED: _l("Not proved here yet"),
    Stop.BEHIND: _l("Published anew meanwhile"),
    Stop.UNCHANGED: _l("Says what is published already"),
    Stop.IN_REVIEW: _l("Waits for a second look"),
    Stop.NOT_LOOKED_AT: _l("Needs a second look"),
}
#: What a package may need beside what it holds.
SORTS: dict[str, Any] = {
    "competency": _l("Competencies"),
    "job_role": _l("Job roles"),
    "lesson": _l("Lessons of other courses"),
    "course": _l("Courses"),
    "question": _l("Questions"),
    "paper": _l("Quizzes"),
    "rubric": _l("Rubrics"),
}


def words() -> dict[str, Any]:
    """Return what templates call things."""
    return {
        "kinds": KINDS,
        "standings": STANDINGS,
        "standing_tones": TONES,
        "meanings": MEANINGS,
        "sorts": SORTS,
        "stops": STOPS,
    }
