"""The formats of courses/cases/<slug>.yaml and courses/faq/<slug>.yaml."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from training_platform.core.schemas import PairId, Slug, Strict, Text


def _is_day(text: str) -> str:
    try:
        is_day = date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_day = False
    if not is_day:
        raise ValueError(f"is {text!r}; a day such as 2027-06-30")
    return text


Day = Annotated[str, AfterValidator(_is_day), WithJsonSchema({"type": "string", "format": "date"})]


class Entry(Strict):
    """What a case and a common question share."""

    id: Slug
    #: What it is called: of a common question, the question.
    title: Text
    #: What it is about, as the competencies that it helps with.
    competencies: Annotated[list[Slug], Field(min_length=1, max_length=4)]
    #: The lessons at whose end it is shown.
    lessons: Annotated[list[PairId], Field(max_length=20)] = []
    #: Until when somebody looks whether it is still right.
    review_by: Day


class CaseFile(Entry):
    """What happened, what was done, what came of it, and what to talk about."""

    summary: Text
    situation: Text
    action: Text
    outcome: Text
    questions: Annotated[list[Text], Field(min_length=1, max_length=8)]


class FaqFile(Entry):
    """A common question and its answer."""

    answer: Text
