"""The format of question_bank/practicals/<task>.yaml and of the scenarios beside them.

A check is data: what to look at, what is wanted, how many points. Nothing in a file is executed.
"""

from training_platform.practicals.schemas.log import (
    AccessOnly,
    Band,
    Elapsed,
    Event,
    EventAbsent,
    EventOrder,
    Within,
)
from training_platform.practicals.schemas.made import AssignedAsRulesSay, ReportIs
from training_platform.practicals.schemas.parts import Check, Graded, Misconception, Where
from training_platform.practicals.schemas.solution import Answered, SolutionFile, Step
from training_platform.practicals.schemas.state import (
    Absent,
    Aggregate,
    Allowed,
    ChildrenMoved,
    Count,
    Exists,
    FieldIs,
    Keyed,
    OnlyChanged,
    PairsMerged,
    Rate,
    RowsMatch,
    SetIs,
    Survivor,
)
from training_platform.practicals.schemas.task import AnyCheck, Mode, Pass, TaskFile, Wrong
from training_platform.practicals.schemas.typed import Answer, Rubric, TypedRows

__all__ = [
    "Absent",
    "AccessOnly",
    "Aggregate",
    "Allowed",
    "Answer",
    "Answered",
    "AnyCheck",
    "AssignedAsRulesSay",
    "Band",
    "Check",
    "ChildrenMoved",
    "Count",
    "Elapsed",
    "Event",
    "EventAbsent",
    "EventOrder",
    "Exists",
    "FieldIs",
    "Graded",
    "Keyed",
    "Misconception",
    "Mode",
    "OnlyChanged",
    "PairsMerged",
    "Pass",
    "Rate",
    "ReportIs",
    "RowsMatch",
    "Rubric",
    "SetIs",
    "SolutionFile",
    "Step",
    "Survivor",
    "TaskFile",
    "TypedRows",
    "Where",
    "Within",
    "Wrong",
]
