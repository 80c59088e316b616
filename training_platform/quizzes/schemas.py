"""The format of question_bank/papers/<slug>.yaml."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from training_platform.core.schemas import PairId, Percent, Slug, Strict, Text


class Draw(Strict):
    """So many questions that fit, different ones at each attempt where there are enough."""

    topic: Slug | None = None
    skills: Annotated[list[Slug], Field(min_length=1)] | None = None
    difficulty: Literal["foundation", "applied", "advanced"] | None = None
    count: Annotated[int, Field(ge=1, le=100)]

    @model_validator(mode="after")
    def _draws_from_something(self) -> Self:
        if self.topic is None and self.skills is None:
            raise ValueError("draws from everything; a topic or skills")
        return self


class Section(Strict):
    """Drawn or fixed questions, each worth the same points."""

    draw: Draw | None = None
    questions: Annotated[list[PairId], Field(min_length=1, max_length=100)] | None = None
    points: Annotated[int, Field(ge=1, le=100)] = 1

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.draw is None) == (self.questions is None):
            raise ValueError("has no clear source; either draw or questions")
        return self


class PaperFile(Strict):
    """A quiz."""

    id: Slug
    title: Text
    summary: Text
    kind: Literal["course_quiz", "final", "self_test"]
    course: Slug | None = None
    minutes: Annotated[int, Field(ge=1, le=240)]
    pass_percent: Percent
    distinction_percent: Percent
    closed_book: bool = False
    ladder: Slug = "default"
    review: Literal["after_submission", "after_pass", "never"]
    sections: Annotated[list[Section], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.distinction_percent < self.pass_percent:
            raise ValueError("distinction_percent is below pass_percent; at least pass_percent")
        return self
