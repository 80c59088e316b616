"""What practical tasks announce."""

from dataclasses import dataclass

from training_platform.core.events import Event


@dataclass(frozen=True)
class PracticalGraded(Event):
    """An attempt has its final result."""

    attempt_id: int
    employee_id: int
    practical_id: str
    mode: str
    is_passed: bool
    #: The page of the exam that the attempt is a part of; empty where it stands alone.
    part_of: str = ""


@dataclass(frozen=True)
class PracticalProved(Event):
    """A task was proved here: slug, and the digest of the files that were."""

    slug: str
    digest: str


@dataclass(frozen=True)
class PracticalHandedIn(Event):
    """A part of an exam was handed in; its grading follows."""

    attempt_id: int
    part_of: str
