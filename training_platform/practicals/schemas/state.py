"""Checks of what lies in the workspace."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from training_platform.core.schemas import Line, Strict
from training_platform.practicals import matchers
from training_platform.practicals.schemas.parts import (
    Check,
    Entity,
    Exact,
    Graded,
    Matcher,
    Name,
    Share,
    Where,
)


class Exists(Check):
    """So many records meet the conditions."""

    type: Literal["exists"]
    entity: Entity
    where: Annotated[list[Where], Field(min_length=1)]
    least: Annotated[int, Field(ge=1)] = 1


class Absent(Check):
    """No record meets the conditions."""

    type: Literal["absent"]
    entity: Entity
    where: Annotated[list[Where], Field(min_length=1)]


class FieldIs(Graded):
    """A field of the chosen records has the wanted value."""

    type: Literal["field"]
    entity: Entity
    where: Annotated[list[Where], Field(min_length=1)]
    field: Name
    matcher: Matcher
    value: Any = None
    within: Exact | None = None


class Count(Check):
    """So many records meet the conditions, no more and no less."""

    type: Literal["count"]
    entity: Entity
    where: list[Where]
    value: Any
    within: Exact | None = None


class Aggregate(Check):
    """The sum, average, least or most of a field over the chosen records."""

    type: Literal["aggregate"]
    entity: Entity
    where: list[Where]
    field: Name
    of: Literal["sum", "average", "min", "max"]
    value: Any
    within: Exact | None = None


class Keyed(Graded):
    """Records are found in the key by one field, and others are compared."""

    entity: Entity
    key: Line
    match_on: Name
    fields: Annotated[dict[Name, Matcher], Field(min_length=1)]

    @model_validator(mode="after")
    def _finds(self) -> Self:
        if self.fields.get(self.match_on, "text") not in matchers.keyed():
            raise ValueError(f"finds by {self.match_on}; one of {', '.join(matchers.keyed())}")
        return self


class RowsMatch(Keyed):
    """The records are those of the key: each found, each field right, none too many."""

    type: Literal["rows_match_key"]
    #: Also look at records that were there at the start; else at new ones alone.
    of_all: bool = False


class Rate(Keyed):
    """So many new records by the minute that match the key; none where too many are wrong."""

    type: Literal["rate"]
    per_minute: Annotated[Exact, Field(gt=0)]
    accuracy: Share = Decimal("0.98")


class SetIs(Graded):
    """The chosen records are those of the key: as the harmonic mean of hits and misses (F1)."""

    type: Literal["set_f1"]
    entity: Entity
    where: Annotated[list[Where], Field(min_length=1)]
    key: Line


class PairsMerged(Graded):
    """The pairs that were merged are those of the key, as F1; a near miss merged costs twice.

    The key holds groups: lists of ids, or mappings with ids.
    """

    type: Literal["pair_f1"]
    entity: Entity
    key: Line
    near_misses: Line | None = None


class ChildrenMoved(Graded):
    """What hung on the merged records of the key's groups hangs on what is left of them."""

    type: Literal["children_moved"]
    entity: Entity
    key: Line


class Survivor(Graded):
    """Of each group of the key one record is left, with the right values."""

    type: Literal["survivor"]
    entity: Entity
    #: Groups with ids, and the wanted values of fields.
    key: Line
    fields: Annotated[dict[Name, Matcher], Field(min_length=1)]


class Allowed(Strict):
    """Records, and of them fields, that the task may change."""

    entity: Entity
    where: list[Where] = Field(default_factory=list)
    fields: list[Name] | None = None
    kinds: list[Literal["created", "changed", "deleted"]] | None = None


class OnlyChanged(Check):
    """Nothing was changed but what the task allows."""

    type: Literal["only_changed"]
    allow: list[Allowed]
