"""Taking the steps of a solution, as somebody sitting at the task would."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from training_platform.core import clock
from training_platform.practicals.drawing import Drawn
from training_platform.practicals.hand import Hand, Upload
from training_platform.practicals.handouts import content_of, named
from training_platform.practicals.schemas import SolutionFile, Step
from training_platform.practicals.selecting import UnknownNameError

#: $key.cards.0.name, $each.mobile, $number, $each.next_follow_up_at|local
_PLACE = re.compile(r"\$(each|key|params|number)((?:\.\w+)*)(\|local)?")


@dataclass(frozen=True)
class Act:
    """One thing that is done, with everything put in: a page is opened, or its form sent."""

    page: str
    link: str | None = None
    is_look: bool = False
    form: str | None = None
    press: str | None = None
    fill: Mapping[str, Any] = field(default_factory=dict)
    #: Field of the form → name of the handout that is sent as its file.
    upload: Mapping[str, str] = field(default_factory=dict)
    is_refused: bool = False


def solve(solution: SolutionFile, hand: Hand, drawn: Drawn) -> dict[str, str]:
    """Take all steps, and return what is typed into the task's own fields, by check.

    Raises StuckError where a page refuses a step, UnknownNameError and UnknownHandoutError where
    it names what the attempt did not draw.
    """
    for act in acts_of(solution, drawn):
        do(act, hand, drawn)
    return answers_of(solution, drawn)


def acts_of(solution: SolutionFile, drawn: Drawn) -> Iterator[Act]:
    """Yield what a solution does on this draw. Raises UnknownNameError."""
    scope = {"params": drawn.params, "key": drawn.key}
    for step in solution.steps:
        for each in rounds(step, scope):
            yield _act(step, each)


def answers_of(solution: SolutionFile, drawn: Drawn) -> dict[str, str]:
    """Return what is typed into the task's own fields, by check. Raises UnknownNameError."""
    scope = {"params": drawn.params, "key": drawn.key}
    return {each.check: str(put_in(each.text, scope)) for each in solution.answers}


def do(act: Act, hand: Hand, drawn: Drawn) -> None:
    """Let the hand do one thing. Raises StuckError where it is refused, UnknownHandoutError."""
    page = act.page if act.link is None else hand.follow(act.page, act.link)
    if act.is_look:
        hand.look(page)
        return
    fill = dict(act.fill)
    for name, wanted in act.upload.items():
        given = named(drawn.handouts, wanted)
        fill[name] = Upload(given.name, content_of(given))
    hand.send(page, fill, form=act.form, press=act.press, refused=act.is_refused)


def put_in(value: Any, scope: Mapping[str, Any]) -> Any:
    """Return a value with every place put in; a text that is one place becomes what it names."""
    if isinstance(value, Mapping):
        return {name: put_in(each, scope) for name, each in value.items()}
    if isinstance(value, list):
        return [put_in(each, scope) for each in value]
    if not isinstance(value, str):
        return value
    whole = _PLACE.fullmatch(value)
    if whole:
        return _named(whole, scope)
    return _PLACE.sub(lambda found: str(_named(found, scope)), value)


def rounds(step: Step, scope: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the scope of each time that a step is taken."""
    if step.each is None:
        yield scope
        return
    for number, each in enumerate(put_in(step.each, scope)):
        if (step.only is None or number in step.only) and number not in (step.but or ()):
            yield {**scope, "each": each, "number": number}


def _act(step: Step, scope: Mapping[str, Any]) -> Act:
    return Act(
        page=str(put_in(step.page, scope)),
        link=None if step.link is None else str(put_in(step.link, scope)),
        is_look=step.look,
        form=None if step.form is None else str(put_in(step.form, scope)),
        press=step.press,
        fill=dict(put_in(step.fill, scope)),
        upload={name: str(put_in(wanted, scope)) for name, wanted in step.upload.items()},
        is_refused=step.refused,
    )


def _named(found: re.Match[str], scope: Mapping[str, Any]) -> Any:
    value: Any = scope.get(found[1])
    for name in found[2].split(".")[1:]:
        try:
            value = value[int(name)] if isinstance(value, list | tuple) else value[name]
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise UnknownNameError(found[0]) from error
    return _local(value) if found[3] else value


def _local(instant: str) -> str:
    """Return an instant as a form takes it: the company's minute."""
    return (
        datetime.fromisoformat(instant).astimezone(clock.company_zone()).strftime("%Y-%m-%dT%H:%M")
    )
