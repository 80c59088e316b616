"""Solutions: the steps that a trainee takes, rightly or wrongly."""

from typing import Any

from pydantic import Field

from training_platform.core.schemas import Line, Strict
from training_platform.practicals.schemas.parts import Name


class Step(Strict):
    """One thing that a trainee does: look at a page, or fill and send a form of it."""

    #: The page below the workspace, with $params and $key put in; where a form is, it is sent.
    page: Line
    #: First follow the link of the page whose address ends so.
    link: Line | None = None
    #: What the form's address ends with, where a page has several; "." is the page's own.
    form: Line | None = None
    fill: dict[str, Any] | Line = Field(default_factory=dict)
    #: Handouts of the task that are sent as files: field of the form → name of the handout.
    upload: dict[Name, Line] = Field(default_factory=dict)
    #: The button that is pressed, where it has a name: name=value.
    press: Line | None = None
    #: The page is only looked at.
    look: bool = False
    #: The form is expected to come back with a question (a warning of duplicates).
    refused: bool = False
    #: Take this step for each of a list; $each and $number stand for the one at hand.
    each: Line | None = None
    #: Of a list, these alone, counted from 0; or all but these.
    only: list[int] | None = None
    but: list[int] | None = None


class Answered(Strict):
    """What is typed into the task's own field of a check."""

    check: Name
    text: Line


class SolutionFile(Strict):
    """Steps that solve a task, rightly or wrongly."""

    steps: list[Step]
    answers: list[Answered] = Field(default_factory=list)
