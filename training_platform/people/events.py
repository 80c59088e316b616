"""What people announces."""

from collections.abc import Sequence
from dataclasses import dataclass

from training_platform.core.events import Event


@dataclass(frozen=True)
class EmployeeJoined(Event):
    """Somebody new is on the staff list."""

    employee_id: int


@dataclass(frozen=True)
class JobRoleChanged(Event):
    """Somebody has another job role than before; dates are ISO days."""

    employee_id: int
    old_job_role_id: str | None
    new_job_role_id: str | None
    changed_on: str


@dataclass(frozen=True)
class EmployeeLeft(Event):
    """Somebody left the company; reports is how many people got another manager by it."""

    employee_id: int
    reports: int = 0


@dataclass(frozen=True)
class EmployeeAnonymized(Event):
    """The name of somebody who left was taken off what is kept.

    names are the texts that named her until now: whoever kept a copy takes it out by them. They
    are not kept, unless a reaction fails, and then only until it has run again.
    """

    employee_id: int
    names: Sequence[str] = ()
