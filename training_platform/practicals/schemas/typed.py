"""Checks of what is typed into the fields of the task itself."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from training_platform.core.schemas import Line, Slug, Text
from training_platform.practicals.schemas.parts import Check, Entity, Exact, Graded, Matcher, Name


class Answer(Check):
    """What is typed or chosen in the task's own field is right."""

    type: Literal["answer"]
    question: Text
    matcher: Matcher
    value: Any
    within: Exact | None = None
    #: What the field offers: texts of the file, or where what was drawn holds them: $params.x.
    choices: Annotated[list[Text], Field(min_length=2)] | Line | None = None

    @model_validator(mode="after")
    def _offers(self) -> Self:
        if (self.choices is None) is (self.matcher == "choice"):
            raise ValueError("has choices without choosing, or the other way round; both")
        return self


class TypedRows(Graded):
    """One column of a table that is typed or pasted into the task's own field.

    Each line holds the row's own mark and then the columns, in their order. Several checks may
    look at one field, each at a column of its own.
    """

    type: Literal["typed_rows"]
    prompt: Text
    #: The check whose field it is; its own where nothing is named.
    sheet: Name | None = None
    #: Rows with the mark and the columns; with an id where they are records of the entity.
    key: Line
    match_on: Name
    columns: Annotated[list[Name], Field(min_length=1)]
    column: Name
    matcher: Matcher
    within: Exact | None = None
    entity: Entity | None = None

    @model_validator(mode="after")
    def _has_its_column(self) -> Self:
        if self.column not in self.columns:
            raise ValueError(f"looks at {self.column}; one of {', '.join(self.columns)}")
        return self

    @property
    def field_id(self) -> str:
        """Return the id under which the field is saved."""
        return self.sheet or self.id


class Rubric(Check):
    """A text that the trainee writes and people score, by the levels of a rubric."""

    type: Literal["rubric"]
    rubric: Slug
    prompt: Text
