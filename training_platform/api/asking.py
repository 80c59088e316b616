"""What programs ask: the parameters of each list, and their values read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from training_platform.api import rules
from training_platform.api.rules import Resource
from training_platform.api.services import ParameterError
from training_platform.archives.rules import day_of
from training_platform.certificates.rules import State
from training_platform.core import clock


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


DAY = {"type": "string", "format": "date"}
WORD = {"type": "string", "maxLength": 200}


@dataclass(frozen=True)
class Parameter:
    """A parameter as the document describes it."""

    name: str
    description: str
    schema: Mapping[str, Any] = field(default_factory=lambda: WORD)


_PAGING = (
    Parameter("cursor", _("Where to go on: next_cursor of the answer before. Without: the start.")),
    Parameter(
        "limit",
        _("How many rows at most."),
        {
            "type": "integer",
            "minimum": 1,
            "maximum": rules.MOST_PER_PAGE,
            "default": rules.PER_PAGE,
        },
    ),
)
_PERSON = (
    Parameter("staff_number", _("Only this employee.")),
    Parameter("department", _("Only this department with those below it, by its code.")),
)
PARAMETERS: Mapping[Resource, tuple[Parameter, ...]] = {
    Resource.PEOPLE: (
        *_PAGING,
        *_PERSON,
        Parameter("job_role", _("Only this job role, by its code.")),
        Parameter(
            "status",
            _("Only employees in this state."),
            {"type": "string", "enum": ["active", "suspended", "left"]},
        ),
    ),
    Resource.RECORDS: (
        *_PAGING,
        *_PERSON,
        Parameter("kind", _("Only this kind of record.")),
        Parameter("subject", _("Only records on this course, quiz or other thing, by its id.")),
        Parameter("since", _("Only what happened on this day of the company or later."), DAY),
        Parameter("until", _("Only what happened on this day of the company or earlier."), DAY),
    ),
    Resource.CERTIFICATES: (
        *_PAGING,
        *_PERSON,
        Parameter(
            "kind",
            _("course or curriculum."),
            {"type": "string", "enum": ["course", "curriculum"]},
        ),
        Parameter("subject", _("Only certificates of this course or curriculum, by its id.")),
        Parameter("on", _("The day for which the state is told; without: today."), DAY),
        Parameter(
            "state",
            _("Only certificates that are in this state on the day."),
            {"type": "string", "enum": [state.value for state in State]},
        ),
    ),
}


@dataclass(frozen=True)
class Question:
    """What is asked of a list: values as they were sent, and what they mean."""

    resource: Resource
    values: Mapping[str, str]
    after: int
    limit: int

    def text(self, name: str) -> str | None:
        """Return a value as it was sent, None where it was not."""
        return self.values.get(name)

    def day(self, name: str) -> date | None:
        """Return a value that is a day; None where it was not sent."""
        return day_of(self.values[name]) if name in self.values else None

    def start(self, name: str, *, days: int = 0) -> datetime | None:
        """Return the instant at which a day that was sent begins, so many days later."""
        day = self.day(name)
        if day is None:
            return None
        return datetime.combine(day + timedelta(days=days), time(), clock.company_zone())


def read(resource: Resource, arguments: Mapping[str, str]) -> Question:
    """Return what an address asks for. Raises ParameterError for what the list does not know."""
    known = {each.name: each for each in PARAMETERS[resource]}
    values = {name: text for name, text in arguments.items() if text}
    for name, text in values.items():
        if name not in known or not _fits(text, known[name].schema):
            raise ParameterError(name=name[:40])
    after = rules.place_after(resource, values["cursor"]) if "cursor" in values else 0
    if after is None:
        raise ParameterError(name="cursor")
    return Question(resource, values, after, int(values.get("limit", rules.PER_PAGE)))


def _fits(text: str, schema: Mapping[str, Any]) -> bool:
    if "\0" in text or len(text) > WORD["maxLength"]:  # type: ignore[operator]
        return False
    if "enum" in schema:
        return text in schema["enum"]
    if schema.get("format") == "date":
        return day_of(text) is not None
    if schema["type"] == "integer":
        is_number = text.isascii() and text.isdigit() and len(text) < 6
        return is_number and schema["minimum"] <= int(text) <= schema["maximum"]
    return True
