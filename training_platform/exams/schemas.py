"""The format of question_bank/exams/<slug>.yaml."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from training_platform.core.schemas import Percent, Slug, Strict, Text


class Part(Strict):
    """One part: a paper or a practical task, how long it takes and what it weighs."""

    paper: Slug | None = None
    practical: Slug | None = None
    minutes: Annotated[int, Field(ge=1, le=240)]
    weight: Annotated[int, Field(ge=1, le=100)]
    minimum: Percent | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.paper is None) == (self.practical is None):
            raise ValueError("has no clear source; either paper or practical")
        return self


class ExamFile(Strict):
    """An exam of several parts with one result.

    Without minutes the exam takes those of its parts and of the breaks together.
    """

    id: Slug
    title: Text
    intro: Text
    job_roles: Annotated[list[Slug], Field(min_length=1)]
    course: Slug | None = None
    minutes: Annotated[int, Field(ge=1, le=480)] | None = None
    break_minutes: Annotated[int, Field(ge=0, le=120)] = 0
    pass_percent: Percent
    distinction_percent: Percent
    ladder: Slug = "default"
    parts: Annotated[list[Part], Field(min_length=2, max_length=10)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        weights = sum(part.weight for part in self.parts)
        if weights != 100:
            raise ValueError(f"weights its parts with {weights} together; 100")
        if self.distinction_percent < self.pass_percent:
            raise ValueError("distinction_percent is below pass_percent; at least pass_percent")
        longest = max(part.minutes for part in self.parts)
        if self.minutes is not None and self.minutes < longest:
            raise ValueError(f"minutes is below the longest part; at least {longest}")
        if self.minutes is not None and self.break_minutes:
            raise ValueError("gives minutes and break_minutes; one of them")
        return self

    @property
    def all_minutes(self) -> int:
        """Return how long the exam takes at most, breaks included."""
        return self.minutes or sum(part.minutes for part in self.parts) + self.break_minutes
