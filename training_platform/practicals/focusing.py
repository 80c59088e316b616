"""A drill: the task narrowed to one check and those that it builds on. Pure."""

from decimal import Decimal

from training_platform.practicals.checks import PRESERVING
from training_platform.practicals.schemas import AnyCheck, TaskFile

WHOLE = Decimal(100)


def focused(task: TaskFile, check_id: str | None) -> TaskFile:
    """Return the task with nothing but one check, worth everything, and those it comes after.

    A check that only guards what must stay has no worth by itself: it keeps the others beside it,
    and must be passed. Without a check the task is as it is.
    """
    chosen = next((each for each in task.checks if each.id == check_id), None)
    if chosen is None:
        return task
    if chosen.type in PRESERVING:
        passing = task.passing.model_copy(update={"required": [chosen.id]})
        return task.model_copy(update={"passing": passing})
    chain = _chain(task, chosen)
    checks = [
        each.model_copy(update={"points": WHOLE if each.id == chosen.id else Decimal(0)})
        for each in chain
    ]
    passing = task.passing.model_copy(update={"percent": 100, "required": [chosen.id]})
    return task.model_copy(update={"checks": checks, "passing": passing})


def _chain(task: TaskFile, check: AnyCheck) -> list[AnyCheck]:
    by_id = {each.id: each for each in task.checks}
    chain = [check]
    while chain[0].after is not None:
        chain.insert(0, by_id[chain[0].after])
    return chain
