"""The format of question_bank/rubrics/."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from training_platform.assessment.rubrics.rules import WHOLE
from training_platform.core.schemas import Slug, Strict, Text


class Criterion(Strict):
    """What is looked at; its levels count from 0, each with what one can observe."""

    id: Slug
    title: Text
    weight: Annotated[int, Field(ge=1, le=WHOLE)]
    levels: Annotated[list[Text], Field(min_length=3, max_length=5)]


class Rubric(Strict):
    """How people score one sort of work."""

    id: Slug
    title: Text
    summary: Text
    criteria: Annotated[list[Criterion], Field(min_length=2, max_length=6)]

    @model_validator(mode="after")
    def _weighs_whole(self) -> Self:
        total = sum(each.weight for each in self.criteria)
        if total != WHOLE:
            raise ValueError(f"has weights that sum to {total}; weights of {WHOLE} together")
        return self
