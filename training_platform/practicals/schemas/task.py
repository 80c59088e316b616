"""A task: what draws it, its checks, when it is passed, and the wrong ways."""

from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import Field, WithJsonSchema, model_validator

from training_platform.core.schemas import Percent, Slug, Strict, Text
from training_platform.practicals import generators  # noqa: F401  # fills the names below
from training_platform.practicals.drawing import GENERATORS
from training_platform.practicals.schemas.log import (
    AccessOnly,
    Elapsed,
    Event,
    EventAbsent,
    EventOrder,
    Within,
)
from training_platform.practicals.schemas.made import AssignedAsRulesSay, ReportIs
from training_platform.practicals.schemas.parts import Name, known_of
from training_platform.practicals.schemas.state import (
    Absent,
    Aggregate,
    ChildrenMoved,
    Count,
    Exists,
    FieldIs,
    OnlyChanged,
    PairsMerged,
    Rate,
    RowsMatch,
    SetIs,
    Survivor,
)
from training_platform.practicals.schemas.typed import Answer, Rubric, TypedRows

Generator = Annotated[
    str,
    known_of(GENERATORS, "generator"),
    WithJsonSchema({"type": "string", "enum": sorted(GENERATORS)}),
]


AnyCheck = Annotated[
    Exists
    | Absent
    | FieldIs
    | Count
    | Aggregate
    | RowsMatch
    | SetIs
    | PairsMerged
    | OnlyChanged
    | Answer
    | Event
    | EventAbsent
    | EventOrder
    | Within
    | Elapsed
    | AccessOnly
    | ChildrenMoved
    | Survivor
    | Rate
    | Rubric
    | TypedRows
    | ReportIs
    | AssignedAsRulesSay,
    Field(discriminator="type"),
]


class Wrong(Strict):
    """A wrong solution: its file below wrong/, and the checks that it must lose, no others."""

    name: Slug
    loses: Annotated[list[Name], Field(min_length=1)]
    why: Text


class Mode(Strict):
    """How the task is taken in one mode."""

    minutes: Annotated[int, Field(ge=1, le=240)] | None = None


class Pass(Strict):
    """When the task is passed."""

    percent: Percent
    required: list[Name] = Field(default_factory=list)


class TaskFile(Strict):
    """A practical task."""

    id: Slug
    title: Text
    summary: Text
    job_roles: Annotated[list[Slug], Field(min_length=1)]
    skills: Annotated[list[Slug], Field(min_length=1)]
    course: Slug | None = None
    minutes: Annotated[int, Field(ge=1, le=240)]
    exam: Mode | None = None
    seller: Annotated[int, Field(ge=1)] = 1
    generator: Generator
    options: dict[Name, Any] = Field(default_factory=dict)
    checks: Annotated[list[AnyCheck], Field(min_length=1, max_length=20)]
    passing: Pass
    wrong: Annotated[list[Wrong], Field(min_length=3)]
    significant_revision: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        names = [each.id for each in self.checks]
        if len(set(names)) < len(names):
            raise ValueError("has two checks of one name; a name for each")
        total = sum(each.points for each in self.checks)
        if total != Decimal(100):
            raise ValueError(f"is worth {total} points in all; 100 points")
        for number, each in enumerate(self.checks):
            if each.after is not None and each.after not in names[:number]:
                raise ValueError(f"{each.id} comes after {each.after}; a check that stands above")
        rubrics = {each.id for each in self.checks if isinstance(each, Rubric)}
        if rubrics == {*names}:
            raise ValueError("has only checks that people score; one that needs none")
        if waiting := sorted({each.after for each in self.checks if each.after} & rubrics):
            raise ValueError(f"has checks after {waiting}, which people score; gates need none")
        known = {*names}
        for sort, wanted in (("passing", self.passing.required), *_lost(self.wrong)):
            if unknown := set(wanted) - known:
                raise ValueError(f"{sort} names {sorted(unknown)}; checks of this task")
        return self


def _lost(wrong: list[Wrong]) -> list[tuple[str, list[str]]]:
    return [(each.name, each.loses) for each in wrong]
