"""Who may see a contest, and who takes part."""

from typing import Any

from training_platform.core.permissions import Permission, Right, holds


def _takes_part(person: Any, contest: Any) -> bool:
    if person.id is None:
        return False
    return contest is None or any(each.employee_id == person.id for each in contest.entrants)


POLICY = {
    Permission.CONTEST_ENTER: (_takes_part,),
    Permission.CONTEST_READ: (_takes_part, holds(Right.TRAINER)),
}
