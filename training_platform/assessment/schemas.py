"""The formats of question_bank/questions/: one model for each kind of question."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from training_platform.core.schemas import Line, PairId, Slug, Strict, Text

Difficulty = Literal["foundation", "applied", "advanced"]
Number = int | float


class Option(Strict):
    """One answer to choose; a wrong one says why it is wrong."""

    text: Text
    correct: bool = False
    why: Text | None = None

    @model_validator(mode="after")
    def _explains_itself(self) -> Self:
        if not self.correct and self.why is None:
            raise ValueError("is wrong without saying why; why: in zh and en")
        return self


Options = Annotated[list[Option], Field(min_length=3, max_length=5)]


class Forms(Strict):
    """Accepted answers by language; any language's form counts."""

    zh: Annotated[list[Line], Field(min_length=1)]
    en: Annotated[list[Line], Field(min_length=1)]


class WrongForms(Strict):
    """Answers that people really give, and why they are wrong."""

    forms: Annotated[list[Line], Field(min_length=1)]
    why: Text


class Pair(Strict):
    """What belongs together."""

    left: Text
    right: Text
    why: Text | None = None


class Gap(Strict):
    """One gap: typed, or chosen."""

    accepted: Forms | None = None
    choices: Options | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.accepted is None) == (self.choices is None):
            raise ValueError("needs one way to answer; either accepted or choices")
        if self.choices is not None:
            _expect_one_correct(self.choices)
        return self


def _expect_one_correct(options: list[Option]) -> None:
    count = sum(option.correct for option in options)
    if count != 1:
        raise ValueError(f"has {count} correct options; exactly one")


class QuestionFile(Strict):
    """What every question says."""

    id: PairId
    skills: Annotated[list[Slug], Field(min_length=1)]
    lesson: PairId | None = None
    difficulty: Difficulty
    source: Text | None = None
    stem: Text
    #: What the picture beside the stem shows, for those who do not see it.
    picture: Text | None = None
    explanation: Text


class SingleChoice(QuestionFile):
    """One right answer among three to five."""

    kind: Literal["single_choice"]
    options: Options
    shuffle: bool = True

    @model_validator(mode="after")
    def _has_one_answer(self) -> Self:
        _expect_one_correct(self.options)
        return self


class MultipleChoice(QuestionFile):
    """Several right answers; partial credit unless partial is false."""

    kind: Literal["multiple_choice"]
    options: Options
    shuffle: bool = True
    partial: bool = True

    @model_validator(mode="after")
    def _has_both_sorts(self) -> Self:
        right = sum(option.correct for option in self.options)
        if right < 2 or right == len(self.options):
            raise ValueError(
                f"has {right} correct of {len(self.options)} options; "
                "two or more correct and at least one wrong"
            )
        return self


class TrueFalse(QuestionFile):
    """A statement that holds or not, and the reason."""

    kind: Literal["true_false"]
    answer: bool
    why: Text


class ShortAnswer(QuestionFile):
    """A word or two, compared after normalizing."""

    kind: Literal["short_answer"]
    accepted: Forms
    wrong: list[WrongForms] = []


class Numeric(QuestionFile):
    """A number, right within the tolerance."""

    kind: Literal["numeric"]
    answer: Number
    tolerance: Annotated[Number, Field(ge=0)] = 0
    unit: Text | None = None


class Matching(QuestionFile):
    """Lefts with their rights; extra rights belong to none."""

    kind: Literal["matching"]
    pairs: Annotated[list[Pair], Field(min_length=3, max_length=6)]
    extra: list[Text] = []


class Ordering(QuestionFile):
    """Items in the right order."""

    kind: Literal["ordering"]
    items: Annotated[list[Text], Field(min_length=3, max_length=7)]


class GapText(QuestionFile):
    """A text with numbered gaps."""

    kind: Literal["gap_text"]
    text: Text
    gaps: Annotated[list[Gap], Field(min_length=1, max_length=8)]


Question = Annotated[
    SingleChoice
    | MultipleChoice
    | TrueFalse
    | ShortAnswer
    | Numeric
    | Matching
    | Ordering
    | GapText,
    Field(discriminator="kind"),
]

QUESTION_KINDS: dict[str, type[QuestionFile]] = {
    "single_choice": SingleChoice,
    "multiple_choice": MultipleChoice,
    "true_false": TrueFalse,
    "short_answer": ShortAnswer,
    "numeric": Numeric,
    "matching": Matching,
    "ordering": Ordering,
    "gap_text": GapText,
}
