"""The plan of a first month as it stands in its file."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, TypeAdapter, model_validator
from ruamel.yaml import YAML

from training_platform.coaching.rules import ItemKind
from training_platform.core.schemas import Strict, Text

FILE = Path(__file__).with_name("first_month.yaml")
#: Kinds that the platform ticks by a subject.
NAMED = frozenset({ItemKind.LESSON, ItemKind.COURSE, ItemKind.QUIZ, ItemKind.TASK})


class Step(Strict):
    """One step: when, what, with whom, and what is to be reached."""

    week: Annotated[int, Field(ge=1, le=4)]
    kind: Annotated[ItemKind, BeforeValidator(ItemKind)]
    subject: str = ""
    what: Text
    with_whom: Text
    target: Text

    @model_validator(mode="after")
    def _names_its_subject(self) -> "Step":
        if (self.kind in NAMED) != bool(self.subject):
            raise ValueError("lesson, course, quiz and task name a subject; others do not")
        return self


class RolePlan(Strict):
    """The steps of one job role, in their order."""

    job_role: str
    steps: Annotated[list[Step], Field(min_length=1)]


@cache
def plans() -> dict[str, tuple[Step, ...]]:
    """Return the steps by job role; raise ValidationError where the file is wrong."""
    read = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
    found = TypeAdapter(list[RolePlan]).validate_python(read)
    return {each.job_role: tuple(each.steps) for each in found}
