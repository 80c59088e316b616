"""Checks of what was built in the workspace: reports and rules, by what they do."""

from typing import Any, Literal

from pydantic import Field

from training_platform.core.schemas import Line
from training_platform.practicals.schemas.parts import Check, Exact, Graded, Name


class ReportIs(Check):
    """A report that was saved in the attempt gives the same numbers as the key's definition."""

    type: Literal["report_result"]
    #: As a saved report keeps it; or where what was drawn holds it: $key.definition.
    definition: dict[Name, Any] | Line
    #: What of the report is looked at, each by itself; its whole table where nothing is named.
    parts: list[Literal["period", "filters", "groups", "measure"]] = Field(default_factory=list)
    within: Exact | None = None


class AssignedAsRulesSay(Graded):
    """By the workspace's rules, leads that nobody has seen go where they should."""

    type: Literal["assigned_as_rules_say"]
    #: Where the key holds the right rules, and the leads as {region, industry, source, tier …}.
    rules: Line
    leads: Line
    #: Look at how evenly equals get them, instead of who may.
    spread: bool = False
