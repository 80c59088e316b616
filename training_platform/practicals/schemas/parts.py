"""What the formats of all checks are made of."""

from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from training_platform.core.schemas import Line, PairId, Strict, Text
from training_platform.crm.registry import ENTITIES
from training_platform.practicals import matchers, selecting

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


def _as_decimal(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError("is no number; a number")
    return Decimal(str(value))


#: A number written in YAML, exactly as it is written.
Exact = Annotated[Decimal, BeforeValidator(_as_decimal), WithJsonSchema({"type": "number"})]
Share = Annotated[Exact, Field(ge=0, le=1)]


def known_of(names: object, sort: str) -> Any:
    """Return what refuses whatever is none of these names, and says which there are."""
    known = sorted(names)  # type: ignore[call-overload]

    def check(value: Any) -> Any:
        if value not in known:
            raise ValueError(f"is no {sort}; one of {', '.join(known)}")
        return value

    return BeforeValidator(check)


Entity = Annotated[
    str, known_of(ENTITIES, "entity"), WithJsonSchema({"type": "string", "enum": sorted(ENTITIES)})
]
Matcher = Annotated[
    str,
    known_of(matchers.names(), "matcher"),
    WithJsonSchema({"type": "string", "enum": list(matchers.names())}),
]
Op = Annotated[
    str,
    known_of(selecting.ops(), "operator"),
    WithJsonSchema({"type": "string", "enum": list(selecting.ops())}),
]


class Where(Strict):
    """One condition on a record or an event."""

    field: Line
    op: Op
    value: Any = None


class Misconception(Strict):
    """A mistake that people make for a reason: told by what it leaves behind.

    That is a record; or without an entity an event; or what was typed into the check's own field.
    """

    entity: Entity | None = None
    where: list[Where] = Field(default_factory=list)
    #: The slip's own result: it is compared as the check compares the right one.
    typed: Any = None
    text: Text

    @model_validator(mode="after")
    def _leaves_a_mark(self) -> Self:
        if bool(self.where) is (self.typed is not None):
            raise ValueError("names conditions and a typed slip, or neither; one of them")
        return self


class Check(Strict):
    """What every check has."""

    id: Name
    title: Text
    points: Annotated[Exact, Field(ge=0, le=100)]
    #: Told beside the gap when points were lost; {seen} {wanted} and the check's own values.
    feedback: Text | None = None
    lesson: PairId | None = None
    rule: Annotated[str, Field(pattern=r"^V\d\d$")] | None = None
    #: Assessed only where this other check was passed; else it counts nothing and says so.
    after: Name | None = None
    #: A red line: in an exam the whole task is worth nothing where it is crossed.
    critical: bool = False
    misconceptions: list[Misconception] = Field(default_factory=list)


class Graded(Check):
    """A check that may be passed in part: nothing at `none`, everything from `full` on."""

    full: Share = Decimal(1)
    none: Share = Decimal(0)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.none >= self.full:
            raise ValueError("none is not below full; a smaller share")
        return self
