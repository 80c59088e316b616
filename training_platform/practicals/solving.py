"""Taking the steps of a solution, as somebody sitting at the task would."""

import re
from collections.abc import Iterator, Mapping
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


def solve(solution: SolutionFile, hand: Hand, drawn: Drawn) -> dict[str, str]:
    """Take all steps, and return what is typed into the task's own fields, by check.

    Raises StuckError where a page refuses a step, UnknownNameError and UnknownHandoutError where
    it names what the attempt did not draw.
    """
    scope = {"params": drawn.params, "key": drawn.key}
    for step in solution.steps:
        for each in rounds(step, scope):
            _take(step, hand, each, drawn)
    return {each.check: str(put_in(each.text, scope)) for each in solution.answers}


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


def _take(step: Step, hand: Hand, scope: Mapping[str, Any], drawn: Drawn) -> None:
    page = str(put_in(step.page, scope))
    if step.link is not None:
        page = hand.follow(page, str(put_in(step.link, scope)))
    if step.look:
        hand.look(page)
        return
    form = None if step.form is None else str(put_in(step.form, scope))
    fill = dict(put_in(step.fill, scope))
    for name, wanted in step.upload.items():
        given = named(drawn.handouts, str(put_in(wanted, scope)))
        fill[name] = Upload(given.name, content_of(given))
    hand.send(page, fill, form=form, press=step.press, refused=step.refused)


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
