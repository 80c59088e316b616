"""Checks of what was done, in which order, and when."""

from typing import Annotated, Literal

from pydantic import Field

from training_platform.core.schemas import Line, Strict
from training_platform.practicals.schemas.parts import (
    Check,
    Entity,
    Exact,
    Graded,
    Name,
    Share,
    Where,
)


class Event(Check):
    """It was done, so many times."""

    type: Literal["event"]
    where: Annotated[list[Where], Field(min_length=1)]
    least: Annotated[int, Field(ge=1)] = 1


class EventAbsent(Check):
    """It was never done."""

    type: Literal["event_absent"]
    where: Annotated[list[Where], Field(min_length=1)]


class EventOrder(Check):
    """One thing was done before the next."""

    type: Literal["event_order"]
    steps: Annotated[list[list[Where]], Field(min_length=2)]


class Within(Graded):
    """For each chosen record something was done within so many hours of the sandbox's time."""

    type: Literal["within"]
    entity: Entity
    where: Annotated[list[Where], Field(min_length=1)]
    since: Name
    hours: Annotated[Exact, Field(gt=0)]
    act: Annotated[list[Where], Field(min_length=1)]
    #: Field of the event that names the record: record_id, or changes.<field>.
    by: Line = "record_id"


class Band(Strict):
    """Up to so many seconds, so much of the points."""

    seconds: Annotated[int, Field(gt=0)]
    share: Share


class Elapsed(Check):
    """The real time between two moments."""

    type: Literal["elapsed"]
    begin: list[Where] | None = None
    end: list[Where] | None = None
    bands: Annotated[list[Band], Field(min_length=1)]


class AccessOnly(Check):
    """Of one kind of record nothing was opened but what the task needs."""

    type: Literal["access_only"]
    entity: Entity
    key: Line
